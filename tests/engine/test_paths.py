"""Paths against a plain search over the literal evaluator, and what a search at random seldom meets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import count, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.engine import NotFound, Path, Paths, compute_reach, find_paths, parse_cluster
from apps.engine.addresses import parse_address
from apps.engine.explain import Explainer
from apps.engine.model import Assumptions, Cluster, Endpoint, Pod, Service, Verdict, Workload
from apps.engine.services import ServiceIndex, Target
from benchmarks.generate import generate_cluster
from tests.engine.objects import Object, deny_all, network_policy, node, other_policy, pod, port
from tests.engine.service_strategies import services
from tests.engine.strategies import assumptions, clusters

# (NS/SERVICE, port, protocol, workload or address reached), and the steps so far
Via = tuple[str, int, str, str]
Walk = tuple[str, tuple[Via, ...]]  # the start's key, and its steps
OPEN = {Verdict.ALLOWED, Verdict.UNRESTRICTED}


# --- the plain search ----------------------------------------------------------------------------


class PlainSearch:
    """Hops by the literal evaluator: one pair of pods, one family, one question at a time."""

    def __init__(self, cluster: Cluster, under: Assumptions) -> None:
        self.cluster, self.index, self.explainer = cluster, ServiceIndex(cluster), Explainer(cluster, under)
        self.hops = [hop for service in cluster.services for hop in self._hops(service)]

    def _hops(self, service: Service) -> Iterator[tuple[str, Via, bool]]:
        """(source, via, whether it is sure) of all hops through this Service that are possible."""
        for number, protocol in {(each.number, each.protocol) for each in service.ports}:
            for target in self.index.resolve(service, number, protocol).targets:
                for source in self.cluster.workloads:
                    verdicts = set(self._verdicts(source, target, service))
                    if verdicts & {*OPEN, Verdict.UNKNOWN}:
                        name = target.workload.key if target.workload else target.address
                        yield source.key, (service.key, number, protocol, name), bool(verdicts & OPEN)

    def _verdicts(self, source: Workload, target: Target, service: Service) -> Iterator[Verdict]:
        for start, end in product(source.pods, target.pods):
            far = service.internal_local and start.node and end.node and start.node != end.node
            if start is end or far:
                continue
            wanted = set(service.families) or {4, 6}
            for family in families(start) & families(end) & wanted:
                ends = Endpoint(source, only(start, family)), Endpoint(target.workload, only(end, family))
                yield self.explainer.explain(*ends, target.port, target.protocol).verdict

    def walks(
        self, starts: list[str], hops: int, *, sure: bool
    ) -> tuple[dict[str, Walk], dict[tuple[str, int, str], Walk]]:
        """The first of the shortest walks to each workload, and to each Service port."""
        reached: dict[str, Walk] = {start: (start, ()) for start in starts}
        ports: dict[tuple[str, int, str], Walk] = {}
        for _ in range(hops):
            longer = [
                (via, (reached[source][0], (*reached[source][1], via)))
                for source, via, certain in self.hops
                if source in reached and (certain or not sure)
            ]
            known = set(reached), set(ports)
            for via, walk in sorted(longer, key=lambda one: one[1]):
                if via[:3] not in known[1]:
                    ports.setdefault(via[:3], walk)
                if via[3] not in known[0]:
                    reached.setdefault(via[3], walk)
        return {key: walk for key, walk in reached.items() if key not in starts}, ports


def families(one: Pod) -> set[int]:
    return {parse_address(text).family for text in one.addresses} or {4, 6}


def only(one: Pod, family: int) -> Pod:
    """The pod with its address of one family."""
    kept = tuple(text for text in one.addresses if parse_address(text).family == family)
    return one._replace(addresses=kept)


def walk_of(path: Path) -> Walk:
    for before, after in zip(path.steps, path.steps[1:], strict=False):
        assert before.target == after.source
    return path.steps[0].source, tuple((s.service, s.port, s.protocol, s.target) for s in path.steps)


def starts_of(cluster: Cluster, under: Assumptions, source: str) -> list[str]:
    governed = [w for w in cluster.workloads if under.host_network == "pod" or not w.host_network]
    inside = [workload.key for workload in governed if workload.namespace == source]
    return inside if "/" not in source else [source]


@given(st.data(), clusters(), assumptions, st.integers(1, 3))
def test_paths_are_those_of_a_plain_search(
    data: st.DataObject, objects: list[Object], assumed: dict[str, str], hops: int
) -> None:
    cluster, under = parse_cluster(objects + data.draw(services(objects))), Assumptions(**assumed)
    assert not cluster.problems
    plain = PlainSearch(cluster, under)
    for source in [*(w.key for w in cluster.workloads), *(n.name for n in cluster.namespaces)]:
        found = find_paths(cluster, under, source, hops)
        starts = starts_of(cluster, under, source)
        sure = plain.walks(starts, hops, sure=True)
        perhaps = plain.walks(starts, hops, sure=False)
        for paths, certain, possible in (
            (found.workloads, sure[0], perhaps[0]),
            (found.services, sure[1], perhaps[1]),
        ):
            by_target = {(p.target, p.port, p.protocol) if p.port else p.target: p for p in paths}
            assert {key: walk_of(path) for key, path in by_target.items()} == {**possible, **certain}
            for key, path in by_target.items():
                assert path.certainty is (Verdict.ALLOWED if key in certain else Verdict.UNKNOWN)
                assert path.hops == len(path.steps) <= hops


# --- what chance seldom meets --------------------------------------------------------------------

NOTHING_ASSUMED = Assumptions()
_numbers = count(10)


def service(space: str, name: str, number: int = 80, **selector: str) -> Object:
    spec = {"selector": selector, "ports": [{"port": number, "protocol": "TCP"}]}
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": name, "namespace": space},
        "spec": spec,
    }


def running(space: str, name: str, *, ports: Sequence[Object] = (), **labels: str) -> Object:
    """A pod with an address of its own, as a Service's end points have."""
    return pod(space, name, addresses=[f"10.0.0.{next(_numbers)}"], ports=ports, **labels)


