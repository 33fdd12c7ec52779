"""Opening a review, and abandoning one that nobody signed."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from apps.review.decide import ReviewConflict, ReviewRefused
from apps.review.models import Review
from apps.review.queries import last_signed_review
from apps.snapshots.models import Snapshot


def start_review(snapshot: Snapshot, *, by: str) -> Review:
    """A review of a snapshot against the last signed one. A cluster has one open review at a time.

    Raises ReviewRefused for a snapshot that is not newer, and ReviewConflict if a review is open already.
    """
    if not snapshot.is_stored:
        raise ReviewRefused("snapshot", f"{snapshot.number} holds nothing: it is {snapshot.state}")
    last = last_signed_review(snapshot.cluster)
    if last is not None and last.snapshot_number >= snapshot.number:
        signed = last.snapshot_number
        raise ReviewRefused("snapshot", f"{signed} is signed already; review one that is newer")
    against = last.snapshot_number if last else None
    try:
        with transaction.atomic():
            return Review.objects.create(
                cluster=snapshot.cluster, snapshot_number=snapshot.number, against=against, opened_by=by
            )
    except IntegrityError:
        raise ReviewConflict("A review of this cluster is open already: sign or abandon it first.") from None


def abandon_review(review: Review) -> None:
    """Removes a review that nobody signed, with what was decided in it. Raises ReviewConflict."""
    with transaction.atomic():
        if not Review.objects.select_for_update().filter(pk=review.pk, signed__isnull=True).exists():
            raise ReviewConflict("This review is signed: it stays as it is.")
        Review.objects.filter(pk=review.pk).delete()
