"""What no stored snapshot tells of: one that failed, and one that did not come.

Either is told once, and again only after a snapshot was stored in between.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from apps.review.models import Notice
from apps.snapshots.models import Cluster, Snapshot
from apps.snapshots.queries import latest_complete

_MISSED_READINGS = 3
_SOONEST = timedelta(minutes=10)
_LONGEST_ERROR = 1000


def alarm(cluster: Cluster, kind: str) -> tuple[int, dict[str, Any]] | None:
    """The newest stored snapshot's number (0: none) and what a notice of this kind says now, if anything."""
    newest = latest_complete(cluster)
    tell = {Notice.Kind.SNAPSHOT_FAILED: _failed, Notice.Kind.SNAPSHOT_STALE: _stale}.get(Notice.Kind(kind))
    content = tell(cluster, newest) if tell else None
    return None if content is None else (newest.number if newest else 0, content)


def _failed(cluster: Cluster, newest: Snapshot | None) -> dict[str, Any] | None:
    """The first that failed since the newest that was stored."""
    failed = cluster.snapshots.filter(
        state=Snapshot.State.FAILED, number__gt=newest.number if newest else 0
    ).order_by("number")
    first = failed.first()
    return None if first is None else {"failed": first.number, "error": first.error[:_LONGEST_ERROR]}


def _stale(cluster: Cluster, newest: Snapshot | None) -> dict[str, Any] | None:
    """`stored`: when the newest came; `interval`: the seconds after which the next should have."""
    if not (cluster.enabled and cluster.interval) or cluster.source == Cluster.Source.MANIFESTS:
        return None
    since = (newest.finished if newest else None) or cluster.created
    limit = max(timedelta(seconds=_MISSED_READINGS * cluster.interval), _SOONEST)
    if timezone.now() - since <= limit:
        return None
    return {
        "stored": newest.finished.isoformat() if newest and newest.finished else None,
        "interval": cluster.interval,
    }
