"""Clusters and snapshots by the names in an address."""

from __future__ import annotations

from apps.api.problems import Refusal
from apps.snapshots import queries
from apps.snapshots.models import Cluster, Snapshot

LATEST = "latest"


def find_cluster(slug: str) -> Cluster:
    cluster = Cluster.objects.filter(slug=slug).first()
    if cluster is None:
        raise Refusal(404, f"There is no cluster {slug!r}")
    return cluster


def find_snapshot(slug: str, number: str) -> Snapshot:
    """By number, or `latest`: the newest that holds answers."""
    snapshot = queries.find_snapshot(slug) if number == LATEST else _by_number(slug, number)
    if snapshot is None:
        find_cluster(slug)  # or it is the cluster that there is not
        raise Refusal(404, _missing(slug, number))
    return snapshot


def find_other(snapshot: Snapshot, field: str, number: int) -> Snapshot:
    """Another snapshot of the same cluster, which `field` of the question names by its number."""
    other = _by_number(snapshot.cluster.slug, str(number))
    if other is None:
        message = f"The cluster {snapshot.cluster.slug!r} has no snapshot {number}"
        raise Refusal(404, message, [{"field": field, "message": message}])
    return other


def _by_number(slug: str, number: str) -> Snapshot | None:
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        return None
    return queries.find_snapshot(slug, int(number))


def _missing(slug: str, number: str) -> str:
    if number == LATEST:
        return f"The cluster {slug!r} has no finished snapshot yet"
    return f"The cluster {slug!r} has no snapshot {number!r}"
