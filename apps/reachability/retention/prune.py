"""Removing old snapshots, a few at a time; what they alone told of the beginning of things is kept.

A step is one transaction: a worker that dies in it leaves what was, and another finds what is left to do.
Numbers are never given out again, for the newest snapshot always stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from django.db import models, transaction

from apps.reachability.history.edge import kept_of
from apps.reachability.models import Origin, StoredPort, StoredSpaces
from apps.snapshots.drop import drop_objects, stood
from apps.snapshots.models import Cluster, Snapshot

from .chosen import to_prune
from .fold import write_origins

MOST_A_STEP = 25
_ROWS_A_QUERY = 500


def prune_step(cluster: Cluster, *, most: int = MOST_A_STEP) -> int:
    """Removes up to `most` of the snapshots that the cluster's retention lets go; returns how many."""
    with transaction.atomic():
        # All of them: what one cluster no longer has, another may be about to store.
        clusters = {each.pk: each for each in Cluster.objects.select_for_update().order_by("pk")}
        gone = to_prune(clusters[cluster.pk])[:most] if cluster.pk in clusters else []
        if gone:
            _prune(clusters[cluster.pk], gone)
    return len(gone)


def _prune(cluster: Cluster, gone: Sequence[int]) -> None:
    """1. write down since when, 2. remove the snapshots, 3. and what stood in them alone."""
    kept = kept_of(cluster.pk)
    write_origins(cluster.pk, kept, _behind(kept.numbers, set(gone)))
    Snapshot.objects.filter(cluster=cluster, number__in=gone).delete()
    Origin.objects.filter(cluster=cluster, number__in=gone).delete()
    left = [number for number in kept.numbers if number not in set(gone)]
    _drop_rows(StoredSpaces.objects.filter(cluster=cluster), left)
    in_use = StoredPort.objects.filter(cluster=cluster, base__isnull=False).values("base")
    _drop_rows(StoredPort.objects.filter(cluster=cluster, base__isnull=False), left)
    _drop_rows(StoredPort.objects.filter(cluster=cluster, base__isnull=True).exclude(pk__in=in_use), left)
    drop_objects(cluster, left)


def _behind(numbers: Sequence[int], gone: set[int]) -> list[int]:
    """The snapshots that stay and whose neighbour before them goes."""
    return [after for before, after in pairwise(numbers) if before in gone and after not in gone]


def _drop_rows(
    rows: models.QuerySet[StoredPort] | models.QuerySet[StoredSpaces], left: Sequence[int]
) -> None:
    """Those that stand in no snapshot that is left."""
    ended = rows.filter(last__isnull=False).order_by().values_list("pk", "first", "last")
    unseen = [pk for pk, first, last in ended if not stood(first, last, left)]
    for some in _pieces(unseen):
        rows.model.objects.filter(pk__in=some).delete()


def _pieces(keys: Sequence[int]) -> Iterable[Sequence[int]]:
    return (keys[start : start + _ROWS_A_QUERY] for start in range(0, len(keys), _ROWS_A_QUERY))
