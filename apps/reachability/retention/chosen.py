"""Which snapshots a cluster's retention lets go."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string

from apps.snapshots.models import Cluster, Snapshot
from apps.snapshots.retention import Retention, read_retention


def to_prune(cluster: Cluster) -> list[int]:
    """The numbers of the snapshots to remove, the oldest first. The newest that is stored always stays, and
    what somebody else needs: `settings.KEEPERS`, functions from a cluster to the numbers to keep."""
    retention = read_retention(cluster.retention or settings.RETENTION)
    over = cluster.snapshots.exclude(state__in=Snapshot.UNFINISHED)
    stored = cluster.snapshots.filter(state__in=Snapshot.STORED).order_by("-number")
    newest = stored.first()
    if newest is None or retention == Retention():
        return []
    if retention.age is not None:
        over = over.filter(requested__lt=timezone.now() - retention.age)
    else:
        oldest_kept = list(stored.values_list("number", flat=True)[: retention.count])[-1]
        over = over.filter(number__lt=oldest_kept)
    needed = {number for keeper in _keepers() for number in keeper(cluster)}
    numbers = over.filter(number__lt=newest.number).order_by("number").values_list("number", flat=True)
    return [number for number in numbers if number not in needed]


def _keepers() -> list[Callable[[Cluster], Iterable[int]]]:
    return [import_string(path) for path in settings.KEEPERS]
