"""What differs between two stored snapshots of one cluster, with its causes."""

from __future__ import annotations

from apps.engine import ReachDiff, compare_reach
from apps.engine.model import Assumptions, Note
from apps.reachability.comparison import Comparison
from apps.snapshots.models import Snapshot
from apps.snapshots.queries import assumptions_of, load_cluster
from apps.snapshots.recent import Recent

# Pages of one difference are asked for one after another, and its causes are dear to find.
_compared: Recent[tuple[str, str, str, str, Assumptions], ReachDiff] = Recent(size=2)


def compare(before: Snapshot, after: Snapshot) -> Comparison:
    """The edges that differ between two snapshots of one cluster, under the assumptions of `after`: so
    that what differs was caused by objects, and by nothing that somebody chose to assume."""
    sides = load_cluster(before), load_cluster(after)
    assumptions = assumptions_of(after)
    diff = _compared.get(
        (before.digest, sides[0].domain, after.digest, sides[1].domain, assumptions),
        lambda: compare_reach(*sides, assumptions),
    )
    notes = () if assumptions_of(before) == assumptions else (_assumed_anew(before, after),)
    return Comparison(diff, before, after, notes)


def _assumed_anew(before: Snapshot, after: Snapshot) -> Note:
    message = f"was evaluated under other assumptions; here both are, under those of {after.number}"
    return Note("info", f"Snapshot/{before.number}", message)
