"""Going through reviews in tests."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from apps.review.decide import Judgement, decide_group
from apps.review.items import EdgeItem
from apps.review.models import Review, Seal
from apps.review.open_review import start_review
from apps.review.review_items import ReviewItems
from apps.review.sign import sign_review
from apps.snapshots.models import Snapshot

FINE = Judgement("fine")


def soon() -> datetime:
    return timezone.now() + timedelta(days=30)


def sign(review: Review, by: str = "ann") -> Seal:
    review.refresh_from_db()
    found = ReviewItems(review)
    return sign_review(review, found.items, found.after, found.before, version=review.version, by=by)


def signed(snapshot: Snapshot) -> Review:
    """A review in which everything is found fine."""
    review = start_review(snapshot, by="ann")
    decide_group(review, ReviewItems(review).items, FINE, by="ann")
    sign(review)
    return review


def edges(review: Review) -> list[tuple[str, str, str, list[str]]]:
    found = ReviewItems(review).items
    return [(each.group, each.kind, each.title, each.sources) for each in found if isinstance(each, EdgeItem)]


def the_edge(review: Review) -> EdgeItem:
    (item,) = [each for each in ReviewItems(review).items if isinstance(each, EdgeItem)]
    return item
