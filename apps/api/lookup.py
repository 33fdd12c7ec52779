"""Clusters and snapshots by the names in an address."""

from __future__ import annotations

from apps.api.problems import Refusal
from apps.snapshots.models import Cluster, Snapshot
from apps.snapshots.queries import latest_complete

LATEST = "latest"


def find_cluster(slug: str) -> Cluster:
    cluster = Cluster.objects.filter(slug=slug).first()
    if cluster is None:
        raise Refusal(404, f"There is no cluster {slug!r}")
    return cluster


def find_snapshot(slug: str, number: str) -> Snapshot:
    """By number, or `latest`: the newest that holds answers."""
    cluster = find_cluster(slug)
    if number == LATEST:
        snapshot = latest_complete(cluster)
        missing = f"The cluster {slug!r} has no finished snapshot yet"
    else:
        snapshot = _by_number(cluster, number)
        missing = f"The cluster {slug!r} has no snapshot {number!r}"
    if snapshot is None:
        raise Refusal(404, missing)
    snapshot.cluster = cluster
    return snapshot


def find_other(snapshot: Snapshot, field: str, number: int) -> Snapshot:
    """Another snapshot of the same cluster, which `field` of the question names by its number."""
    other = _by_number(snapshot.cluster, str(number))
    if other is None:
        message = f"The cluster {snapshot.cluster.slug!r} has no snapshot {number}"
        raise Refusal(404, message, [{"field": field, "message": message}])
    return other


def _by_number(cluster: Cluster, number: str) -> Snapshot | None:
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        return None
    return cluster.snapshots.filter(number=int(number)).first()
