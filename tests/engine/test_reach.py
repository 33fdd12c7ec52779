"""Edges: every verdict is what its pairs say one by one, and no answer hangs on order or names."""

from __future__ import annotations

import json
from copy import deepcopy
from itertools import product
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from apps.engine import Explainer, ServiceIndex, Target, compute_reach, parse_cluster
from apps.engine.model import (
    Assumptions,
    Cluster,
    Dns,
    Edge,
    Endpoint,
    Service,
    Verdict,
)
from tests.engine.edits import edited_clusters
from tests.engine.objects import namespace, network_policy, pod
from tests.engine.strategies import NAMESPACES, Object, assumptions

OPEN = {Verdict.ALLOWED, Verdict.UNRESTRICTED}


def edges_of(objects: list[Object], assumed: dict[str, str]) -> dict[tuple[str, str, int, str], Edge]:
    reach = compute_reach(parse_cluster(objects), Assumptions(**assumed))
    return {(edge.source, edge.target, edge.port, edge.protocol): edge for edge in reach.edges()}


# --- against pairs -------------------------------------------------------------------------------


def sources_of(cluster: Cluster, space: str, under: Assumptions) -> list[Endpoint]:
    """The pods that speak for a namespace: on their node's network they speak for the node (N16)."""
    return [
        Endpoint(workload, each)
        for workload in cluster.workloads
        if workload.namespace == space and (under.host_network == "pod" or not workload.host_network)
        for each in workload.pods
    ]


def ends_of(targets: tuple[Target, ...]) -> list[tuple[Endpoint, int]]:
    return [
        (Endpoint(target.workload, each) if each else Endpoint(address=target.address), target.port)
        for target in targets
        for each in (target.pods or (None,))
    ]


def is_pair(source: Endpoint, target: Endpoint, service: Service) -> bool:
    """A pod and itself are none; a Service that stays on the node has none between two nodes (S9)."""
    if source.pod is target.pod:
        return False
    nodes = {end.pod.node for end in (source, target) if end.pod and end.pod.node}
    return not (service.internal_local and target.pod and len(nodes) > 1)


def families(end: Endpoint) -> set[bool]:
    texts = end.pod.addresses if end.pod else (end.address,)
    return {":" in text for text in texts} or {True, False}


def together(verdicts: set[Verdict]) -> Verdict:
    """The sentence of `docs/semantics.md` on the verdict of an edge."""
    if not verdicts:
        return Verdict.EMPTY
    if verdicts <= OPEN:
        return Verdict.UNRESTRICTED if verdicts == {Verdict.UNRESTRICTED} else Verdict.ALLOWED
    if verdicts == {Verdict.DENIED}:
        return Verdict.DENIED
    if Verdict.PARTIAL in verdicts or (verdicts & OPEN and Verdict.DENIED in verdicts):
        return Verdict.PARTIAL
    return Verdict.UNKNOWN


@given(edited_clusters(), assumptions)
def test_a_verdict_is_what_its_pairs_say(
    states: tuple[list[Object], list[Object]], assumed: dict[str, str]
) -> None:
    cluster, under = parse_cluster(states[0]), Assumptions(**assumed)
    index, explainer, reach = ServiceIndex(cluster), Explainer(cluster, under), compute_reach(cluster, under)
    for edge in reach.edges():
        service = index.by_key[tuple(edge.target.split("/"))]
        resolved = index.resolve(service, edge.port, edge.protocol)
        if resolved.problem:
            assert edge.verdict in (Verdict.EMPTY, Verdict.UNKNOWN)
            continue
        final = index.follow(service)[0] or service
        pairs = [
            (source, *aim)
            for source, aim in product(sources_of(cluster, edge.source, under), ends_of(resolved.targets))
            if is_pair(source, aim[0], final) and families(source) & families(aim[0])
        ]
        verdicts = {explainer.explain(*pair, edge.protocol).verdict for pair in pairs}
        if Verdict.UNKNOWN in verdicts and any(len(families(source)) > 1 for source, *_ in pairs):
            continue  # part of an undecided pair may be decided: the edge may know more than the pairs
        assert edge.verdict is together(verdicts), (edge, verdicts)
        if edge.verdict in OPEN:
            assert edge.allowed_pairs == edge.pairs > 0
        elif edge.verdict in (Verdict.DENIED, Verdict.EMPTY):
            assert edge.allowed_pairs == 0
        else:
            assert 0 <= edge.allowed_pairs < edge.pairs


# --- against itself ------------------------------------------------------------------------------


@given(edited_clusters(), assumptions)
def test_a_list_of_edges_says_what_each_says_that_is_asked_for_alone(
    states: tuple[list[Object], list[Object]], assumed: dict[str, str]
) -> None:
    cluster, under = parse_cluster(states[0]), Assumptions(**assumed)
    listed = list(compute_reach(cluster, under).edges())
    alone = compute_reach(parse_cluster(states[0]), under)
    assert listed == [alone.edge(each, number) for each in alone.ports for number in range(len(alone.dns))]


@given(edited_clusters(), assumptions, st.randoms(use_true_random=False))
def test_the_order_of_the_input_changes_nothing(
    states: tuple[list[Object], list[Object]], assumed: dict[str, str], random: Random
) -> None:
    shuffled = states[0][:]
    random.shuffle(shuffled)
    assert edges_of(shuffled, assumed) == edges_of(states[0], assumed)


