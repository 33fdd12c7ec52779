"""What is due is ordered once, however many schedulers ask, and nothing waits for ever."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from apps.snapshots.hold import ATTEMPTS
from apps.snapshots.models import Cluster, Snapshot
from apps.snapshots.schedule import (
    claim_due_clusters,
    claim_stalled_snapshots,
    next_number,
    order_snapshot,
)

pytestmark = pytest.mark.django_db


def live(slug: str = "live", **fields: Any) -> Cluster:
    return Cluster.objects.create(slug=slug, name=slug, source=Cluster.Source.IN_CLUSTER, **fields)


def ago(seconds: float) -> datetime:
    return timezone.now() - timedelta(seconds=seconds)


def test_numbers_count_from_one_by_cluster() -> None:
    one, other = live("one"), live("other")
    one.snapshots.create(number=next_number(one), state="failed")

    assert [next_number(one), next_number(other)] == [2, 1]


def test_unfinished_snapshot_is_given_again() -> None:
    cluster = live()
    first, is_new = order_snapshot(cluster)
    again, is_new_again = order_snapshot(cluster)
    Snapshot.objects.filter(pk=first.pk).update(state="failed")
    later, _ = order_snapshot(cluster)

    assert (is_new, is_new_again, again) == (True, False, first)
    assert (first.number, later.number) == (1, 2)


def test_database_refuses_a_second_unfinished_snapshot() -> None:
    cluster = live()
    cluster.snapshots.create(number=1, state="running")

    with pytest.raises(IntegrityError), transaction.atomic():
        cluster.snapshots.create(number=2, state="queued")
    cluster.snapshots.create(number=2, state="failed")


def test_due_cluster_is_claimed_once() -> None:
    cluster = live(interval=60, next_due=ago(5))

    assert claim_due_clusters() == [cluster]
    assert claim_due_clusters() == []
    cluster.refresh_from_db()
    assert cluster.next_due is not None
    assert 55 < (cluster.next_due - timezone.now()).total_seconds() <= 60


def test_cluster_that_never_was_read_is_due() -> None:
    cluster = live(interval=60)

    assert claim_due_clusters() == [cluster]
    assert claim_due_clusters() == []


def test_others_are_not_due() -> None:
    live("by-hand", interval=None)
    live("off", interval=60, enabled=False)
    live("later", interval=60, next_due=timezone.now() + timedelta(seconds=30))
    Cluster.objects.create(slug="files", name="files", source=Cluster.Source.MANIFESTS, interval=60)

    assert claim_due_clusters() == []


@pytest.mark.parametrize("state", ["queued", "running"])
def test_stalled_snapshot_is_claimed_once_and_waits_again(state: str) -> None:
    stalled = live().snapshots.create(number=1, state=state, wake_at=ago(1), holder="dead", attempts=1)
    live("busy").snapshots.create(number=1, state=state, wake_at=timezone.now() + timedelta(seconds=9))

    assert claim_stalled_snapshots() == [stalled.pk]
    assert claim_stalled_snapshots() == []
    stalled.refresh_from_db()
    assert (stalled.state, stalled.holder) == ("queued", "")


def test_snapshot_whose_workers_always_die_is_failed() -> None:
    snapshot = live().snapshots.create(number=1, state="running", wake_at=ago(1), attempts=ATTEMPTS)

    assert claim_stalled_snapshots() == []
    snapshot.refresh_from_db()
    assert snapshot.state == "failed"
    assert "worker died" in snapshot.error
