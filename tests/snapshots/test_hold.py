"""One worker a snapshot, also when workers die, freeze or come twice."""

import time
from datetime import timedelta
from math import ceil
from typing import Any

import pytest
from django.utils import timezone

from apps.snapshots.hold import ATTEMPTS, Hold, HoldLost, take_hold
from apps.snapshots.models import Cluster, Snapshot
from apps.snapshots.schedule import order_snapshot

pytestmark = pytest.mark.django_db


@pytest.fixture
def ordered() -> Snapshot:
    cluster = Cluster.objects.create(slug="live", name="Live", source=Cluster.Source.IN_CLUSTER)
    return order_snapshot(cluster)[0]


def held(snapshot: Snapshot) -> Hold:
    hold = take_hold(snapshot.pk)
    assert hold is not None
    return hold


def let_the_lease_end(snapshot: Snapshot) -> None:
    Snapshot.objects.filter(pk=snapshot.pk).update(wake_at=timezone.now() - timedelta(seconds=1))


def test_only_one_gets_it(ordered: Snapshot) -> None:
    hold = held(ordered)

    assert hold.snapshot.state == Snapshot.State.RUNNING
    assert hold.snapshot.attempts == 1
    assert take_hold(ordered.pk) is None


def test_dead_workers_snapshot_is_taken_over_and_the_dead_cannot_write(ordered: Snapshot) -> None:
    dead = held(ordered)
    let_the_lease_end(ordered)
    alive = held(ordered)

    for write in (
        lambda: dead.report("pods"),
        dead.confirm,
        lambda: dead.fail("x"),
        lambda: dead.put_back("x"),
    ):
        with pytest.raises(HoldLost):
            write()
    alive.confirm()
    ordered.refresh_from_db()
    assert (ordered.state, ordered.attempts, ordered.error) == ("running", 2, "")


def test_it_is_not_tried_for_ever(ordered: Snapshot) -> None:
    for _ in range(ATTEMPTS):
        held(ordered)
        let_the_lease_end(ordered)

    assert take_hold(ordered.pk) is None


@pytest.mark.parametrize("state", ["complete", "partial", "failed"])
def test_what_is_over_stays_over(ordered: Snapshot, state: str) -> None:
    Snapshot.objects.filter(pk=ordered.pk).update(state=state)

    assert take_hold(ordered.pk) is None
    assert take_hold(ordered.pk + 1000) is None


def test_progress_is_written_from_time_to_time_and_at_each_step(
    ordered: Snapshot, django_assert_num_queries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("apps.snapshots.hold._REPORT_EVERY", 60.0)  # so that all of them come within it
    hold = held(ordered)
    with django_assert_num_queries(1):
        for done in range(100):
            hold.report("pods", done, 200)
    with django_assert_num_queries(1):
        hold.report("services", 5, None)

    ordered.refresh_from_db()
    assert (ordered.step, ordered.done, ordered.total) == ("services", 5, None)


def test_progress_renews_the_lease(ordered: Snapshot) -> None:
    hold = held(ordered)
    let_the_lease_end(ordered)
    hold.report("pods")

    ordered.refresh_from_db()
    assert ordered.wake_at is not None
    assert ordered.wake_at > timezone.now()


def test_put_back_waits_longer_each_time_and_fails_at_last(ordered: Snapshot) -> None:
    waits = []
    for _ in range(ATTEMPTS):
        held(ordered).put_back("no route to host")
        ordered.refresh_from_db()
        waits.append(ordered.wake_at and _in_fives((ordered.wake_at - timezone.now()).total_seconds()))

    assert waits == [15, 60, None]
    assert (ordered.state, ordered.error) == ("failed", "no route to host")
    assert ordered.finished is not None


def _in_fives(seconds: float) -> int:
    """Rounded up, as some of them passed before they were counted."""
    return 5 * ceil(seconds / 5)


def test_messages_from_outside_may_hold_anything(ordered: Snapshot) -> None:
    hold = held(ordered)
    hold.report("\x00" * 200)
    hold.fail("the server says \x00 and \ud800")

    ordered.refresh_from_db()
    assert ordered.error == "the server says ? and ?"


@pytest.mark.django_db(transaction=True)
def test_thread_keeps_the_lease_while_a_step_takes_long(ordered: Snapshot, settings: Any) -> None:
    settings.SNAPSHOT_LEASE = 4  # renewed each second
    hold = held(ordered)
    with hold.beating():
        time.sleep(4.5)
        assert take_hold(ordered.pk) is None
    time.sleep(4.1)
    assert take_hold(ordered.pk) is not None
