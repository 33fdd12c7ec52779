"""Questions about a stored snapshot: edges in pages, and why."""

from __future__ import annotations

import pytest
from pytest_django import DjangoAssertNumQueries

from apps.engine.model import Backend, Dns, Verdict
from apps.reachability.names import UnknownName
from apps.reachability.queries import explain, load_reach, reach_page
from apps.reachability.selection import EdgeFilter
from apps.reachability.take import snapshot_from_reading
from apps.snapshots.manifests import read_paths
from apps.snapshots.models import Cluster, Snapshot
from apps.snapshots.queries import NothingStored
from apps.snapshots.reading import ReadObject
from tests.fakes.kube_objects import service
from tests.reachability.stored import HARBOUR, store_harbour

pytestmark = pytest.mark.django_db


@pytest.fixture
def harbour() -> Snapshot:
    return store_harbour()


def test_every_edge_is_there_once(harbour: Snapshot) -> None:
    reach = load_reach(harbour)
    edges = reach_page(harbour, EdgeFilter())
    assert len(edges) == len(reach.namespaces) * len(reach.ports) == 6 * 6
    assert list(edges) == edges[:] == list(reach.edges())


@pytest.mark.parametrize("size", [1, 4, 6, 7, 36, 100])
def test_pages_join_to_the_whole(harbour: Snapshot, size: int) -> None:
    edges = reach_page(harbour, EdgeFilter(dns=frozenset({Dns.RESOLVES})))
    pages = [edges[start : start + size] for start in range(0, len(edges), size)]
    assert [edge for page in pages for edge in page] == edges[:]
    assert edges[-1] == edges[:][-1]
    with pytest.raises(IndexError):
        edges[len(edges)]


@pytest.mark.parametrize(
    "wanted",
    [
        EdgeFilter(source="orders"),
        EdgeFilter(target="shop"),
        EdgeFilter(target="shop/db"),
        EdgeFilter(port=80),
        EdgeFilter(protocol="UDP"),
        EdgeFilter(verdicts=frozenset({Verdict.PARTIAL, Verdict.DENIED})),
        EdgeFilter(dns=frozenset({Dns.BLOCKED})),
        EdgeFilter(source="front", target="orders", verdicts=frozenset({Verdict.UNRESTRICTED})),
    ],
)
def test_filters_keep_what_they_say(harbour: Snapshot, wanted: EdgeFilter) -> None:
    kept = [
        edge
        for edge in load_reach(harbour).edges()
        if wanted.source in ("", edge.source)
        and wanted.target in ("", edge.target, edge.target.split("/")[0])
        and wanted.port in (None, edge.port)
        and wanted.protocol in ("", edge.protocol)
        and (not wanted.verdicts or edge.verdict in wanted.verdicts)
        and (not wanted.dns or edge.dns in wanted.dns)
    ]
    found = reach_page(harbour, wanted)
    assert found[:] == kept
    assert 0 < len(found) < 36


def test_an_edge_says_all_that_is_known(harbour: Snapshot) -> None:
    (edge,) = reach_page(harbour, EdgeFilter(source="orders", target="shop/db", port=5432))[:]
    assert edge._asdict() == {
        "source": "orders",
        "target": "shop/db",
        "port": 5432,
        "protocol": "TCP",
        "verdict": Verdict.PARTIAL,
        "allowed_pairs": 1,
        "pairs": 2,
        "dns": Dns.RESOLVES,
        "backend": Backend.READY,
        "potential": Verdict.ALLOWED,
        "reason": edge.reason,
    }