def from_space(name: str) -> Object:
    return {"from": [{"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": name}}}]}


def paths(source: str, hops: int, *objects: Object, any_port: bool = False) -> Paths:
    cluster = parse_cluster(objects)
    assert not cluster.problems
    return find_paths(cluster, NOTHING_ASSUMED, source, hops, any_port=any_port)


def reached(found: Paths) -> dict[str, int]:
    return {path.target: path.hops for path in found.workloads}


CHAIN = (
    running("shop", "web", app="web"),
    running("orders", "api", app="api"),
    running("payments", "db", app="db"),
    service("shop", "web", app="web"),
    service("orders", "api", app="api"),
    service("payments", "db", 5432, app="db"),
    network_policy("orders", "in", ingress=[from_space("shop")]),
    network_policy("payments", "in", ingress=[from_space("orders")]),
)


def test_what_was_reached_leads_on_with_its_own_rights() -> None:
    assert reached(paths("shop", 1, *CHAIN)) == {"orders/Pod/api": 1}
    found = paths("shop", 5, *CHAIN)
    assert reached(found) == {"orders/Pod/api": 1, "payments/Pod/db": 2}
    steps = [(s.source, s.service, s.port, s.target) for s in found.workloads[1].steps]
    assert steps == [
        ("shop/Pod/web", "orders/api", 80, "orders/Pod/api"),
        ("orders/Pod/api", "payments/db", 5432, "payments/Pod/db"),
    ]


def test_a_closed_target_ends_the_path() -> None:
    assert reached(paths("shop", 5, *CHAIN, deny_all("shop"))) == {}
    assert reached(paths("payments", 5, *CHAIN)) == {"shop/Pod/web": 1, "orders/Pod/api": 2}


def test_a_path_over_an_unknown_hop_is_unknown() -> None:
    found = paths("shop", 3, *CHAIN, other_policy("cilium.io/v2", "CiliumNetworkPolicy", "orders", "one"))
    assert {path.target: path.certainty for path in found.workloads} == {
        "orders/Pod/api": Verdict.UNKNOWN,
        "payments/Pod/db": Verdict.UNKNOWN,
    }


def test_a_longer_sure_path_comes_before_a_shorter_unknown_one() -> None:
    block = {"ipBlock": {"cidr": "10.0.0.0/8"}}  # whether it matches pods is left to the plugin
    found = paths(
        "shop",
        3,
        *CHAIN,
        network_policy("payments", "perhaps", ingress=[{"from": [block]}]),
    )
    path = next(path for path in found.workloads if path.target == "payments/Pod/db")
    assert (path.hops, path.certainty) == (2, Verdict.ALLOWED)


