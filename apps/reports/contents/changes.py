"""What changed since the snapshot that the report is compared with, by cause."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from pyroaring import BitMap

from apps.engine import EdgeChange
from apps.reachability.causes import Causes
from apps.reachability.comparison import KINDS, Comparison
from apps.reports.contents.basis import Basis
from apps.reports.contents.scope import Scope

MOST_EDGES = 300  # told one by one; all of them are counted


def tell_changes(basis: Basis) -> dict[str, Any] | None:
    """None when there is nothing to compare with. `edges`: the first of those that differ."""
    found = basis.comparison
    if found is None or basis.before is None:
        return None
    edges = list(islice(_edges(found, basis.scope), MOST_EDGES))
    causes = Causes(found.diff.causes)
    return {
        "against": basis.before.number,
        "counts": _counts(found, basis.scope),
        "cause_count": len(found.diff.causes),
        "causes": causes.tell(edges),
        "dns_broken": [name for name in found.dns_broken if basis.scope.lists(name)],
        "notes": [f"{note.object} {note.message}" for note in found.notes],
        "edges": [causes.tell_edge(edge) for edge in edges],
    }


def _counts(found: Comparison, scope: Scope) -> dict[str, int]:
    if scope.kind == "cluster":
        return found.diff.counts
    return {
        kind: sum(
            getattr(port, kind).intersection_cardinality(_sources(found, scope, port.key.namespace))
            for port in found.diff.ports
        )
        for kind in KINDS
    }


def _edges(found: Comparison, scope: Scope) -> Iterator[EdgeChange]:
    """Opened ones first: they are what a reviewer signs for."""
    for kind in KINDS:
        for port in found.diff.ports:
            for number in getattr(port, kind) & _sources(found, scope, port.key.namespace):
                yield found.diff.edge(port, kind, number)


def _sources(found: Comparison, scope: Scope, target: str) -> BitMap:
    """In the numbers of the difference, which counts the namespaces of both snapshots."""
    names = found.diff.namespaces
    return BitMap(number for number, name in enumerate(names) if scope.holds(name, target))
