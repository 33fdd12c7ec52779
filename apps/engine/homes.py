"""From sources to the namespaces that they are in: sets of party numbers become sets of namespace numbers.

Parties are numbered in the order of their namespaces, so the namespaces of ascending parties ascend too.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

Integers = NDArray[np.signedinteger[Any]]

_FEW = 20  # so many are looked at one by one in less time than numpy takes to begin


class Homes:
    """The namespaces of one cluster's sources.

    `home` and `weights` are by party number: the number of its namespace (`count` of them, one more for
    parties that have none), and for how many workloads it stands.
    """

    def __init__(self, sources: BitMap, home: Sequence[int], weights: Sequence[int], count: int) -> None:
        self._sources = sources
        self._home: Integers = np.array(home, dtype=np.int32)  # half as wide, twice as quick to read
        self._places = home
        self._weights = np.array(weights, dtype=np.int64)
        self._count = count
        self._sizes = np.bincount(self._home[_as_array(sources)], minlength=count)
        self.inhabited = _as_bitmap(np.flatnonzero(self._sizes))

    def number(self, party: int) -> int:
        """The number of the namespace of one source."""
        return int(self._home[party])

    def touched(self, sources: BitMap) -> BitMap:
        """The namespaces that have one of these sources.

        Of a large set, what it lacks is looked at: it touches all namespaces but those it lacks entirely.
        """
        if len(sources) <= _FEW:
            return BitMap([self._places[party] for party in sources])
        if 2 * len(sources) <= len(self._sources):
            found = self._home[_as_array(sources)]
            return _as_bitmap(found[_ends(found)])
        lacking = self._home[_as_array(self._sources - sources)]
        ends = _ends(lacking)
        lengths = ends.copy()
        lengths[1:] -= ends[:-1]
        lengths[:1] += 1
        names = lacking[ends]
        return self.inhabited - _as_bitmap(names[lengths == self._sizes[names]])

    def weigh(self, sources: BitMap) -> Integers:
        """By namespace number, for how many workloads these sources stand."""
        numbers = _as_array(sources)
        found = np.bincount(self._home[numbers], self._weights[numbers], minlength=self._count)
        return found.astype(np.int64)


def _ends(ascending: Integers) -> Integers:
    """Where the run of each distinct number ends."""
    is_end = np.ones(len(ascending), dtype=np.bool_)
    np.not_equal(ascending[1:], ascending[:-1], out=is_end[:-1])
    return np.flatnonzero(is_end)


def _as_array(numbers: BitMap) -> NDArray[np.uint32]:
    return np.asarray(numbers.to_array())


def _as_bitmap(numbers: Integers) -> BitMap:
    return BitMap(array("I", numbers.astype(np.uint32).tobytes()))
