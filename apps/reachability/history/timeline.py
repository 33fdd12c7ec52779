"""The timeline of a cluster: how many edges each snapshot opened, closed and changed."""

from __future__ import annotations

from django.db.models import Exists, Max, OuterRef, QuerySet

from apps.engine import Reach
from apps.engine.model import Verdict
from apps.reachability.models import TimelineStep
from apps.snapshots.models import Cluster, Snapshot

from .outcomes import compare_stored

_SNAPSHOT = Snapshot.objects.filter(
    cluster=OuterRef("cluster"), number=OuterRef("number"), state__in=Snapshot.STORED
)


def note_step(snapshot: Snapshot, reach: Reach) -> TimelineStep:
    """Counts its edges, and what differs from the stored snapshot before it, and keeps both; a second time as
    well.

    Each side is counted as it was judged then, also where assumptions were changed between them.
    """
    earlier = Snapshot.objects.filter(
        cluster=snapshot.cluster_id, number__lt=snapshot.number, state__in=Snapshot.STORED
    )
    previous = earlier.aggregate(last=Max("number"))["last"]
    counts = compare_stored(snapshot.cluster_id, previous, snapshot.number).counts if previous else {}
    step, _ = TimelineStep.objects.update_or_create(
        cluster_id=snapshot.cluster_id,
        number=snapshot.number,
        defaults={
            "previous": previous,
            "at": snapshot.finished or snapshot.requested,
            "is_partial": snapshot.state == Snapshot.State.PARTIAL,
            "edges": count_edges(reach),
            **counts,
        },
    )
    return step


def count_edges(reach: Reach) -> dict[Verdict, int]:
    """How many edges have each verdict, also those that none has."""
    return {verdict: sum(len(port.by_verdict[verdict]) for port in reach.ports) for verdict in Verdict}


def timeline(cluster: Cluster) -> QuerySet[TimelineStep]:
    """A step a snapshot, the newest first; also of snapshots that were pruned (`is_kept` False)."""
    steps = TimelineStep.objects.filter(cluster=cluster).annotate(is_kept=Exists(_SNAPSHOT))
    return steps.order_by("-number")


def kept_timeline(cluster: Cluster) -> QuerySet[TimelineStep]:
    """The same without those that were pruned."""
    return TimelineStep.objects.filter(Exists(_SNAPSHOT), cluster=cluster).order_by("-number")
