"""Which process watches a cluster: a row with the process's own random name, moved on while it lives."""

from __future__ import annotations

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from apps.snapshots.models import Cluster, WatchLease

LEASE = timedelta(seconds=15)
_LONGEST_TROUBLE = 1000


def watched_clusters() -> list[Cluster]:
    """Those that somebody should watch."""
    wanted = Cluster.objects.filter(watch=True, enabled=True)
    return list(wanted.exclude(source=Cluster.Source.MANIFESTS))


def keep_lease(cluster: Cluster, holder: str, *, trouble: str = "") -> bool:
    """Takes the lease of a cluster, or moves it on; False if another process has it."""
    now = timezone.now()
    values = {"holder": holder, "until": now + LEASE, "trouble": trouble[:_LONGEST_TROUBLE]}
    free = WatchLease.objects.filter(Q(holder=holder) | Q(until__lte=now), cluster=cluster)
    if free.update(**values):
        return True
    if WatchLease.objects.filter(cluster=cluster).exists():
        return False
    try:
        with transaction.atomic():
            WatchLease.objects.create(cluster=cluster, **values)
    except IntegrityError:
        return False  # another process was quicker, or the cluster is gone
    return True


def give_up_lease(cluster_id: int, holder: str) -> None:
    """Lets another process take the cluster at once."""
    WatchLease.objects.filter(cluster=cluster_id, holder=holder).delete()


def lease_of(cluster: Cluster) -> WatchLease | None:
    """Of the process that watches it now, if one does."""
    return WatchLease.objects.filter(cluster=cluster, until__gt=timezone.now()).first()
