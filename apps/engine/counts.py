"""How many pairs of an edge are allowed: for all namespaces of one Service port at once, when first asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from pyroaring import BitMap

from apps.engine.homes import Homes, Integers
from apps.engine.model import Service
from apps.engine.pairs import PairFinder, Unit


class Counts(Mapping[int, tuple[int, int]]):
    """(surely allowed pairs, all pairs) by namespace number, for the namespaces `numbers`.

    Most clusters have far more edges than anybody looks at, so nothing is counted before somebody does.
    """

    def __init__(
        self, pairs: PairFinder, homes: Homes, service: Service, units: Sequence[Unit], numbers: BitMap
    ) -> None:
        self._pairs = pairs
        self._homes = homes
        self._service = service
        self._units = units
        self._numbers = numbers
        self._counted: tuple[Integers, Integers] | None = None

    def on(self, pairs: PairFinder) -> Counts:
        """The counts of another state, in which the verdicts of the Service port are the same."""
        return Counts(pairs, self._homes, self._service, self._units, self._numbers)

    def __getitem__(self, number: int) -> tuple[int, int]:
        if number not in self._numbers:
            raise KeyError(number)
        place = self._numbers.rank(number) - 1
        allowed, pairs = self._counts()
        return int(allowed[place]), int(pairs[place])

    def __iter__(self) -> Iterator[int]:
        return iter(self._numbers)

    def __len__(self) -> int:
        return len(self._numbers)

    def __contains__(self, number: object) -> bool:
        return isinstance(number, int) and number in self._numbers

    def _counts(self) -> tuple[Integers, Integers]:
        """Allowed and all pairs, in the order of the numbers."""
        if self._counted is None:
            each = [self._pairs.count(unit, self._service, self._homes) for unit in self._units]
            chosen = np.asarray(self._numbers.to_array())
            allowed, pairs = (np.sum(column, axis=0)[chosen] for column in zip(*each, strict=True))
            self._counted = allowed, pairs
        return self._counted