@given(edited_clusters(), assumptions)
def test_names_change_nothing(states: tuple[list[Object], list[Object]], assumed: dict[str, str]) -> None:
    """Every namespace gets another name, in the reverse of the old names' order."""
    others = {name: f"{'zyxw'[place]}{name}" for place, name in enumerate(NAMESPACES)}

    def renamed(text: str) -> str:
        for name, other in others.items():
            text = text.replace(name, other)
        return text

    objects = [json.loads(renamed(json.dumps(body))) for body in states[0]]
    found = edges_of(objects, assumed)
    for key, edge in edges_of(states[0], assumed).items():
        other = found[renamed(key[0]), renamed(key[1]), key[2], key[3]]
        assert (edge.verdict, edge.allowed_pairs, edge.pairs, edge.dns, edge.potential) == (
            other.verdict,
            other.allowed_pairs,
            other.pairs,
            other.dns,
            other.potential,
        )


@given(edited_clusters(), assumptions, st.randoms(use_true_random=False))
def test_owners_change_no_verdict(
    states: tuple[list[Object], list[Object]], assumed: dict[str, str], random: Random
) -> None:
    objects = deepcopy(states[0])
    for body in objects:
        if body["kind"] == "Pod":
            owner = {"kind": "StatefulSet", "name": random.choice("ab"), "controller": True}
            body["metadata"]["ownerReferences"] = [owner]
    found = edges_of(objects, assumed)
    assert {key: edge.verdict for key, edge in edges_of(states[0], assumed).items()} == {
        key: edge.verdict for key, edge in found.items()
    }


# --- by hand -------------------------------------------------------------------------------------


def service(space: str, name: str, selector: Object, **port: object) -> Object:
    spec = {"selector": selector, "ports": [{"port": 80, **port}]}
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": name, "namespace": space},
        "spec": spec,
    }


def test_a_single_pod_behind_its_own_service_is_no_pair() -> None:
    objects = [namespace("shop"), pod("shop", "web", addresses=["10.0.0.1"], app="web")]
    objects.append(service("shop", "web", {"app": "web"}))
    (edge,) = edges_of(objects, {}).values()
    assert (edge.verdict, edge.pairs) == (Verdict.EMPTY, 0)
    objects.append(pod("shop", "other", app="other"))
    (edge,) = edges_of(objects, {}).values()
    assert (edge.verdict, edge.pairs) == (Verdict.UNRESTRICTED, 1)


def test_replicas_reach_one_another_by_policy() -> None:
    objects = [pod("shop", f"web-{n}", addresses=[f"10.0.0.{n}"], app="web") for n in (0, 1)]
    for body in objects:
        body["metadata"]["ownerReferences"] = [{"kind": "StatefulSet", "name": "web", "controller": True}]
    objects += [service("shop", "web", {"app": "web"}), network_policy("shop", "closed")]
    (edge,) = edges_of(objects, {}).values()
    assert (edge.verdict, edge.pairs) == (Verdict.DENIED, 1)


def test_a_closed_pod_without_a_pair_takes_no_freedom_from_others() -> None:
    objects = [
        pod("shop", "web", addresses=["10.0.0.1"], app="web", role="closed"),
        pod("shop", "spare", addresses=["10.0.0.2"], on="n1", host=True, app="web"),
        service("shop", "web", {"app": "web"}),
        network_policy("shop", "closed", pods={"role": "closed"}),
    ]
    (edge,) = edges_of(objects, {}).values()
    assert (edge.verdict, edge.pairs) == (Verdict.UNRESTRICTED, 1)  # the closed one's own way to the other


def test_isolation_is_all_some_or_none() -> None:
    objects = [
        pod("shop", "web", app="web"),
        pod("shop", "db", app="db"),
        network_policy("shop", "db", pods={"app": "db"}),
        network_policy("shop", "out", policyTypes=["Egress"]),
    ]
    (found,) = compute_reach(parse_cluster(objects), Assumptions()).isolation
    assert (found.ingress, found.egress) == ("some", "all")


def test_dns_is_blocked_when_one_workload_surely_cannot_ask() -> None:
    dns = service("kube-system", "kube-dns", {"app": "dns"})
    dns["spec"]["ports"] = [{"port": 53, "protocol": p, "name": p.lower()} for p in ("UDP", "TCP")]
    objects = [
        pod("kube-system", "dns", addresses=["10.0.0.9"], app="dns"),
        dns,
        pod("shop", "web", app="web"),
        pod("shop", "db"),
    ]
    reach = compute_reach(parse_cluster(objects), Assumptions())
    assert dict(zip(reach.namespaces, reach.dns, strict=True))["shop"] is Dns.RESOLVES
    closed = network_policy("shop", "out", pods={"app": "web"}, policyTypes=["Egress"])
    reach = compute_reach(parse_cluster([*objects, closed]), Assumptions())
    assert dict(zip(reach.namespaces, reach.dns, strict=True))["shop"] is Dns.BLOCKED
    udp = network_policy("shop", "dns", egress=[{"ports": [{"port": 53, "protocol": "UDP"}]}])
    reach = compute_reach(parse_cluster([*objects, closed, udp]), Assumptions())
    assert dict(zip(reach.namespaces, reach.dns, strict=True))["shop"] is Dns.BLOCKED


def test_the_potential_is_never_below_the_verdict() -> None:
    block = network_policy("shop", "web", ingress=[{"from": [{"ipBlock": {"cidr": "10.0.1.0/24"}}]}])
    objects = [
        pod("shop", "web", app="web", addresses=["10.0.0.1"]),
        service("shop", "web", {"app": "web"}),
        pod("front", "client", addresses=["10.0.1.1"]),
        block,
    ]
    edge = edges_of(objects, {"ip_block_matches_pods": "yes"})["front", "shop/web", 80, "TCP"]
    assert (edge.verdict, edge.potential) == (Verdict.ALLOWED, Verdict.ALLOWED)
