"""What the worker does for reviews. Messages carry ids only, and may come twice, late or never."""

from __future__ import annotations

from celery import shared_task

from apps.review.follow_up import follow_up, pending
from apps.snapshots.models import Cluster, Snapshot


@shared_task
def follow_up_snapshot(snapshot_id: int) -> None:
    """One of settings.AFTER_SNAPSHOT: called when a snapshot is stored."""
    snapshot = Snapshot.objects.select_related("cluster").filter(pk=snapshot_id).first()
    if snapshot is not None:
        follow_up(snapshot.cluster)


@shared_task
def follow_up_rest() -> None:
    """The scheduler's tick: what no message came for, or whose worker died."""
    for cluster in Cluster.objects.all():
        if pending(cluster):
            follow_up(cluster)
