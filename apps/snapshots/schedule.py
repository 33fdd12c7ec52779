"""Which snapshots are to be taken now. Every step is one conditional write, so two schedulers do no harm."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone

from .hold import ATTEMPTS
from .models import Cluster, Snapshot

# A waiting snapshot that no worker took for so long is sent again: its message may be lost.
_SEND_AGAIN = timedelta(seconds=60)


def order_snapshot(cluster: Cluster) -> tuple[Snapshot, bool]:
    """The cluster's unfinished snapshot, or a new one (and then True)."""
    with transaction.atomic():
        number = next_number(cluster)
        unfinished = cluster.snapshots.filter(state__in=Snapshot.UNFINISHED).first()
        if unfinished:
            return unfinished, False
        wake_at = timezone.now() + _SEND_AGAIN
        return cluster.snapshots.create(number=number, wake_at=wake_at), True


def next_number(cluster: Cluster) -> int:
    """The number of the next snapshot. Locks the cluster until the transaction ends, so it stays the next."""
    Cluster.objects.select_for_update().get(pk=cluster.pk)  # on SQLite the transaction itself is the lock
    highest = Snapshot.objects.filter(cluster=cluster.pk).aggregate(highest=Max("number"))["highest"]
    return (highest or 0) + 1


def claim_due_clusters() -> list[Cluster]:
    """Clusters whose time has come; each is given to one caller only, and gets its next time."""
    now = timezone.now()
    due = Cluster.objects.filter(
        Q(next_due__isnull=True) | Q(next_due__lte=now), enabled=True, interval__gt=0
    )
    return [
        cluster
        for cluster in due.exclude(source=Cluster.Source.MANIFESTS)
        if Cluster.objects.filter(pk=cluster.pk, next_due=cluster.next_due).update(
            next_due=now + timedelta(seconds=cluster.interval or 0)
        )
    ]


def claim_stalled_snapshots() -> list[int]:
    """Ids of snapshots to be sent again: never taken, waiting for another attempt, or their worker died.

    One whose workers died too often is failed instead: it may be what kills them.
    """
    now = timezone.now()
    stalled = Snapshot.objects.filter(state__in=Snapshot.UNFINISHED, wake_at__lte=now)
    return [snapshot.pk for snapshot in stalled if _claim(snapshot)]


def _claim(snapshot: Snapshot) -> bool:
    """Also when two ask at once, one gets True."""
    now = timezone.now()
    same = Snapshot.objects.filter(pk=snapshot.pk, state=snapshot.state, wake_at=snapshot.wake_at)
    if snapshot.attempts >= ATTEMPTS:
        died = f"The worker died or was stopped in each of {ATTEMPTS} attempts; the worker's log may say why."
        same.update(state=Snapshot.State.FAILED, holder="", wake_at=None, finished=now, error=died)
        return False
    return bool(same.update(state=Snapshot.State.QUEUED, holder="", wake_at=now + _SEND_AGAIN))
