"""Since when single things had stood as they did in a snapshot, out of stored rows alone."""

from __future__ import annotations

from functools import cached_property

from apps.engine.model import Verdict
from apps.snapshots.models import Snapshot

from .edge import REACHING, EdgePast, SpacesRow, kept_of, namespace_history, spaces_of
from .periods import Kept, Track, period_at, periods_of
from .rows import Key

NOT_REFUSED = REACHING | {Verdict.UNKNOWN}


class Standing:
    """Asked about one snapshot; what all edges share is read once."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._cluster = snapshot.cluster_id

    def edge(self, source: str, key: Key) -> int:
        """The number of the snapshot since which the edge lets something through, or cannot be decided."""
        past = EdgePast.read(self._cluster, source, key, self._spaces)
        starts = past.starts | {at: start for at, start in past.open_starts.items() if start}
        runs = periods_of(self._kept, past.bounds, lambda at: past.verdict(at) in NOT_REFUSED, starts)
        return runs[period_at(runs, self._snapshot.number)].first

    def dns(self, namespace: str) -> int:
        """The same of the DNS of a namespace, whatever it is in this snapshot."""
        return namespace_history(self._snapshot, namespace, "dns").now.first

    @cached_property
    def _kept(self) -> Kept:
        return kept_of(self._cluster)

    @cached_property
    def _spaces(self) -> Track[SpacesRow]:
        return spaces_of(self._cluster)
