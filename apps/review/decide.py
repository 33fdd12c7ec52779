"""Deciding about the items of an open review. Two may do so at once: nothing that one decided is lost."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F, Sum
from django.utils import timezone

from apps.review.accept import LONGEST_TEXT, MOST_AT_ONCE, ExceptionRefused, check_terms
from apps.review.items import FindingItem, Item
from apps.review.models import Decision, Review


class ReviewRefused(ValueError):
    """What cannot be done with a review as it is. `field` names the part of the request."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field
        self.message = message


class ReviewConflict(Exception):
    """Somebody else was faster; what they decided stands, and is to be looked at first."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What is decided: accept (`note` says why, `until` how long), fine, or flag (`note` says what)."""

    choice: str
    note: str = ""
    until: datetime | None = None


def decide(
    review: Review, item: Item, judgement: Judgement, *, sources: Collection[str] = (), version: int, by: str
) -> int:
    """Decides about an item, or about some source namespaces of it; returns the item's next version.

    `version`: that of the item as the reviewer saw it, 0 if nothing had been decided. Raises ReviewRefused,
    and ReviewConflict when it has another by now, or the review is signed.
    """
    _check(judgement, len(sources) or item.size)
    if sources and isinstance(item, FindingItem):
        raise ReviewRefused("sources", "a finding has none")
    strangers = set(sources) - set(item.sources) if not isinstance(item, FindingItem) else set()
    if strangers:
        raise ReviewRefused("sources", f"{min(strangers)} is not among those of this item")
    with transaction.atomic():
        _claim(review)
        standing = review.decisions.filter(item=item.id)
        found = standing.aggregate(version=Sum("version"))["version"] or 0
        if found != version:
            raise ReviewConflict("Somebody else has decided about this meanwhile; look at it again.")
        for source in sources or ("",):
            _write(review, item.id, source, judgement, by)
    return version + (len(sources) or 1)


def decide_group(review: Review, items: Sequence[Item], judgement: Judgement, *, by: str) -> int:
    """Decides about those of the items that nobody has decided about; returns how many these were.

    Raises ReviewRefused, and ReviewConflict when the review is signed.
    """
    decided = set(review.decisions.filter(source="").values_list("item", flat=True))
    left = [item for item in items if item.id not in decided]
    _check(judgement, sum(item.size for item in left))
    with transaction.atomic():
        _claim(review)
        count = review.decisions.count()
        review.decisions.bulk_create(
            [_decision(review, item.id, "", judgement, by) for item in left],
            batch_size=200,
            ignore_conflicts=True,  # what somebody decided a moment ago stands
        )
        return review.decisions.count() - count


def by_item(review: Review) -> Mapping[str, dict[str, Decision]]:
    """The decisions by item and source; the source is empty for all that have none of their own."""
    found: dict[str, dict[str, Decision]] = {}
    for decision in review.decisions.order_by("pk"):
        found.setdefault(decision.item, {})[decision.source] = decision
    return found


def open_count(item: Item, decisions: Mapping[str, Decision]) -> int:
    """How many edges of an item, or findings, nobody has decided about."""
    if "" in decisions:
        return 0
    return item.size - len(decisions)


def version_of(decisions: Iterable[Decision]) -> int:
    return sum(decision.version for decision in decisions)


def _check(judgement: Judgement, size: int) -> None:
    if judgement.choice not in Decision.Choice.values:
        raise ReviewRefused("choice", f"must be one of {', '.join(Decision.Choice.values)}")
    if len(judgement.note) > LONGEST_TEXT:
        raise ReviewRefused("note", f"must be at most {LONGEST_TEXT} characters")
    if judgement.choice == Decision.Choice.FLAG and not judgement.note.strip():
        raise ReviewRefused("note", "must say what is to be mended")
    if judgement.choice == Decision.Choice.ACCEPT:
        _check_terms(judgement)
        if size > MOST_AT_ONCE:
            raise ReviewRefused(
                "choice", f"accepts {size} edges; {MOST_AT_ONCE} at most, so choose fewer, or find them fine"
            )
    elif judgement.until is not None:
        raise ReviewRefused("until", "is for what is accepted")


def _check_terms(judgement: Judgement) -> None:
    if judgement.until is None:
        raise ReviewRefused("until", "must say until when this is accepted")
    try:
        check_terms(judgement.note, judgement.until)
    except ExceptionRefused as refusal:
        field = "note" if refusal.field == "reason" else refusal.field
        raise ReviewRefused(field, refusal.message) from None


def _claim(review: Review) -> None:
    """Counts the decision, and holds the row until the transaction ends: nothing follows a signature."""
    if not Review.objects.filter(pk=review.pk, signed__isnull=True).update(version=F("version") + 1):
        raise ReviewConflict("This review is signed, or was abandoned; nothing more can be decided in it.")


def _write(review: Review, item: str, source: str, judgement: Judgement, by: str) -> None:
    standing = review.decisions.filter(item=item, source=source)
    changed = standing.update(
        choice=judgement.choice,
        note=judgement.note.strip(),
        until=judgement.until,
        decided=timezone.now(),
        decided_by=by,
        version=F("version") + 1,
    )
    if not changed:
        try:
            _decision(review, item, source, judgement, by).save()
        except IntegrityError:
            raise ReviewConflict(
                "Somebody else has decided about this meanwhile; look at it again."
            ) from None


def _decision(review: Review, item: str, source: str, judgement: Judgement, by: str) -> Decision:
    return Decision(
        review=review,
        item=item,
        source=source,
        choice=judgement.choice,
        note=judgement.note.strip(),
        until=judgement.until,
        decided_by=by,
    )
