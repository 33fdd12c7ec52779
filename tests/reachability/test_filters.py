"""A filter on bitmaps keeps exactly the edges that it keeps when each is looked at by itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from apps.engine import (
    ReachDiff,
    assumptions_for,
    compare_reach,
    compute_reach,
    find_findings,
    parse_cluster,
)
from apps.engine.labels import selects
from apps.engine.model import Cluster, Direction, Edge, ObjectRef, Policy, Workload
from apps.reachability.conditions import compile_query
from apps.reachability.grammar import Query, Token, matches
from apps.reachability.ground import Ground
from apps.reachability.headline import count_pairs
from apps.reachability.matrix_names import structure_of
from apps.reachability.selection import EdgeFilter, EdgeSelection
from tests.engine.edits import edited_clusters

ASSUMED = assumptions_for("generic", {})
_ENDS = {
    "from": ("alpha", "b*", "*a", "app=a", "tier=*", "nowhere"),
    "to": ("alpha", "*/s*", "beta/*", "app=b", "*/web"),
    "ns": ("gamma", "de*", "tier=a", "alpha/*"),
    "text": ("a", "al*", "/s", "web"),
    "label": ("app=a", "tier=*", "app=*b"),
    "port": ("80", "*/UDP", "443/TCP", "81"),
    "verdict": ("allowed", "partial", "unrestricted", "denied", "unknown", "empty"),
    "dns": ("resolves", "blocked", "unknown"),
    "type": ("ClusterIP", "ExternalName", "NodePort"),
    "policy": ("*", "alpha/*", "*1", "NetworkPolicy/beta/*"),
    "missing": ("default-deny-ingress", "default-deny-egress"),
    "finding": ("high", "low", "medium", "no-default-deny-egress", "service-name-shared", "dns-blocked"),
    "class": ("C1", "C2", "C9"),
    "changed": ("new", "closed", "changed"),
}
_tokens = st.sampled_from(sorted(_ENDS)).flatmap(
    lambda key: st.builds(
        Token,
        st.just(key),
        st.lists(st.sampled_from(_ENDS[key]), min_size=1, max_size=2, unique=True).map(tuple),
        st.booleans(),
    )
)
_queries = st.lists(_tokens, min_size=1, max_size=3).map(
    lambda tokens: Query((*tokens, Token("since", ("#1",))))
)


_SINCE = Token("since", ("#1",))


@settings(deadline=None)
@given(edited_clusters(), _queries)
def test_a_filter_on_bitmaps_is_a_filter_on_every_edge(
    pair: tuple[list[dict[str, Any]], list[dict[str, Any]]], query: Query
) -> None:
    _check(pair, query)


@settings(deadline=None, max_examples=40)
@given(edited_clusters(), st.sampled_from(_ENDS["changed"]))
def test_what_changed_is_what_the_difference_says(
    pair: tuple[list[dict[str, Any]], list[dict[str, Any]]], kind: str
) -> None:
    _check(pair, Query((Token("changed", (kind,)), _SINCE)))


def _check(pair: tuple[list[dict[str, Any]], list[dict[str, Any]]], query: Query) -> None:
    old, cluster = map(parse_cluster, pair)
    diff = compare_reach(old, cluster, ASSUMED)
    reach = compute_reach(cluster, ASSUMED)
    keep = compile_query(query, Ground(cluster, ASSUMED, lambda number: diff))
    kept = EdgeSelection(reach, EdgeFilter(), keep, lambda edge: "")
    expected = [edge for edge in reach.edges() if _slowly(query, edge, cluster, diff)]
    assert list(kept) == expected
    assert kept.counts == {
        verdict: sum(edge.verdict is verdict for edge in expected) for verdict in kept.counts
    }
    _check_pairs(kept, expected)


def _check_pairs(kept: EdgeSelection, expected: list[Edge]) -> None:
    best: dict[tuple[str, str], set[str]] = {}
    for edge in expected:
        best.setdefault((edge.source, edge.target.split("/")[0]), set()).add(edge.verdict)
    allowed = [each for each in best.values() if each & {"allowed", "partial", "unrestricted"}]
    unknown = [each for each in best.values() if "unknown" in each and each not in allowed]
    pairs = count_pairs(kept)
    assert (pairs.total, pairs.allowed, pairs.unknown) == (len(best), len(allowed), len(unknown))


# --- the same, one edge at a time -------------------------------------------------------------------


def _slowly(query: Query, edge: Edge, cluster: Cluster, diff: ReachDiff) -> bool:
    return all(
        any(_fits(token.key, value, edge, cluster, diff) for value in token.values) != token.negated
        for token in query.tokens
        if token.key != "since"
    )


def _fits(key: str, value: str, edge: Edge, cluster: Cluster, diff: ReachDiff) -> bool:
    space = edge.target.split("/")[0]
    look: dict[str, Callable[[], bool]] = {
        "from": lambda: _named(value, edge.source, cluster),
        "to": lambda: _target(value, edge.target, cluster),
        "ns": lambda: _named(value, edge.source, cluster) or _target(value, edge.target, cluster),
        "label": lambda: _named(value, edge.source, cluster) or _named(value, space, cluster),
        "text": lambda: any(
            matches(value, name) if "*" in value else value in name for name in (edge.source, edge.target)
        ),
        "port": lambda: _port(value, edge),
        "verdict": lambda: edge.verdict == value,
        "dns": lambda: edge.dns == value,
        "type": lambda: any(each.key == edge.target and each.type == value for each in cluster.services),
        "policy": lambda: any(
            _governs(policy.ref, edge, cluster)
            for policy in cluster.policies
            if matches(value, str(policy.ref)) or matches(value, str(policy.ref).split("/", 1)[1])
        ),
        "class": lambda: any(
            value == f"C{each.number}" and space in (edge.source, edge.target.split("/")[0])
            for each in structure_of(compute_reach(cluster, ASSUMED)).classes.all
            for space in (compute_reach(cluster, ASSUMED).namespaces[number] for number in each.members)
        ),
        "missing": lambda: _finding(f"no-{value}", edge, cluster),
        "finding": lambda: _finding(value, edge, cluster),
        "changed": lambda: any(
            (each.source, each.target, each.port, each.protocol)
            == (edge.source, edge.target, edge.port, edge.protocol)
            for each in diff.edges({"new": "opened"}.get(value, value))
        ),
    }
    return look[key]()


def _named(value: str, name: str, cluster: Cluster) -> bool:
    key, is_label, wanted = value.partition("=")
    if not is_label:
        return matches(value, name)
    labels = next(space.labels for space in cluster.namespaces if space.name == name)
    return key in labels and matches(wanted, labels[key])


def _target(value: str, target: str, cluster: Cluster) -> bool:
    whole = "/" in value and "=" not in value
    return matches(value, target) if whole else _named(value, target.split("/", maxsplit=1)[0], cluster)


def _port(value: str, edge: Edge) -> bool:
    number, _, protocol = value.partition("/")
    return number in ("*", str(edge.port)) and protocol in ("", edge.protocol)


def _finding(value: str, edge: Edge, cluster: Cluster) -> bool:
    space, _, name = edge.target.partition("/")
    for each in find_findings(cluster, ASSUMED):
        kind, namespace, named = each.object
        if value not in (each.id, each.severity):
            continue
        source_only = each.id in ("no-default-deny-egress", "dns-blocked")
        target_only = each.id == "no-default-deny-ingress"
        if kind == "Namespace" and named == edge.source and not target_only:
            return True
        if kind == "Namespace" and named == space and not source_only:
            return True
        if kind == "Service" and named == name and namespace in ("", space):
            return True
        if _governs(each.object, edge, cluster):
            return True
    return False


def _governs(ref: ObjectRef, edge: Edge, cluster: Cluster) -> bool:
    """Whether a policy selects a pod of the source for egress, or one behind the target for ingress, as its
    selectors literally say."""
    policy = next((each for each in cluster.policies if each.ref == ref), None)
    if policy is None:
        return False
    port = compute_reach(cluster, ASSUMED).find_port(edge.target, edge.port, edge.protocol)
    assert port is not None
    behind = [unit.workload for unit in port.units if unit.workload]
    sources = [each for each in cluster.workloads if each.namespace == edge.source]
    ends = {Direction.EGRESS: sources, Direction.INGRESS: behind}
    return any(
        _speaks(policy, direction) and any(_selects(policy, each, cluster) for each in workloads)
        for direction, workloads in ends.items()
    )


def _speaks(policy: Policy, direction: Direction) -> bool:
    return direction in policy.isolates or any(rule.direction is direction for rule in policy.rules)


def _selects(policy: Policy, workload: Workload, cluster: Cluster) -> bool:
    labels = next(space.labels for space in cluster.namespaces if space.name == workload.namespace)
    return not workload.host_network and any(
        peer.namespace in ("", workload.namespace)
        and (peer.namespace or selects(peer.namespaces, labels))
        and selects(peer.pods, workload.labels)
        for peer in policy.subjects
    )