def test_only_the_pods_that_were_reached_lead_on() -> None:
    """Two pods of one owner with different labels: the Service leads to the first, the second may go on."""
    owner = [{"apiVersion": "apps/v1", "kind": "StatefulSet", "name": "api", "controller": True}]
    first, second = (running("orders", f"api-{n}", app="api", n=str(n)) for n in (0, 1))
    for one in (first, second):
        one["metadata"]["ownerReferences"] = owner
    objects = (
        running("shop", "web", app="web"),
        first,
        second,
        running("payments", "db", app="db"),
        service("orders", "first", app="api", n="0"),
        service("payments", "db", app="db"),
        network_policy("shop", "out", policyTypes=["Egress"], egress=[{"to": from_space("orders")["from"]}]),
    )
    closed = network_policy("orders", "out", pods={"n": "0"}, policyTypes=["Egress"])
    assert reached(paths("shop", 3, *objects)) == {"orders/StatefulSet/api": 1, "payments/Pod/db": 2}
    assert reached(paths("shop", 3, *objects, closed)) == {"orders/StatefulSet/api": 1}


def test_a_pod_does_not_reach_the_service_in_front_of_itself_alone() -> None:
    alone = (running("shop", "web", app="web"), service("shop", "web", app="web"))
    assert paths("shop", 3, *alone).services == ()
    twin = running("shop", "twin", app="web")
    found = paths("shop/Pod/web", 1, *alone, twin)
    assert [(path.target, path.steps[0].target) for path in found.services] == [("shop/web", "shop/Pod/twin")]
    assert reached(found) == {"shop/Pod/twin": 1}


def test_pods_without_a_service_are_reached_on_any_port_alone() -> None:
    objects = (
        running("shop", "web", app="web"),
        running("orders", "job", app="job", ports=[port("debug", 9229)]),
        network_policy("orders", "in", ingress=[from_space("shop") | {"ports": [{"port": 9229}]}]),
    )
    assert reached(paths("shop", 2, *objects)) == {}
    (path,) = paths("shop", 2, *objects, any_port=True).workloads
    assert path.steps == (("shop/Pod/web", "", 9229, "TCP", "orders/Pod/job", Verdict.ALLOWED),)


def test_a_pod_on_its_nodes_network_leads_on_as_its_node() -> None:
    """The node's own traffic passes its pods' policies (N17), which the way there did not."""
    objects = (
        node("n1", "192.168.0.1"),
        pod("shop", "web", addresses=["10.0.0.1"], on="n2", app="web"),
        pod("tools", "agent", addresses=["192.168.0.1"], on="n1", host=True, app="agent"),
        pod("payments", "db", addresses=["10.0.0.3"], on="n1", app="db"),
        service("tools", "agent", app="agent"),
        service("payments", "db", app="db"),
        deny_all("payments"),
    )
    assert reached(paths("shop", 1, *objects)) == {"tools/Pod/agent": 1}
    assert reached(paths("shop", 2, *objects)) == {"tools/Pod/agent": 1, "payments/Pod/db": 2}
    assert paths("tools", 2, *objects).starts == ()
    assert reached(paths("tools/Pod/agent", 1, *objects)) == {"payments/Pod/db": 1}


def test_an_address_outside_is_reached_and_leads_nowhere() -> None:
    outside = {
        "apiVersion": "discovery.k8s.io/v1",
        "kind": "EndpointSlice",
        "metadata": {
            "name": "old",
            "namespace": "shop",
            "labels": {"kubernetes.io/service-name": "old"},
        },
        "addressType": "IPv4",
        "ports": [{"name": "", "port": 80, "protocol": "TCP"}],
        "endpoints": [{"addresses": ["203.0.113.7"]}],
    }
    old = service("shop", "old")
    del old["spec"]["selector"]
    found = paths("shop", 3, running("shop", "web", app="web"), old, outside)
    assert found.workloads == ()
    assert [path.steps[0].target for path in found.services] == ["203.0.113.7"]


@pytest.mark.parametrize("source", ["nowhere", "shop/Pod/nobody", "shop/Pod"])
def test_a_source_that_is_not_there_is_named(source: str) -> None:
    with pytest.raises(NotFound, match=source):
        paths(source, 1, *CHAIN)


def test_no_hop_is_an_error() -> None:
    with pytest.raises(ValueError, match="hops"):
        paths("shop", 0, *CHAIN)


def test_a_large_cluster() -> None:
    cluster = parse_cluster(generate_cluster(1000, 3000, 6000, 2000, 1500, seed=3))
    compute_reach(cluster, NOTHING_ASSUMED)
    found = find_paths(cluster, NOTHING_ASSUMED, "team-000-1", 5)
    assert found.workloads
