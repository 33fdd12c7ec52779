"""What changed in the manifests themselves: YAML before and after, line by line."""

from __future__ import annotations

import json
from collections.abc import Sequence
from difflib import unified_diff
from typing import NamedTuple

from apps.engine import ObjectChange
from apps.engine.model import ObjectRef
from apps.snapshots.models import Snapshot
from apps.snapshots.positions import render
from apps.snapshots.queries import standing_versions

MOST_LINES = 400  # of one difference


class ObjectDiff(NamedTuple):
    """`lines`: of a unified diff without its heading; empty where the change is not in one stored object,
    as that of a workload's pods. `more`: lines that were left out."""

    change: ObjectChange
    lines: Sequence[str]
    more: int = 0


def object_diffs(before: Snapshot, after: Snapshot, changes: Sequence[ObjectChange]) -> list[ObjectDiff]:
    """One for each of these changes between two stored snapshots, of which there should be a page."""
    refs = {change.ref for change in changes}
    old, new = _texts(before, refs), _texts(after, refs)
    return [_diff(change, old.get(change.ref, ""), new.get(change.ref, "")) for change in changes]


def _diff(change: ObjectChange, old: str, new: str) -> ObjectDiff:
    lines = list(unified_diff(old.splitlines(), new.splitlines(), n=3, lineterm=""))[2:]
    return ObjectDiff(change, lines[:MOST_LINES], max(0, len(lines) - MOST_LINES))


def _texts(snapshot: Snapshot, refs: set[ObjectRef]) -> dict[ObjectRef, str]:
    versions = standing_versions(snapshot).filter(
        kind__in={ref.kind for ref in refs}, name__in={ref.name for ref in refs}
    )
    return {
        ref: render(json.loads(version.content.body))
        for version in versions.select_related("content")
        if (ref := ObjectRef(version.kind, version.namespace, version.name)) in refs
        and _is_kubernetes_own(version.api_version)
    }


def _is_kubernetes_own(api_version: str) -> bool:
    """Other groups have kinds of the same names, and the engine speaks of none of them so."""
    group = api_version.rpartition("/")[0]
    return "." not in group or group.endswith(".k8s.io")
