"""Signing a review: its exceptions begin, and it is sealed. From then on the database refuses any change."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence

from django.db import transaction
from django.utils import timezone

from apps.engine import EdgeKey
from apps.review.accept import MOST_AT_ONCE, ExceptionRefused, accept_edges, accept_finding
from apps.review.content import canonical, tell_review
from apps.review.decide import ReviewConflict, ReviewRefused, by_item, open_count
from apps.review.items import FindingItem, Item
from apps.review.models import Decision, Review, Seal
from apps.review.queries import ACTIVE, exceptions_of, guardrail_results
from apps.snapshots.models import Snapshot

Decisions = Mapping[str, Mapping[str, Decision]]


def sign_review(
    review: Review,
    items: Sequence[Item],
    after: Snapshot,
    before: Snapshot | None,
    *,
    version: int,
    by: str,
) -> Seal:
    """Signs and seals a review of which everything is decided; what was accepted is so from now on.

    `items`: those of the review; `version`: its own as the reviewer saw it. Raises ReviewRefused, and
    ReviewConflict when somebody decided or signed meanwhile; then nothing is stored.
    """
    with transaction.atomic():
        _sign(review, version, by)
        decisions = by_item(review)
        left = sum(open_count(item, decisions.get(item.id, {})) for item in items)
        if left:
            raise ReviewRefused("items", f"{left} of what is new {'is' if left == 1 else 'are'} not decided")
        _accept(after, items, decisions)
        return _seal(review, items, decisions, after, before)


def _sign(review: Review, version: int, by: str) -> None:
    """From here to the end of the transaction no decision can be added (`decide` claims the same row)."""
    as_seen = Review.objects.filter(pk=review.pk, version=version, signed__isnull=True)
    if not as_seen.update(signed=timezone.now(), signed_by=by):
        raise ReviewConflict("Somebody else decided or signed meanwhile; look at the review again.")
    review.refresh_from_db()


def _accept(after: Snapshot, items: Sequence[Item], decisions: Decisions) -> None:
    edges: dict[int, list[EdgeKey]] = defaultdict(list)
    deciding = {decision.pk: decision for each in decisions.values() for decision in each.values()}
    for item in items:
        found = decisions[item.id]
        if all(decision.choice != Decision.Choice.ACCEPT for decision in found.values()):
            continue
        if isinstance(item, FindingItem):
            _accept_finding(after, item, found[""])
            continue
        for source in item.sources:
            decision = found.get(source) or found[""]
            if decision.choice == Decision.Choice.ACCEPT:
                edges[decision.pk].append(item.key(source))
    for pk, keys in edges.items():
        for start in range(0, len(keys), MOST_AT_ONCE):
            _accept_edges(after, keys[start : start + MOST_AT_ONCE], deciding[pk])


def _accept_edges(after: Snapshot, keys: list[EdgeKey], decision: Decision) -> None:
    assert decision.until is not None  # noqa: S101 - the database says so too
    try:
        accept_edges(after, keys, reason=decision.note, until=decision.until, by=decision.decided_by)
    except ExceptionRefused as refusal:
        raise _outdated(f"{keys[0].target}:{keys[0].port}/{keys[0].protocol}", refusal) from None


def _accept_finding(after: Snapshot, item: FindingItem, decision: Decision) -> None:
    if decision.choice != Decision.Choice.ACCEPT or decision.until is None:
        return
    key = item.finding.key
    try:
        accept_finding(after, key, reason=decision.note, until=decision.until, by=decision.decided_by)
    except ExceptionRefused as refusal:
        raise _outdated(item.title, refusal) from None


def _outdated(title: str, refusal: ExceptionRefused) -> ReviewRefused:
    return ReviewRefused("items", f"{title}: {refusal.field} {refusal.message}; decide about it again")


def _seal(
    review: Review, items: Sequence[Item], decisions: Decisions, after: Snapshot, before: Snapshot | None
) -> Seal:
    told = tell_review(
        review,
        after,
        before,
        items,
        decisions,
        guardrails=guardrail_results(after),
        exceptions=list(exceptions_of(after.cluster, state=ACTIVE).order_by("pk")),
    )
    content = canonical(told)
    return Seal.objects.create(
        review=review, content=content, sha256=hashlib.sha256(content.encode()).hexdigest()
    )
