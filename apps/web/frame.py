"""What stands around every page of a cluster: which cluster, which snapshot, and what one may change to."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import Http404

from apps.snapshots.models import Cluster, Snapshot

RECENT = 12  # snapshots in the menu; the list has all


def get_cluster(slug: str) -> Cluster:
    found = Cluster.objects.filter(slug=slug).first()
    if found is None:
        raise Http404(f"There is no cluster {slug}.")
    return found


def get_snapshot(slug: str, number: int) -> Snapshot:
    """A snapshot that holds objects; Http404 says which part of the address is wrong."""
    cluster = get_cluster(slug)
    snapshot = stored(cluster).filter(number=number).first()
    if snapshot is None:
        raise Http404(f"{cluster.name} has no finished snapshot {number}.")
    return snapshot


def stored(cluster: Cluster) -> QuerySet[Snapshot]:
    """The snapshots that can be asked, newest first."""
    return cluster.snapshots.filter(state__in=Snapshot.STORED).select_related("cluster").order_by("-number")


def frame(cluster: Cluster, snapshot: Snapshot | None, section: str) -> dict[str, Any]:
    """The context of top bar and rail."""
    return {
        "cluster": cluster,
        "snapshot": snapshot,
        "section": section,
        "recent": stored(cluster)[:RECENT],
        "unfinished": cluster.snapshots.filter(state__in=Snapshot.UNFINISHED).first(),
    }
