"""A comparison of two snapshots without its causes: as quick as what is stored can be read."""

from __future__ import annotations

from apps.engine import ReachDiff, compare_outcomes, compute_reach
from apps.engine.model import Note
from apps.reachability.comparison import Comparison
from apps.reachability.models import TimelineStep
from apps.snapshots.models import Snapshot
from apps.snapshots.queries import assumptions_of, load_cluster

from .outcomes import compare_stored


def compare_edges(before: Snapshot, after: Snapshot) -> Comparison:
    """The same edges as `between.compare`, and no causes. Raises NothingStored."""
    assumptions = assumptions_of(before), assumptions_of(after)
    if assumptions[0] == assumptions[1] and _has_history(before, after):
        diff = compare_stored(before.cluster_id, before.number, after.number)
    else:
        diff = _computed(before, after)
    note = Note("info", f"Snapshot/{after.number}", "the causes were not asked for")
    return Comparison(diff, before, after, (note,))


def _has_history(*sides: Snapshot) -> bool:
    numbers = {side.number for side in sides}
    steps = TimelineStep.objects.filter(cluster=sides[0].cluster_id, number__in=numbers)
    return steps.count() == len(numbers)


def _computed(before: Snapshot, after: Snapshot) -> ReachDiff:
    """Both under the assumptions of the later one."""
    assumptions = assumptions_of(after)
    return compare_outcomes(*(compute_reach(load_cluster(side), assumptions) for side in (before, after)))
