"""One row a changed object; what could not be read stays unknown; all or nothing."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from apps.engine.model import ObjectRef, Unevaluated
from apps.snapshots.collect import SnapshotOvertaken, store_reading
from apps.snapshots.models import Cluster, Content, ObjectVersion, Placement, Snapshot
from apps.snapshots.queries import load_objects
from apps.snapshots.reading import Problem, Reading
from apps.snapshots.schedule import next_number
from tests.fakes.kube_objects import Object, namespace, pod, policy

Read = Callable[..., Reading]
NO_POLICIES = Unevaluated(ObjectRef("NetworkPolicy", "", ""), "not readable: HTTP 403")


def store(cluster: Cluster, reading: Reading) -> Snapshot:
    with transaction.atomic():
        snapshot = Snapshot(cluster=cluster, number=next_number(cluster))
        store_reading(snapshot, reading)
    return snapshot


def rows() -> tuple[int, int, int]:
    return ObjectVersion.objects.count(), Content.objects.count(), Placement.objects.count()


def names(snapshot: Snapshot, kind: str) -> list[str]:
    return [body["metadata"]["name"] for body in load_objects(snapshot) if body["kind"] == kind]


def test_first_snapshot_stores_every_object(
    manifests_cluster: Cluster, shop: list[Object], read: Read
) -> None:
    snapshot = store(manifests_cluster, read(shop))

    assert snapshot.state == Snapshot.State.COMPLETE
    assert snapshot.finished is not None
    assert snapshot.counts == {"namespaces": 2, "workloads": 2, "pods": 2, "services": 2, "policies": 1}
    assert snapshot.coverage["read"] == {"Namespace": 2, "NetworkPolicy": 1, "Pod": 2, "Service": 2}
    assert len(load_objects(snapshot)) == 7
    assert set(ObjectVersion.objects.values_list("first", "last")) == {(1, None)}


def test_unchanged_snapshot_writes_one_row_and_asks_a_fixed_number_of_queries(
    manifests_cluster: Cluster, shop: list[Object], read: Read
) -> None:
    first = store(manifests_cluster, read(shop))
    before = rows()
    with CaptureQueriesContext(connection) as asked:
        second = store(manifests_cluster, read(list(reversed(shop))))

    writes = [each["sql"] for each in asked if each["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
    assert rows() == before
    assert len(writes) == 1, writes
    assert len([each for each in asked if "SAVEPOINT" not in each["sql"]]) <= 8
    assert second.digest == first.digest
    assert load_objects(second) == load_objects(first)


def test_changed_object_closes_one_version_and_opens_one(
    manifests_cluster: Cluster, shop: list[Object], read: Read
) -> None:
    first = store(manifests_cluster, read(shop))
    shop[0]["metadata"]["labels"]["tier"] = "back"
    second = store(manifests_cluster, read(shop))

    history = ObjectVersion.objects.filter(name="shop", kind="Namespace").order_by("first")
    assert [(each.first, each.last) for each in history] == [(1, 1), (2, None)]
    assert ObjectVersion.objects.count() == 8
    assert '"tier":"front"' in history[0].content.body
    assert first.digest != second.digest


def test_vanished_object_stands_until_the_last_snapshot_that_saw_it(
    manifests_cluster: Cluster, shop: list[Object], read: Read
) -> None:
    first = store(manifests_cluster, read(shop))
    manifests_cluster.snapshots.create(number=2, state=Snapshot.State.FAILED)
    third = store(manifests_cluster, read(shop[:-1]))

    assert third.number == 3
    assert ObjectVersion.objects.get(name="deny").last == 1
    assert names(first, "NetworkPolicy") == ["deny"]
    assert names(third, "NetworkPolicy") == []


def test_replaced_pod_changes_the_placement_alone(
    manifests_cluster: Cluster, shop: list[Object], read: Read
) -> None:
    store(manifests_cluster, read(shop))
    versions, contents, placements = rows()
    shop[2] = pod("shop", "web-5d4f8c7b9-zzzzz", number=99)
    second = store(manifests_cluster, read(shop))

    assert rows() == (versions, contents, placements + 1)
    assert names(second, "Pod") == ["web-5d4f8c7b9-bbbbb", "web-5d4f8c7b9-zzzzz"]


def test_unread_kind_is_neither_shown_nor_closed(
    manifests_cluster: Cluster, shop: list[Object], read: Read
) -> None:
    first = store(manifests_cluster, read(shop))
    second = store(manifests_cluster, read(shop[:-1], unread=[NO_POLICIES]))
    third = store(manifests_cluster, read(shop))

    assert [each.state for each in (first, second, third)] == ["complete", "partial", "complete"]
    assert [len(names(each, "NetworkPolicy")) for each in (first, second, third)] == [1, 0, 1]
    assert ObjectVersion.objects.get(name="deny").last is None  # it never was seen to vanish


def test_object_that_vanished_while_its_kind_was_unread_was_last_seen_before(
    manifests_cluster: Cluster, shop: list[Object], read: Read
) -> None:
    store(manifests_cluster, read(shop))
    store(manifests_cluster, read(shop[:-1], unread=[NO_POLICIES]))
    store(manifests_cluster, read(shop[:-1]))

    assert ObjectVersion.objects.get(name="deny").last == 1


def test_unread_kind_of_another_group_hides_only_its_own(
    manifests_cluster: Cluster, shop: list[Object], read: Read
) -> None:
    calico = policy("lab", "calico", api="crd.projectcalico.org/v1")
    store(manifests_cluster, read([*shop, calico]))
    second = store(manifests_cluster, read(shop, unread=[NO_POLICIES]))

    assert names(second, "NetworkPolicy") == ["deny"]
    assert ObjectVersion.objects.get(name="calico").last is None


def test_problems_of_a_reading_make_it_partial_and_are_kept(
    manifests_cluster: Cluster, shop: list[Object], read: Read
) -> None:
    problem = Problem("", 0, "Pod/shop/x", "spec", "is odd")
    odd = Unevaluated(ObjectRef("Odd", "", ""), "HTTP 403: \x00 \ud800")
    snapshot = store(manifests_cluster, read(shop, problems=[problem], unread=[odd]))
    snapshot.refresh_from_db()

    assert snapshot.state == Snapshot.State.PARTIAL
    assert snapshot.coverage["problems"] == ["Pod/shop/x: spec: is odd"]
    assert snapshot.coverage["unread"][0]["reason"] == "HTTP 403: ? ?"


@pytest.mark.parametrize("name", ["", None, 7, "a\x00b", "x" * 400, "\ud800"])
def test_policy_without_a_usable_name_makes_everything_unknown(
    manifests_cluster: Cluster, shop: list[Object], read: Read, name: Any
) -> None:
    shop[-1]["metadata"]["name"] = name
    snapshot = store(manifests_cluster, read(shop))

    assert snapshot.state == Snapshot.State.PARTIAL
    assert [entry["kind"] for entry in snapshot.coverage["unread"]] == ["NetworkPolicy"]
    assert "metadata.name" in snapshot.coverage["problems"][0]


def test_strange_texts_survive(manifests_cluster: Cluster, shop: list[Object], read: Read) -> None:
    shop[0]["metadata"]["labels"]["odd"] = "\x00 ünï 🚀 <b> \ud800"
    snapshot = store(manifests_cluster, read(shop))

    body = next(body for body in load_objects(snapshot) if body["metadata"]["name"] == "shop")
    assert body["metadata"]["labels"]["odd"] == "\x00 ünï 🚀 <b> \ud800"


def test_secret_is_never_stored(manifests_cluster: Cluster, shop: list[Object], read: Read) -> None:
    secret = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "key"}, "data": {"a": "c2VjcmV0"}}
    store(manifests_cluster, read([*shop, secret]))

    assert not ObjectVersion.objects.filter(kind="Secret").exists()
    assert not Content.objects.filter(body__contains="c2VjcmV0").exists()


def test_nothing_is_stored_when_the_transaction_fails(
    manifests_cluster: Cluster, shop: list[Object], read: Read
) -> None:
    def store_and_fail() -> None:
        with transaction.atomic():
            store(manifests_cluster, read(shop))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        store_and_fail()

    assert rows() == (0, 0, 0)
    assert not Snapshot.objects.exists()


def test_older_snapshot_cannot_overwrite_history(
    manifests_cluster: Cluster, shop: list[Object], read: Read
) -> None:
    old = manifests_cluster.snapshots.create(number=1, state=Snapshot.State.RUNNING)
    store(manifests_cluster, read(shop))

    with pytest.raises(SnapshotOvertaken):
        store_reading(old, read(shop[:1]))


def test_thousands_of_changes_are_stored_in_few_queries(manifests_cluster: Cluster, read: Read) -> None:
    store(manifests_cluster, read([namespace(f"n{number}") for number in range(2000)]))
    with CaptureQueriesContext(connection) as asked:
        store(manifests_cluster, read([namespace(f"n{number}", new="yes") for number in range(2000)]))

    assert len(asked) < 40
    assert ObjectVersion.objects.filter(last__isnull=True).count() == 2000
    assert ObjectVersion.objects.filter(last=1).count() == 2000
