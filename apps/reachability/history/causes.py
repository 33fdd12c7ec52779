"""What changed an edge, or a namespace's DNS, in one snapshot: searched when first asked for, then kept."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import Any

from apps.engine import Cause, EdgeChange, ObjectChange, ReachDiff
from apps.reachability.between import compare
from apps.reachability.causes import MOST_OF_AN_EDGE, tell_cause
from apps.reachability.models import StoredCause, TimelineStep
from apps.snapshots.models import Snapshot

from .rows import Key

MOST_KEPT = 10_000  # a cluster; the oldest answers go first
_ACTIONS = {"appeared": "created", "vanished": "deleted", "changed": "changed"}


def why(cluster_id: int, number: int, source: str, key: Key | None) -> dict[str, Any] | None:
    """What made the edge what it was first found to be in snapshot `number`; without a key, of the DNS.

    `{"snapshots": [before, after], "cause_count", "causes", "by": [short words], "note"}`. None: it cannot be
    known, for the snapshots around it are gone.
    """
    asked = {"number": number, "source": source} | _columns(key)
    kept = StoredCause.objects.filter(cluster=cluster_id, **asked).first()
    if kept:
        return dict(kept.told)
    sides = _sides(cluster_id, number)
    if sides is None:
        return None
    told = _tell(*sides, source, key)
    row = StoredCause(cluster_id=cluster_id, told=told, **asked)
    StoredCause.objects.bulk_create([row], ignore_conflicts=True)
    _drop_oldest(cluster_id)
    return told


def _columns(key: Key | None) -> dict[str, Any]:
    if key is None:
        return {"target": "", "port": 0, "protocol": ""}
    return {"target": f"{key.namespace}/{key.service}", "port": key.port, "protocol": key.protocol}


def _sides(cluster_id: int, number: int) -> tuple[Snapshot, Snapshot] | None:
    step = TimelineStep.objects.filter(cluster=cluster_id, number=number, previous__isnull=False).first()
    if step is None or step.previous is None:
        return None
    numbers = (step.previous, number)
    stored = Snapshot.objects.filter(cluster=cluster_id, number__in=numbers, state__in=Snapshot.STORED)
    found = list(stored.select_related("cluster", "placement__base").order_by("number"))
    return (found[0], found[1]) if len(found) == 2 else None


def _tell(before: Snapshot, after: Snapshot, source: str, key: Key | None) -> dict[str, Any]:
    diff = compare(before, after).diff
    causes = _causes_of_edge(diff, source, key) if key else _causes_of_dns(diff, source)
    comings = [] if causes or key is None else _comings(diff.changes, source, key)
    return {
        "snapshots": [before.number, after.number],
        "by": [_words(change) for cause in causes[:MOST_OF_AN_EDGE] for change in cause.changes[:3]]
        or [_words(change) for change in comings],
        "cause_count": len(causes),
        "causes": [tell_cause(cause) for cause in causes[:MOST_OF_AN_EDGE]],
        "note": "" if causes else _note(before, after, comings),
    }


def _causes_of_edge(diff: ReachDiff, source: str, key: Key) -> Sequence[Cause]:
    edge = _find(diff, source, key)
    return [cause for cause in edge.causes if cause.aspect == "verdict"] if edge else []


def _find(diff: ReachDiff, source: str, key: Key) -> EdgeChange | None:
    place = bisect_left(diff.namespaces, source)
    if place == len(diff.namespaces) or diff.namespaces[place] != source:
        return None
    for port in diff.ports:
        if tuple(port.key) == tuple(key):
            kinds = (kind for kind in ("opened", "closed", "changed") if place in getattr(port, kind))
            return next((diff.edge(port, kind, place) for kind in kinds), None)
    return None


def _causes_of_dns(diff: ReachDiff, source: str) -> Sequence[Cause]:
    return [cause for cause in diff.causes if cause.aspect == "dns" and source in cause.namespaces]


def _comings(changes: Sequence[ObjectChange], source: str, key: Key) -> list[ObjectChange]:
    """Of an edge that is no difference, having let nothing through: what made it come or go."""

    def is_an_end(change: ObjectChange) -> bool:
        ref = change.ref
        if change.kind == "namespace":
            return ref.name in (source, key.namespace)
        return change.kind == "service" and (ref.namespace, ref.name) == (key.namespace, key.service)

    return list(filter(is_an_end, changes))


def _note(before: Snapshot, after: Snapshot, comings: Sequence[ObjectChange]) -> str:
    """Why no object is named, or what else may have been the reason."""
    told = [*_reading(before, after)]
    if before.evaluated_with != after.evaluated_with:
        told.append(f"#{after.number} was evaluated under other assumptions than #{before.number}.")
    if comings:
        told.append("It let nothing through before or after.")
    return " ".join(told) or "No object that Portolan reads is the cause: the evaluation itself changed."


def _reading(before: Snapshot, after: Snapshot) -> Iterator[str]:
    unread = [unread_kinds(each) for each in (before, after)]
    for snapshot, kinds, others in zip((before, after), unread, unread[::-1], strict=True):
        if news := [kind for kind in kinds if kind not in others]:
            yield f"{', '.join(news)} could not be read in #{snapshot.number}."


def unread_kinds(snapshot: Snapshot) -> list[str]:
    """The kinds of which nothing is known in a snapshot."""
    entries = snapshot.coverage.get("unread", ())
    return sorted({entry["kind"] for entry in entries if not entry["name"]})


def _words(change: ObjectChange) -> str:
    """`NetworkPolicy payments/db-temp-crm created`."""
    ref = change.ref
    if change.is_reading:
        return str(change)
    name = f"{ref.namespace}/{ref.name}" if ref.namespace else ref.name
    label = f" {change.alterations[0].path}" if change.kind == "label" and change.alterations else ""
    return f"{ref.kind} {name}{label} {_ACTIONS[change.action]}"


def _drop_oldest(cluster_id: int) -> None:
    rows = StoredCause.objects.filter(cluster=cluster_id).order_by("-pk")
    oldest = rows.values_list("pk", flat=True)[MOST_KEPT : MOST_KEPT + 1]
    for pk in oldest:
        rows.filter(pk__lte=pk).delete()
