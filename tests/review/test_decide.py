"""Two may decide at once, and no decision is lost."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.review.decide import Judgement, ReviewConflict, ReviewRefused, decide, decide_group
from apps.review.models import Decision
from apps.review.open_review import start_review
from apps.review.review_items import ReviewItems
from tests.review.reviewing import FINE, the_edge
from tests.review.stored import OPENED, store

pytestmark = pytest.mark.django_db


def test_a_decision_for_some_and_one_for_the_rest() -> None:
    review = start_review(store(), by="ann")
    item = the_edge(review)  # into gate, from lab and shop
    assert ReviewItems(review).left(item) == 2
    version = decide(review, item, Judgement("flag", "close it"), sources=["lab"], version=0, by="ann")
    assert ReviewItems(review).left(item) == 1
    assert decide(review, item, FINE, version=version, by="bob") == 2
    assert ReviewItems(review).left(item) == 0
    choices = {d.source: (d.choice, d.decided_by) for d in review.decisions.filter(item=item.id)}
    assert choices == {"lab": ("flag", "ann"), "": ("fine", "bob")}


def test_two_at_once_the_second_is_told() -> None:
    review = start_review(store(), by="ann")
    item = the_edge(review)
    decide(review, item, Judgement("flag", "close it"), version=0, by="ann")
    with pytest.raises(ReviewConflict, match="Somebody else has decided"):
        decide(review, item, FINE, version=0, by="bob")
    assert Decision.objects.get().choice == "flag"
    decide(review, item, FINE, version=ReviewItems(review).version(item), by="bob")  # having looked again
    decision = Decision.objects.get()
    assert (decision.choice, decision.decided_by, decision.version) == ("fine", "bob", 2)


def test_a_group_leaves_alone_what_is_decided() -> None:
    review = start_review(store(None, OPENED), by="ann")
    items = ReviewItems(review).items
    decide(review, items[0], Judgement("flag", "close it"), version=0, by="ann")
    assert decide_group(review, items, FINE, by="bob") == len(items) - 1
    assert Decision.objects.get(item=items[0].id).choice == "flag"
    assert ReviewItems(review).all_left == 0


@pytest.mark.parametrize(
    ("judgement", "sources", "field"),
    [
        (Judgement("maybe"), [], "choice"),
        (Judgement("flag", " "), [], "note"),
        (Judgement("fine", "x" * 2001), [], "note"),
        (Judgement("fine", "", timezone.now() + timedelta(days=1)), [], "until"),
        (Judgement("accept", "why"), [], "until"),
        (Judgement("accept", "", timezone.now() + timedelta(days=1)), [], "note"),
        (Judgement("accept", "why", timezone.now() - timedelta(days=1)), [], "until"),
        (FINE, ["moon"], "sources"),
    ],
)
def test_a_decision_that_makes_no_sense_is_refused(
    judgement: Judgement, sources: list[str], field: str
) -> None:
    review = start_review(store(), by="ann")
    with pytest.raises(ReviewRefused) as refused:
        decide(review, the_edge(review), judgement, sources=sources, version=0, by="ann")
    assert refused.value.field == field
    assert not Decision.objects.exists()
