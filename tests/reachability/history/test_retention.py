"""Pruned snapshots take nothing with them that is asked of those that stay: not even since when."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from apps.reachability.history.edge import FACTS, edge_history, namespace_history
from apps.reachability.models import Origin, StoredPort, StoredSpaces, TimelineStep
from apps.reachability.retention import prune
from apps.reachability.retention.chosen import to_prune
from apps.reachability.retention.prune import prune_step
from apps.reachability.tasks import prune_snapshots
from apps.snapshots.clusters import ClusterRefused, add_cluster, change_cluster
from apps.snapshots.models import Cluster, Content, ObjectVersion, Placement, Snapshot
from apps.snapshots.queries import assumptions_of, load_cluster
from tests.fakes.kube_api import KubeApi
from tests.reachability.history.month import Day, Month

pytestmark = pytest.mark.django_db
NEEDED = (4, 11)
Known = dict[tuple[Any, ...], tuple[Any, ...]]


def keep_some(cluster: Cluster) -> set[int]:
    return set(NEEDED)


@pytest.fixture
def month(settings: Any) -> Iterator[Month]:
    settings.KEEPERS = (f"{__name__}.keep_some",)
    with KubeApi(token="t0ken") as api:
        cluster = add_cluster(name="Live", source=Cluster.Source.KUBECONFIG, kubeconfig=api.kubeconfig())
        yield Month(api, cluster, seed=11)


def known_of(days: list[Day]) -> Known:
    """Since when every seventh edge and every namespace is as it is in these snapshots."""
    found: Known = {}
    for day in days:
        number = day.snapshot.number
        for source, key in sorted(day.verdicts)[::7]:
            history = edge_history(day.snapshot, source, key)
            now = history.now
            found[number, source, key] = now.value, now.first, history.open_since
        for namespace in day.reach.namespaces:
            for fact in FACTS:
                past = namespace_history(day.snapshot, namespace, fact).now
                found[number, namespace, fact] = past.value, past.first
    return found


def kept(days: list[Day]) -> list[Day]:
    there = set(Snapshot.objects.values_list("number", flat=True))
    return [day for day in days if day.snapshot.number in there]


def limited(to: str) -> Cluster:
    return change_cluster(Cluster.objects.get(), retention=to)


def test_since_when_is_not_lost(month: Month, monkeypatch: pytest.MonkeyPatch) -> None:
    days = month.take(24)
    before = known_of(days)
    cluster = limited("8")
    while prune_step(cluster, most=5):
        staying = kept(days)
        known = known_of(staying)
        assert known == {asked: before[asked] for asked in known}
    assert [day.snapshot.number for day in staying] == [*NEEDED, *range(17, 25)]

    days += month.take(8)
    changed = known_of(days[24:])
    prune_snapshots()
    assert [day.snapshot.number for day in kept(days)] == [*NEEDED, *range(25, 33)]
    known = known_of(kept(days))
    assert known == {asked: (before | changed)[asked] for asked in known}
    assert any(first not in {day.snapshot.number for day in kept(days)} for _, first, *_ in known.values())


def test_what_stays_can_be_asked_as_before(month: Month) -> None:
    days = month.take(20)
    cluster = limited("5")
    rows = [model.objects.count() for model in (StoredPort, StoredSpaces, ObjectVersion, Content, Placement)]
    prune_snapshots()

    for day in kept(days):
        snapshot = Snapshot.objects.get(number=day.snapshot.number)
        assert load_cluster(snapshot).services == day.world.services
        assert assumptions_of(snapshot)
        for (source, key), verdict in day.verdicts.items():
            assert edge_history(snapshot, source, key).now.value == verdict
    left = [model.objects.count() for model in (StoredPort, StoredSpaces, ObjectVersion, Content, Placement)]
    assert all(after < before for after, before in zip(left, rows, strict=True)), (rows, left)
    assert TimelineStep.objects.count() == 20, "a date is known of everything that ever began"
    assert set(Origin.objects.values_list("number", flat=True)) <= {4, 11, 16}
    assert not prune_step(cluster)


def test_a_worker_that_dies_leaves_what_was(month: Month, monkeypatch: pytest.MonkeyPatch) -> None:
    days = month.take(15)
    before = known_of(days)
    cluster = limited("4")
    counts = [model.objects.count() for model in (Snapshot, StoredPort, Origin, ObjectVersion)]

    def die(*_: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(prune, "drop_objects", die)
        with pytest.raises(ZeroDivisionError):
            prune_step(cluster)
    assert [model.objects.count() for model in (Snapshot, StoredPort, Origin, ObjectVersion)] == counts

    prune_snapshots()
    known = known_of(kept(days))
    assert known == {asked: before[asked] for asked in known}
    assert len(kept(days)) == 6


def test_days(manifests_cluster: Cluster, settings: Any) -> None:
    settings.KEEPERS = ()
    now = timezone.now()
    for number, age in enumerate((100, 50, 20, 15), 1):
        state = Snapshot.State.FAILED if number == 2 else Snapshot.State.COMPLETE
        manifests_cluster.snapshots.create(number=number, state=state, requested=now - timedelta(days=age))
    assert to_prune(manifests_cluster) == []
    assert to_prune(change_cluster(manifests_cluster, retention="30d")) == [1, 2]
    assert to_prune(change_cluster(manifests_cluster, retention="1d")) == [1, 2, 3]
    assert to_prune(change_cluster(manifests_cluster, retention="2")) == [1, 2]
    assert to_prune(change_cluster(manifests_cluster, retention="all")) == []
    settings.RETENTION = "1"
    assert to_prune(change_cluster(manifests_cluster, retention="")) == [1, 2, 3]


@pytest.mark.parametrize("text", ["0", "-1", "30 days", "some", "d", "1.5d", "12345678"])
def test_wrong_retentions_are_named(manifests_cluster: Cluster, text: str) -> None:
    with pytest.raises(ClusterRefused) as refusal:
        change_cluster(manifests_cluster, retention=text)
    assert refusal.value.field == "retention"
