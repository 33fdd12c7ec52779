"""What people decided, as screen, REST and paper ask for it."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Case, CharField, Count, F, Prefetch, QuerySet, Value, When
from django.utils import timezone

from apps.reachability.queries import load_reach
from apps.review.acceptance import Acceptance
from apps.review.models import (
    AcceptedException,
    GuardrailCheck,
    GuardrailVersion,
    Review,
    StoredGuardrail,
)
from apps.snapshots.models import Cluster, Snapshot

ACTIVE, EXPIRED, GROWN, ENDED = STATES = ("active", "expired", "grown", "ended")


def last_signed_review(cluster: Cluster, *, before: int | None = None) -> Review | None:
    """The newest one, or None; `before`: of a snapshot before this number."""
    signed = Review.objects.filter(cluster=cluster, signed__isnull=False)
    if before is not None:
        signed = signed.filter(snapshot_number__lt=before)
    return signed.order_by("-snapshot_number", "-signed").first()


def reviews_of(cluster: Cluster) -> QuerySet[Review]:
    """The newest first, with `flags`: how many of its decisions flag something.

    What was sealed is read when it is asked for: of a large cluster it is some 20 MB.
    """
    flagged = Count(Case(When(decisions__choice="flag", then=1)))
    return (
        Review.objects.filter(cluster=cluster)
        .select_related("seal")
        .defer("seal__content")
        .annotate(flags=flagged)
        .order_by("-opened", "-pk")
    )


def open_review(cluster: Cluster) -> Review | None:
    return Review.objects.filter(cluster=cluster, signed__isnull=True).first()


def guardrails_of(cluster: Cluster) -> QuerySet[StoredGuardrail]:
    """Those that stand, by name, each with its versions, the newest first."""
    versions = Prefetch("versions", GuardrailVersion.objects.order_by("-number"))
    return (
        StoredGuardrail.objects.filter(cluster=cluster, ended__isnull=True)
        .order_by("name")
        .prefetch_related(versions)
    )


def standing_versions(cluster: Cluster) -> QuerySet[GuardrailVersion]:
    """The newest version of every guardrail that stands."""
    newest = GuardrailVersion.objects.filter(guardrail__cluster=cluster, guardrail__ended__isnull=True)
    newest = newest.annotate(versions=Count("guardrail__versions")).filter(number=F("versions"))
    return newest.select_related("guardrail").order_by("guardrail__name")


def guardrail_results(snapshot: Snapshot) -> list[GuardrailCheck]:
    """What the guardrails that stand came to on a snapshot, in the version checked last, by name."""
    checks = GuardrailCheck.objects.filter(snapshot=snapshot, version__guardrail__ended__isnull=True)
    checks = checks.select_related("version__guardrail").order_by(
        "version__guardrail__name", "version__number"
    )
    return list({check.version.guardrail_id: check for check in checks}.values())


def exceptions_of(
    *clusters: Cluster, at: datetime | None = None, state: str = ""
) -> QuerySet[AcceptedException]:
    """All that had been accepted at a time (now), each with its `state` then, or those of one state."""
    at = at or timezone.now()
    told = Case(
        When(ended__lte=at, then=Value(ENDED)),
        When(grown__lte=at, then=Value(GROWN)),
        When(until__lte=at, then=Value(EXPIRED)),
        default=Value(ACTIVE),
        output_field=CharField(),
    )
    rows = AcceptedException.objects.filter(cluster__in=clusters, accepted__lte=at)
    rows = rows.select_related("cluster").annotate(state=told)
    return rows.filter(state=state) if state else rows


def accepted(snapshot: Snapshot, *, at: datetime | None = None) -> Acceptance:
    """Which edges and findings of a snapshot are accepted at a time (now). Raises NothingStored."""
    active = exceptions_of(snapshot.cluster, at=at, state=ACTIVE)
    return Acceptance(load_reach(snapshot), active.order_by())
