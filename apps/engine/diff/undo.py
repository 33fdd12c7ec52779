"""A cluster with some of its changes undone: the counterfactual by which causes are tested."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import replace
from typing import Any

from apps.engine.diff.changes import ObjectChange
from apps.engine.diff.sections import SECTIONS, Section
from apps.engine.model import Cluster, Namespace, ObjectRef


def undo(before: Cluster, after: Cluster, changes: Collection[ObjectChange]) -> Cluster:
    """`after`, with the objects of these changes as they were in `before`.

    The changes are of `list_changes(before, after)`; with all of them undone, every edge is as before.
    Notes and problems stay those of `after`.
    """
    refs: dict[str, set[ObjectRef]] = defaultdict(set)
    for change in changes:
        refs[change.kind].add(change.ref)
    spaces = {ref.name for ref in refs["namespace"]}
    parts: dict[str, Any] = {
        section.field: _merged(section, before, after, refs[section.kind], spaces) for section in SECTIONS
    }
    return replace(
        after,
        namespaces=_namespaces(before, after, spaces, changes),
        domain=before.domain if refs["domain"] else after.domain,
        **parts,
    )


def _merged(
    section: Section, before: Cluster, after: Cluster, refs: set[ObjectRef], spaces: set[str]
) -> tuple[Any, ...]:
    entries: tuple[Any, ...] = getattr(after, section.field)
    if not refs and not spaces:
        return entries

    def undone(entry: Any) -> bool:
        ref = section.ref(entry)
        return ref in refs or ref.namespace in spaces

    kept = [entry for entry in entries if not undone(entry)]
    back = [entry for entry in getattr(before, section.field) if undone(entry)]
    return tuple(sorted(kept + back, key=section.order))


def _namespaces(
    before: Cluster, after: Cluster, spaces: set[str], changes: Collection[ObjectChange]
) -> tuple[Namespace, ...]:
    found = {space.name: space for space in after.namespaces if space.name not in spaces}
    found |= {space.name: space for space in before.namespaces if space.name in spaces}
    for change in changes:
        if change.kind == "label":
            (label,) = change.alterations
            key = label.path.removeprefix("metadata.labels.")
            labels = dict(found[change.ref.name].labels)
            labels.pop(key, None)
            if label.before is not None:
                labels[key] = label.before
            found[change.ref.name] = Namespace(change.ref.name, labels)
    return tuple(found[name] for name in sorted(found))