def test_a_second_question_costs_no_reading(
    harbour: Snapshot, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    reach_page(harbour, EdgeFilter())
    with django_assert_num_queries(0):
        assert reach_page(harbour, EdgeFilter(source="front"))[:]


@pytest.mark.parametrize(
    ("wanted", "field", "name"),
    [
        (EdgeFilter(source="atlantis"), "source", "atlantis"),
        (EdgeFilter(target="atlantis"), "target", "atlantis"),
        (EdgeFilter(target="shop/atlantis"), "target", "shop/atlantis"),
        (EdgeFilter(target="shop/"), "target", "shop/"),
    ],
)
def test_names_that_are_not_there_are_said(
    harbour: Snapshot, wanted: EdgeFilter, field: str, name: str
) -> None:
    with pytest.raises(UnknownName, match=name) as caught:
        reach_page(harbour, wanted)
    assert caught.value.field == field


def test_an_unfinished_snapshot_has_no_answer(harbour: Snapshot) -> None:
    waiting = Snapshot.objects.create(cluster=harbour.cluster, number=2)
    with pytest.raises(NothingStored, match="queued"):
        reach_page(waiting, EdgeFilter())


def test_an_explanation_cites_the_lines_that_decide(harbour: Snapshot) -> None:
    told = explain(
        harbour, source="orders/Deployment/client", target="shop/db", port=5432, protocol="TCP", yaml_url=str
    )
    assert told["verdict"] == "allowed"
    assert (told["allowed_pairs"], told["pairs"], told["group_count"]) == (1, 1, 1)
    (citation,) = [each for each in told["ingress"]["citations"] if each["name"] == "allow-client"]
    assert (citation["kind"], citation["namespace"]) == ("NetworkPolicy", "shop")
    assert citation["path"] == "spec.ingress[0]"
    assert citation["effect"] == "allow"
    first, last = citation["lines"]
    assert citation["marks"]
    assert all(first <= low <= high <= last for low, high in citation["marks"])


def test_a_block_names_its_nearest_miss(harbour: Snapshot) -> None:
    told = explain(
        harbour, source="orders/Deployment/worker", target="shop/db", port=5432, protocol="TCP", yaml_url=str
    )
    assert told["verdict"] == told["ingress"]["verdict"] == "denied"
    assert told["egress"]["verdict"] == "allowed"
    assert told["ingress"]["isolated"] is True
    assert told["ingress"]["nearest"]["citation"]["name"] == "allow-client"
    assert told["ingress"]["nearest"]["lacks"]


def test_a_partial_edge_shows_first_what_can(harbour: Snapshot) -> None:
    told = explain(harbour, source="orders", target="shop/db", port=5432, protocol="TCP", yaml_url=str)
    assert (told["verdict"], told["allowed_pairs"], told["pairs"]) == ("partial", 1, 2)
    assert [group["verdict"] for group in told["groups"]] == ["allowed", "denied"]
    assert told["groups"][0]["sources"] == ["orders/Deployment/client"]
    assert told["ingress"] == told["groups"][0]["ingress"]


def test_where_nobody_asks_there_are_no_gates(harbour: Snapshot) -> None:
    told = explain(harbour, source="empty", target="shop/db", port=5432, protocol="TCP", yaml_url=str)
    assert (told["verdict"], told["egress"], told["ingress"], told["groups"]) == ("empty", None, None, [])


@pytest.mark.parametrize(
    ("source", "target", "port", "field"),
    [
        ("atlantis", "shop/db", 5432, "source"),
        ("orders/Deployment/atlantis", "shop/db", 5432, "source"),
        ("orders", "shop/atlantis", 5432, "target"),
        ("orders", "atlantis/db", 5432, "target"),
        ("orders", "shop/db", 5433, "port"),
    ],
)
def test_an_explanation_of_nothing_says_what_is_missing(
    harbour: Snapshot, source: str, target: str, port: int, field: str
) -> None:
    with pytest.raises(UnknownName) as caught:
        explain(harbour, source=source, target=target, port=port, protocol="TCP", yaml_url=str)
    assert caught.value.field == field


def test_every_edge_can_be_explained_and_the_explanation_agrees(harbour: Snapshot) -> None:
    edges = reach_page(harbour, EdgeFilter())
    assert len(edges) == 36
    for edge in edges:
        told = explain(
            harbour,
            source=edge.source,
            target=edge.target,
            port=edge.port,
            protocol=edge.protocol,
            yaml_url=str,
        )
        assert (told["verdict"], told["allowed_pairs"], told["pairs"]) == (
            edge.verdict,
            edge.allowed_pairs,
            edge.pairs,
        )


def test_an_alias_has_the_ports_of_what_it_stands_for(manifests_cluster: Cluster) -> None:
    alias = service("front", "store")
    alias["spec"] = {"type": "ExternalName", "externalName": "db.shop.svc.cluster.local"}
    reading = read_paths([str(HARBOUR)])
    reading.objects.append(ReadObject(alias))
    snapshot = snapshot_from_reading(manifests_cluster, reading)
    (edge,) = reach_page(snapshot, EdgeFilter(source="orders", target="front/store", port=5432))[:]
    told = explain(snapshot, source="orders", target="front/store", port=5432, protocol="TCP", yaml_url=str)
    assert told["verdict"] == edge.verdict == "partial"


def test_an_unknown_edge_says_why(manifests_cluster: Cluster) -> None:
    reading = read_paths([str(HARBOUR)])
    meta = {"name": "l7", "namespace": "shop"}
    spec = {"endpointSelector": {}}
    cilium = {"apiVersion": "cilium.io/v2", "kind": "CiliumNetworkPolicy", "metadata": meta, "spec": spec}
    reading.objects.append(ReadObject(cilium))
    snapshot = snapshot_from_reading(manifests_cluster, reading)
    (edge,) = reach_page(snapshot, EdgeFilter(source="orders", target="shop/db", port=5432))[:]
    assert edge.verdict is Verdict.UNKNOWN
    assert "CiliumNetworkPolicy/shop/l7" in edge.reason
