"""Making a cluster's history anew out of its stored objects: after an upgrade, or by a better engine."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import transaction

from apps.engine import compute_reach
from apps.snapshots.models import Cluster, Snapshot
from apps.snapshots.queries import assumptions_of, load_cluster

from .analyse import store_reach
from .history.timeline import note_step
from .models import Origin, StoredCause, StoredPort, StoredSpaces, TimelineStep


class PrunedHistory(ValueError):
    """Snapshots of the cluster were removed: what is kept of them would be lost."""


def lacks_history(cluster: Cluster) -> bool:
    """Whether a stored snapshot has none."""
    steps = TimelineStep.objects.filter(cluster=cluster).values("number")
    return cluster.snapshots.filter(state__in=Snapshot.STORED).exclude(number__in=steps).exists()


def rebuild_history(cluster: Cluster) -> Iterator[Snapshot]:
    """Yields each snapshot when its part is done; all is committed, or nothing. Raises PrunedHistory."""
    with transaction.atomic():
        Cluster.objects.select_for_update().get(pk=cluster.pk)
        stored = cluster.snapshots.filter(state__in=Snapshot.STORED).order_by("number")
        if TimelineStep.objects.filter(cluster=cluster).exclude(number__in=stored.values("number")).exists():
            raise PrunedHistory(f"{cluster.slug}: snapshots were pruned; their history cannot be made again")
        for model in (Origin, StoredCause, TimelineStep, StoredSpaces, StoredPort):
            model.objects.filter(cluster=cluster).delete()
        for snapshot in stored.select_related("cluster", "placement__base"):
            reach = compute_reach(load_cluster(snapshot), assumptions_of(snapshot))
            store_reach(snapshot, reach)
            note_step(snapshot, reach)
            yield snapshot
