"""Rows of numbers: counted as a whole, and cut into pages without being written out one by one."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from itertools import accumulate
from typing import Generic, TypeVar

from pyroaring import BitMap

K = TypeVar("K")


class Rows(Generic[K]):
    """Each row is a key and a bitmap; the items are (key, number), row by row. Empty rows are left out."""

    def __init__(self, rows: Iterable[tuple[K, BitMap]]) -> None:
        self._rows = [each for each in rows if each[1]]
        self._ends = list(accumulate(len(row) for _, row in self._rows))

    def __len__(self) -> int:
        return self._ends[-1] if self._ends else 0

    def between(self, start: int, stop: int) -> Iterator[tuple[K, int]]:
        """The items from `start` to before `stop`, both within the length."""
        index = bisect_right(self._ends, start)
        while start < stop:
            key, row = self._rows[index]
            first = self._ends[index] - len(row)
            end = min(stop, self._ends[index])
            yield from ((key, number) for number in row[start - first : end - first])
            start, index = end, index + 1
