"""Runs of snapshots in which something stayed as it was."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Generic, Protocol, TypeVar

T = TypeVar("T")


class Row(Protocol):
    @property
    def first(self) -> int: ...
    @property
    def last(self) -> int | None: ...


R = TypeVar("R", bound=Row)


@dataclass(frozen=True, slots=True)
class Period(Generic[T]):
    """`value` from snapshot `first` to snapshot `last`, both included; None: to the newest.

    `first` may be of a snapshot that was pruned. `snapshots`: how many that are still kept are in it.
    """

    value: T
    first: int
    last: int | None
    snapshots: int


@dataclass(frozen=True, slots=True)
class Kept:
    """The snapshots that are kept, ascending; `gaps`: those of them before which others were pruned."""

    numbers: Sequence[int]
    gaps: frozenset[int] = frozenset()


class Track(Generic[R]):
    """Rows that follow one another, of which at most one holds at a time."""

    def __init__(self, rows: Iterable[R]) -> None:
        self._rows = sorted(rows, key=lambda row: row.first)
        self._firsts = [row.first for row in self._rows]

    def at(self, number: int) -> R | None:
        place = bisect_right(self._firsts, number) - 1
        row = self._rows[place] if place >= 0 else None
        return row if row and (row.last is None or number <= row.last) else None

    @property
    def bounds(self) -> set[int]:
        """Where it may change: the first number of each row, and the one behind its last."""
        return {*self._firsts, *(row.last + 1 for row in self._rows if row.last is not None)}


def periods_of(
    kept: Kept,
    bounds: Iterable[int],
    value_at: Callable[[int], T],
    starts: Mapping[int, int | None] | None = None,
) -> list[Period[T]]:
    """The oldest first. Between two `bounds` the value stays. `starts`: since when it had been so, by the
    snapshot behind a gap; where nothing is said, it counts from that snapshot."""
    numbers = kept.numbers
    places = sorted({bisect_left(numbers, bound) for bound in {0, *bounds, *kept.gaps}} - {len(numbers)})
    found: list[Period[T]] = []
    for start, stop in pairwise([*places, len(numbers)]):
        first = (starts or {}).get(numbers[start]) or numbers[start]
        piece = Period(value_at(numbers[start]), first, numbers[stop - 1], stop - start)
        if found and _goes_on(found[-1], piece, behind_gap=numbers[start] in kept.gaps):
            piece = replace(piece, first=found[-1].first, snapshots=found[-1].snapshots + piece.snapshots)
            found.pop()
        found.append(piece)
    return [*found[:-1], replace(found[-1], last=None)] if found else []


def period_at(periods: Sequence[Period[T]], number: int) -> int:
    """The place of the period of a snapshot; -1 where nothing reaches back so far."""
    return bisect_right([period.first for period in periods], number) - 1


def _goes_on(before: Period[T], after: Period[T], *, behind_gap: bool) -> bool:
    """Over a gap it is the same run only if it is known to have begun before the gap."""
    if before.value != after.value:
        return False
    return not behind_gap or (before.last is not None and after.first <= before.last)
