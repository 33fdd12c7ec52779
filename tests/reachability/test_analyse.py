"""Stored reach: a row a changed Service port, in numbers that last."""

from collections.abc import Callable

import pytest
from django.db import transaction

from apps.engine import Reach, compute_reach
from apps.engine.model import Verdict
from apps.reachability.history.rows import ports_in, spaces_at
from apps.reachability.models import NamespaceNumber, StoredPort
from apps.reachability.take import snapshot_from_reading
from apps.snapshots.models import Cluster
from apps.snapshots.queries import assumptions_of, load_cluster
from apps.snapshots.reading import Reading
from tests.fakes.kube_objects import Object, namespace, pod, policy, service

Read = Callable[..., Reading]


Edges = set[tuple[str, str, int, str, str]]


def stored_edges(cluster: Cluster, number: int) -> Edges:
    """(source, target, port, protocol, verdict) of the stored rows that stand in a snapshot."""
    names = dict(cluster.namespace_numbers.values_list("number", "name"))
    spaces = spaces_at(cluster.pk, number)
    return {
        (names[source], f"{key.namespace}/{key.service}", key.port, key.protocol, verdict.value)
        for key, row in ports_in(cluster.pk, (number, number), differing=False)
        for verdict, sources in row.answer.split(spaces).items()
        for source in sources
    }


def computed_edges(reach: Reach) -> Edges:
    return {
        (edge.source, edge.target, edge.port, edge.protocol, edge.verdict.value) for edge in reach.edges()
    }


def test_stored_rows_say_what_the_engine_says(
    manifests_cluster: Cluster, shop: list[Object], read: Read
) -> None:
    client = pod("lab", "client", number=5)
    client["metadata"] |= {"labels": {"role": "client"}, "ownerReferences": []}
    for_clients = policy("bbb", "clients")
    peer = {"namespaceSelector": {}, "podSelector": {"matchLabels": {"role": "client"}}}
    for_clients["spec"] |= {"ingress": [{"from": [peer]}], "policyTypes": ["Ingress"]}
    for_all = policy("bbb", "everybody")
    for_all["spec"] |= {"ingress": [{"from": [{"namespaceSelector": {}}]}], "policyTypes": ["Ingress"]}
    layer_7 = policy("shop", "layer-7", api="cilium.io/v2", kind="CiliumNetworkPolicy")
    bbb = [namespace("bbb"), pod("bbb", "web-5d4f8c7b9-ddddd", number=4), service("bbb", "web")]
    worlds = [
        [*shop, client],
        [*shop, namespace("aaa"), pod("aaa", "web-5d4f8c7b9-ccccc", number=3), service("aaa", "web")],
        [*shop[:-1], *bbb, client, for_clients],
        [*shop[:-1], *bbb, for_all],
        [*shop[:-1], *bbb, layer_7],
        [*shop, client],
    ]
    snapshots = [snapshot_from_reading(manifests_cluster, read(world)) for world in worlds]

    verdicts = set()
    for snapshot in snapshots:
        edges = computed_edges(compute_reach(load_cluster(snapshot), assumptions_of(snapshot)))
        assert stored_edges(manifests_cluster, snapshot.number) == edges
        verdicts |= {edge[-1] for edge in edges}
    assert verdicts == {verdict.value for verdict in Verdict}
    assert any(row.answer.counts for _, row in ports_in(manifests_cluster.pk, (3, 3), differing=False))


def test_unchanged_snapshot_writes_no_row(manifests_cluster: Cluster, shop: list[Object], read: Read) -> None:
    snapshot_from_reading(manifests_cluster, read(shop))
    before = list(StoredPort.objects.values_list("pk", "first", "last"))
    snapshot_from_reading(manifests_cluster, read(shop))

    assert list(StoredPort.objects.values_list("pk", "first", "last")) == before
    assert len(before) == 2


def test_only_the_ports_whose_answer_changed_get_a_row(
    manifests_cluster: Cluster, shop: list[Object], read: Read
) -> None:
    snapshot_from_reading(manifests_cluster, read(shop))
    snapshot_from_reading(manifests_cluster, read([*shop, service("lab", "other")]))
    snapshot_from_reading(manifests_cluster, read(shop))

    rows = StoredPort.objects.order_by("namespace", "service", "first")
    assert [(str(row), row.first, row.last) for row in rows] == [
        ("lab/other:80/TCP", 2, 2),
        ("lab/web:80/TCP", 1, None),
        ("shop/web:80/TCP", 1, None),
    ]


def test_new_namespace_without_workloads_changes_no_port(
    manifests_cluster: Cluster, shop: list[Object], read: Read
) -> None:
    snapshot_from_reading(manifests_cluster, read(shop))
    snapshot_from_reading(manifests_cluster, read([namespace("aaa"), *shop]))

    assert set(StoredPort.objects.values_list("first", "last")) == {(1, None)}


def test_numbers_last_and_are_never_given_out_again(
    manifests_cluster: Cluster, shop: list[Object], read: Read
) -> None:
    def numbers() -> dict[str, int]:
        return dict(NamespaceNumber.objects.values_list("name", "number"))

    snapshot_from_reading(manifests_cluster, read(shop))
    assert numbers() == {"lab": 0, "shop": 1}
    snapshot_from_reading(manifests_cluster, read([namespace("aaa"), *shop[1:2]]))
    snapshot_from_reading(manifests_cluster, read([namespace("bbb"), *shop]))

    assert numbers() == {"lab": 0, "shop": 1, "aaa": 2, "bbb": 3}


def test_nothing_stays_when_the_rest_cannot_be_stored(
    manifests_cluster: Cluster, shop: list[Object], read: Read
) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        _store_and_fail(manifests_cluster, read(shop))

    assert not StoredPort.objects.exists()
    assert not NamespaceNumber.objects.exists()


def _store_and_fail(cluster: Cluster, reading: Reading) -> None:
    snapshot_from_reading(cluster, reading)
    raise ZeroDivisionError
