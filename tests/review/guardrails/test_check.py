"""Guardrails on bitmaps say what they say edge by edge."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.engine import assumptions_for, compute_reach, parse_cluster
from apps.engine.model import Assumptions, Edge, ObjectRef, Unevaluated, Verdict
from apps.review.guardrails import Breach, Checker, Outcome, Result, read_guardrail
from tests.engine.edits import edited_clusters
from tests.engine.strategies import NAMESPACES, assumptions
from tests.fakes.kube_objects import Object, namespace, pod, policy, service

LOWER = ("alp*", "*a", "d?lta", "nobody", *NAMESPACES)


def guardrail(requirement: str, spec: dict[str, Any]) -> dict[str, Any]:
    meta = {"name": "rule"}
    return {"apiVersion": "portolan/v1", "kind": "Guardrail", "metadata": meta, "spec": {requirement: spec}}


def check(objects: list[Object], requirement: str, spec: dict[str, Any], **more: Any) -> Result:
    cluster = parse_cluster(objects, **more)
    taken = assumptions_for("generic", {})
    checker = Checker(cluster, compute_reach(cluster, taken), taken)
    return checker.check(read_guardrail(guardrail(requirement, spec)))


# --- the same, edge by edge ----------------------------------------------------------------------

some_spaces = st.fixed_dictionaries(
    {},
    optional={
        "namespace": st.sampled_from(LOWER),
        "namespaceSelector": st.fixed_dictionaries(
            {
                "matchLabels": st.dictionaries(
                    st.sampled_from(("app", "tier")), st.sampled_from("ab"), max_size=2
                )
            }
        ),
    },
)
some_targets = st.tuples(some_spaces, st.sampled_from(({}, {"service": "s*"}, {"service": "s1"}))).map(
    lambda both: both[0] | both[1]
)
some_ports = st.sampled_from(
    ([{}], [{"port": 80}], [{"port": 80, "endPort": 100, "protocol": "TCP"}, {"protocol": "UDP"}])
)
requirements = st.tuples(
    st.sampled_from(("deny", "only")),
    st.lists(some_spaces, min_size=1, max_size=2),
    st.booleans(),
    st.lists(some_targets, min_size=1, max_size=2),
    some_ports,
)


def takes(spaces: dict[str, Any], name: str, labels: dict[str, str]) -> bool:
    wanted = spaces.get("namespaceSelector", {}).get("matchLabels", {})
    named = fnmatchcase(name, spaces.get("namespace", "*"))
    return named and all(labels.get(key) == value for key, value in wanted.items())


def barred(edge: Edge, kind: str, spec: dict[str, Any], labels: dict[str, dict[str, str]]) -> bool:
    """Whether the guardrail forbids this edge, read from its sentences."""
    space, name = edge.target.split("/")
    aimed = any(
        takes(target, space, labels[space]) and fnmatchcase(name, target.get("service", "*"))
        for target in spec["to"]
    )
    on_port = any(
        port.get("port", 1) <= edge.port <= port.get("endPort", port.get("port", 65535))
        and port.get("protocol", edge.protocol) == edge.protocol
        for port in spec["ports"]
    )
    named = any(
        edge.source == space if "sameNamespace" in each else takes(each, edge.source, labels[edge.source])
        for each in spec["from"]
    )
    return aimed and on_port and (named if kind == "deny" else not named)


@given(edited_clusters(), assumptions, requirements)
def test_bitmaps_say_what_every_edge_says(
    both: tuple[list[Object], list[Object]], assumed: dict[str, str], wanted: tuple[Any, ...]
) -> None:
    kind, sources, own, targets, ports = wanted
    sources = [*sources, {"sameNamespace": True}] if own and kind == "only" else sources
    spec = {"from": sources, "to": targets, "ports": ports}
    cluster, taken = parse_cluster(both[0]), Assumptions(**assumed)
    reach = compute_reach(cluster, taken)
    labels = {space.name: dict(space.labels) for space in cluster.namespaces}
    edges = [edge for edge in reach.edges() if barred(edge, kind, spec, labels)]
    found = Checker(cluster, reach, taken).check(read_guardrail(guardrail(kind, spec)))
    broken = set(_breaches(edges, Verdict.ALLOWED, Verdict.PARTIAL, Verdict.UNRESTRICTED))
    unknown = set(_breaches(edges, Verdict.UNKNOWN))
    assert found.checked == len(edges)
    assert (found.broken_count, found.unknown_count) == (len(broken), len(unknown))
    assert (set(found.broken), set(found.unknown)) == (broken, unknown)
    worst = Outcome.BROKEN if broken else Outcome.UNKNOWN if unknown else Outcome.PASS
    assert found.outcome is worst


def _breaches(edges: list[Edge], *verdicts: Verdict) -> Iterator[Breach]:
    for edge in edges:
        if edge.verdict in verdicts:
            yield Breach(edge.source, str(edge.verdict), edge.target, edge.port, edge.protocol)


# --- single cases --------------------------------------------------------------------------------


def test_an_edge_that_may_not_be_breaks_it(shop: list[Object]) -> None:
    """`shop` is closed in both directions, and `lab` is open."""
    opened = [each for each in shop if each["kind"] != "NetworkPolicy"]
    spec = {"from": [{"namespaceSelector": {"matchLabels": {"tier": "front"}}}], "to": [{"namespace": "lab"}]}
    found = check(opened, "deny", spec)
    assert found.outcome is Outcome.BROKEN
    assert found.broken == (Breach("shop", "unrestricted", "lab/web", 80, "TCP"),)
    assert found.broken[0].place == "shop → lab/web:80/TCP"
    assert check(shop, "deny", spec).outcome is Outcome.PASS


def test_tenants_keep_to_themselves(shop: list[Object]) -> None:
    tenants = {"from": [{"sameNamespace": True}], "to": [{}]}
    assert check(shop, "only", tenants).outcome is Outcome.PASS
    opened = [each for each in shop if each["kind"] != "NetworkPolicy"]
    found = check(opened, "only", tenants)
    assert {(breach.source, breach.target) for breach in found.broken} == {
        ("lab", "shop/web"),
        ("shop", "lab/web"),
    }


def test_names_are_resolved(shop: list[Object]) -> None:
    dns = [
        namespace("kube-system"),
        service("kube-system", "kube-dns", 53) | {"spec": {**_DNS_SPEC}},
        _dns_pod(),
    ]
    found = check([*shop, *dns], "resolveDNS", {})
    assert found.broken == (Breach("shop", "dns blocked"),)
    only_lab = check([*shop, *dns], "resolveDNS", {"namespaces": [{"namespace": "lab"}]})
    assert only_lab.outcome is Outcome.PASS
    assert only_lab.checked == 1


def test_namespaces_are_closed_by_default(shop: list[Object]) -> None:
    found = check(shop, "defaultDeny", {"directions": ["egress"]})
    assert found.broken == (Breach("lab", "no default deny for egress"),)
    assert found.checked == 2


def test_what_was_not_evaluated_never_passes(shop: list[Object]) -> None:
    other = policy("shop", "x", api="cilium.io/v2", kind="CiliumNetworkPolicy")
    spec = {"from": [{}], "to": [{"namespace": "shop"}]}
    found = check([*shop, other], "deny", spec)
    assert found.outcome is Outcome.UNKNOWN
    assert found.unknown == (Breach("lab", "unknown", "shop/web", 80, "TCP"),)
    closed = check([*shop, other], "defaultDeny", {"namespaces": [{"namespace": "shop"}]})
    assert closed.outcome is Outcome.UNKNOWN


@pytest.mark.parametrize(
    ("kind", "requirement", "is_gap"),
    [
        ("Service", "deny", True),
        ("Service", "resolveDNS", False),
        ("Namespace", "deny", True),
        ("Namespace", "resolveDNS", True),
    ],
)
def test_what_was_not_read_may_have_broken_it(
    shop: list[Object], kind: str, requirement: str, is_gap: bool
) -> None:
    spec = {"from": [{}], "to": [{"namespace": "nowhere"}]} if requirement == "deny" else {}
    unread = (Unevaluated(ObjectRef(kind, "", ""), "forbidden", directions=frozenset()),)
    found = check(shop, requirement, spec, unread=unread)
    assert (kind in found.gap) is is_gap
    assert (found.outcome is Outcome.PASS) is False or not is_gap


@pytest.mark.parametrize(
    ("spec", "says"),
    [
        ({"from": [{}], "to": [{"namespace": "prod"}]}, "no Service port matches its targets and ports"),
        ({"from": [{"namespace": "dev"}], "to": [{}]}, "no namespace matches its sources"),
        ({"from": [{}], "to": [{}], "ports": [{"port": 9}]}, "no Service port matches its targets and ports"),
    ],
)
def test_a_guardrail_that_matches_nothing_says_so(
    shop: list[Object], spec: dict[str, Any], says: str
) -> None:
    found = check(shop, "deny", spec)
    assert (found.outcome, found.vacuous) == (Outcome.PASS, says)


def test_breaches_are_counted_beyond_those_shown() -> None:
    spaces = [namespace(f"n{number:03}") for number in range(121)]
    pods = [pod(f"n{number:03}", f"web-5d4f8c7b9-{number:05}", number=number) for number in range(121)]
    found = check([*spaces, *pods, service("n000", "web")], "deny", {"from": [{}], "to": [{}]})
    assert found.broken_count == 120  # the one pod of n000 is itself behind the Service
    assert len(found.broken) == 100


_DNS_SPEC = {
    "clusterIP": "10.96.0.10",
    "selector": {"k8s-app": "kube-dns"},
    "ports": [{"name": "dns", "port": 53, "protocol": "UDP"}, {"name": "dns-tcp", "port": 53}],
}


def _dns_pod() -> Object:
    body = pod("kube-system", "coredns-5d4f8c7b9-ccccc", number=3)
    body["metadata"]["labels"] = {"k8s-app": "kube-dns"}
    return body
