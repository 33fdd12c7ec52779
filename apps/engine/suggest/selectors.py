"""Label selectors that pick some pods of a namespace and none of its others, as short as can be."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from apps.engine.labels import equality, holds, selects
from apps.engine.model import Requirement, Selector

Labels = tuple[tuple[str, str], ...]  # of a pod: pairs of key and value, sorted
Manifest = dict[str, Any]

# Set anew for each rollout or each pod: a selector that asks for them would soon pick nothing.
_VOLATILE = {
    "apps.kubernetes.io/pod-index",
    "batch.kubernetes.io/controller-uid",
    "controller-revision-hash",
    "controller-uid",
    "pod-template-generation",
    "pod-template-hash",
    "statefulset.kubernetes.io/pod-name",
}


def tell_apart(
    wanted: Collection[Labels], others: Collection[Labels], known: Iterable[Mapping[str, str]] = ()
) -> Manifest | None:
    """A selector for all of `wanted` and none of `others`; None when no single one does that.

    One of `known` (what Services select by) is taken where one is exact: people know it already.
    """
    for labels in sorted(known, key=lambda labels: (len(labels), sorted(labels.items()))):
        if _is_exact(equality(labels), wanted, others):
            return {"matchLabels": dict(sorted(labels.items()))}
    chosen: list[Requirement] = []
    left = set(others)
    keys = {key for labels in (*wanted, *others) for key, _ in labels}
    candidates = sorted((r for key in keys if (r := _tightest(key, wanted, others))), key=_preference)
    while left:
        best = max(candidates, key=lambda r: sum(not holds(r, dict(o)) for o in left), default=None)
        remaining = {other for other in left if best and holds(best, dict(other))}
        if best is None or len(remaining) == len(left):
            return None
        chosen, left = [*chosen, best], remaining
    return _write(chosen)


def split_apart(
    wanted: Collection[Labels], others: Collection[Labels], known: Collection[Mapping[str, str]] = ()
) -> list[tuple[frozenset[Labels], Manifest]]:
    """`wanted` in as few parts as a search without going back finds, each with its selector."""
    parts: list[tuple[frozenset[Labels], Manifest]] = []
    left = sorted(wanted)
    while left:
        part = frozenset(left)
        selector = tell_apart(part, others, known)
        if selector is None:
            part, selector = _grow(left, [*others, *left], known)
        parts.append((part, selector))
        left = [labels for labels in left if labels not in part]
    return parts


def _grow(
    left: list[Labels], everyone: Collection[Labels], known: Collection[Mapping[str, str]]
) -> tuple[frozenset[Labels], Manifest]:
    """The first of `left` with as many of the next as one selector can pick. A single one always works."""
    part: frozenset[Labels] = frozenset()
    selector: Manifest = {}
    for labels in left:
        larger = part | {labels}
        found = tell_apart(larger, set(everyone) - larger, known)
        if found is not None:
            part, selector = larger, found
    return part, selector


def _is_exact(selector: Selector, wanted: Iterable[Labels], others: Iterable[Labels]) -> bool:
    return all(selects(selector, dict(labels)) for labels in wanted) and not any(
        selects(selector, dict(labels)) for labels in others
    )


def _preference(requirement: Requirement) -> tuple[bool, bool, int, str]:
    """Labels that last come first, then those that must be there, with the fewest values."""
    key, operator, values = requirement
    return key in _VOLATILE, operator != "In", len(values), key


def _tightest(key: str, wanted: Iterable[Labels], others: Iterable[Labels]) -> Requirement | None:
    """What can be asked of this label so that all of `wanted` pass and as few others as possible."""
    values = {dict(labels).get(key) for labels in wanted}
    present = frozenset(value for value in values if value is not None)
    if None not in values:
        return Requirement(key, "In", present)
    if not present:
        return Requirement(key, "DoesNotExist")
    refused = {value for labels in others if (value := dict(labels).get(key)) is not None} - present
    return Requirement(key, "NotIn", frozenset(refused)) if refused else None


def _write(requirements: Iterable[Requirement]) -> Manifest:
    """As a manifest; one value is a label, all else an expression."""
    by_key = sorted(requirements)
    single = {r.key: next(iter(r.values)) for r in by_key if r.operator == "In" and len(r.values) == 1}
    written: Manifest = {"matchLabels": single} if single else {}
    expressions = [
        {"key": r.key, "operator": r.operator} | ({"values": sorted(r.values)} if r.values else {})
        for r in by_key
        if r.key not in single
    ]
    return written | ({"matchExpressions": expressions} if expressions else {})
