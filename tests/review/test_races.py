"""Several at the same instant, on real connections: one wins, and the others are told or find it done."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone

from apps.review.accept import accept_edges
from apps.review.decide import ReviewConflict, decide, decide_group
from apps.review.follow_up import follow_up
from apps.review.models import AcceptedException, Decision, FollowUp, GuardrailCheck, Review
from apps.review.open_review import start_review
from apps.review.review_items import ReviewItems
from apps.snapshots.models import Snapshot
from tests.review.reviewing import FINE, the_edge
from tests.review.stored import OPENED, WEB, save, store

pytestmark = pytest.mark.django_db(transaction=True)

AT_ONCE = 4


def at_once(work: Callable[[int], object]) -> list[object]:
    """What each of several threads gets, or the conflict that it is told."""
    barrier = Barrier(AT_ONCE)

    def run(number: int) -> object:
        try:
            barrier.wait(60)
            return work(number)
        except ReviewConflict as conflict:
            return conflict
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(run, range(AT_ONCE)))


def test_one_decision_about_an_item_wins() -> None:
    review = start_review(store(), by="ann")
    item = the_edge(review)
    found = at_once(lambda number: decide(review, item, FINE, version=0, by=f"reviewer {number}"))
    assert sum(isinstance(each, ReviewConflict) for each in found) == AT_ONCE - 1
    assert Decision.objects.get().decided_by == f"reviewer {found.index(1)}"
    review.refresh_from_db()
    assert review.version == 1


def test_a_group_is_decided_once() -> None:
    review = start_review(store(None, OPENED), by="ann")
    items = ReviewItems(review).items
    found = at_once(lambda number: decide_group(review, items, FINE, by=f"reviewer {number}"))
    assert sorted(map(str, found)) == sorted(["0"] * (AT_ONCE - 1) + [str(len(items))])
    assert Decision.objects.count() == len(items)


def test_one_review_is_opened() -> None:
    snapshot = store()
    found = at_once(lambda number: start_review(snapshot, by=f"reviewer {number}"))
    assert sum(isinstance(each, ReviewConflict) for each in found) == AT_ONCE - 1
    assert Review.objects.count() == 1


def test_a_snapshot_is_followed_up_once() -> None:
    snapshot = store(None, OPENED)
    save(snapshot.cluster)
    found = at_once(lambda _: follow_up(Snapshot.objects.select_related("cluster").get().cluster))
    assert sorted(len(each) for each in found if isinstance(each, list)) == [0] * (AT_ONCE - 1) + [1]
    assert (FollowUp.objects.count(), GuardrailCheck.objects.count()) == (1, 1)


def test_an_edge_is_accepted_once() -> None:
    snapshot = store(None, OPENED)
    until = timezone.now() + timedelta(days=9)
    at_once(lambda number: accept_edges(snapshot, [WEB], reason="why", until=until, by=f"reviewer {number}"))
    assert AcceptedException.objects.filter(ended__isnull=True).count() == 1
    assert AcceptedException.objects.count() == AT_ONCE
