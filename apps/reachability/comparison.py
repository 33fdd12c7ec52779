"""Two states of a cluster side by side: which edges differ, and why; in pages, with everything counted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, overload

from pyroaring import BitMap

from apps.engine import DnsChange, EdgeChange, ReachDiff
from apps.engine.model import Dns, Note
from apps.reachability.causes import Causes
from apps.reachability.names import UnknownName
from apps.reachability.rows import Rows
from apps.snapshots.models import Snapshot

KINDS = ("opened", "closed", "changed")
MOST_NAMED = 100  # of each list beside the edges


@dataclass(frozen=True, slots=True)
class ChangeFilter:
    """Which edges are wanted. Empty or None: any. `cause` is the number of a cause."""

    kind: str = ""
    cause: int | None = None


class ChangedEdges(Sequence[EdgeChange]):
    """The edges that differ and pass a filter, by target, port, kind and source; made when looked at."""

    def __init__(self, diff: ReachDiff, wanted: ChangeFilter) -> None:
        if wanted.cause is not None and wanted.cause >= len(diff.causes):
            raise UnknownName("cause", f"There is no cause {wanted.cause}: there are {len(diff.causes)}")
        self._diff = diff
        self._rows = Rows(_rows(diff, wanted))

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, index: int) -> EdgeChange: ...
    @overload
    def __getitem__(self, index: slice) -> list[EdgeChange]: ...
    def __getitem__(self, index: int | slice) -> EdgeChange | list[EdgeChange]:
        """One edge, or those of a slice (whose step is 1)."""
        if isinstance(index, int):
            place = range(len(self))[index]
            return self[place : place + 1][0]
        start, stop, _ = index.indices(len(self))
        ports = self._diff.ports
        return [
            self._diff.edge(ports[place], kind, number)
            for (place, kind), number in self._rows.between(start, stop)
        ]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What differs between a stored state and another, or a draft over it (`after` None).

    `notes`: what the reader of the answer should know of it beside.
    """

    diff: ReachDiff
    before: Snapshot
    after: Snapshot | None
    notes: tuple[Note, ...] = ()

    def edges(self, wanted: ChangeFilter) -> ChangedEdges:
        """Raises UnknownName for a cause that is not there."""
        return ChangedEdges(self.diff, wanted)

    @property
    def dns_broken(self) -> list[str]:
        """Namespaces that could ask the cluster's DNS and no longer can."""
        lost = (Dns.RESOLVES, Dns.BLOCKED)
        return [change.namespace for change in self.diff.dns if (change.before, change.after) == lost]

    def tell(self, page: Sequence[EdgeChange]) -> dict[str, Any]:
        """What is told beside a page of edges, and the edges as `results` (docs/architecture.md)."""
        causes = Causes(self.diff.causes)
        return {
            "before": _tell_side(self.before, self.before.number),
            "after": _tell_side(self.after or self.before, self.after.number if self.after else None),
            "counts": self.diff.counts,
            **_capped("dns", [_tell_dns(change) for change in self.diff.dns]),
            **_capped("dns_broken", self.dns_broken),
            **_capped("notes", [_tell_note(note) for note in self.notes]),
            "change_count": len(self.diff.changes),
            "cause_count": len(self.diff.causes),
            "causes": causes.tell(page),
            "results": [causes.tell_edge(edge) for edge in page],
        }


def _rows(diff: ReachDiff, wanted: ChangeFilter) -> Iterator[tuple[tuple[int, str], BitMap]]:
    """By the port's place in the difference, and kind."""
    for place, port in enumerate(diff.ports):
        for kind in (wanted.kind,) if wanted.kind else KINDS:
            numbers: BitMap = getattr(port, kind)
            if wanted.cause is not None:
                numbers = numbers & diff.causes[wanted.cause].numbers.get(port.key, BitMap())
            yield (place, kind), numbers


def _tell_side(snapshot: Snapshot, number: int | None) -> dict[str, Any]:
    """A draft has no number, and what its snapshot could not read."""
    return {"snapshot": number, **_capped("unread", snapshot.coverage.get("unread", []))}


def _tell_dns(change: DnsChange) -> dict[str, str]:
    return {"namespace": change.namespace, "before": str(change.before), "after": str(change.after)}


def _tell_note(note: Note) -> dict[str, str]:
    return {"level": note.level, "object": note.object, "message": note.message}


def _capped(name: str, values: Sequence[Any]) -> dict[str, Any]:
    return {f"{name}_count": len(values), name: list(values[:MOST_NAMED])}
