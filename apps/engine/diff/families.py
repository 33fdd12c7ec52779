"""Whether the address families in use may have changed: pods without known addresses have them all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from apps.engine.addresses import parse_address
from apps.engine.diff.changes import ObjectChange
from apps.engine.model import Cluster, ObjectRef, Workload


def families_may_shift(before: Cluster, after: Cluster, changes: Sequence[ObjectChange]) -> bool:
    """Whether undoing some of the changes could bring or end the use of a family."""
    if not any(change.kind in ("namespace", "workload", "slice") for change in changes):
        return False
    moved = {change.ref for change in changes if change.kind == "workload"}
    spaces = {change.ref.name for change in changes if change.kind == "namespace"}
    standing = [
        workload
        for workload in after.workloads
        if workload.namespace not in spaces
        and ObjectRef(workload.kind, workload.namespace, workload.name) not in moved
    ]
    used = [_families(side.workloads) | _of_slices(side) for side in (before, after)]
    return any(families != _families(standing) for families in used)


def _families(workloads: Iterable[Workload]) -> set[int]:
    found: set[int] = set()
    for workload in workloads:
        for text in (*workload.nameservers, *(text for pod in workload.pods for text in pod.addresses)):
            found.add(parse_address(text).family)
        if len(found) == 2:
            break
    return found


def _of_slices(side: Cluster) -> set[int]:
    return {parse_address(end.address).family for part in side.slices for end in part.endpoints}
