"""One numbering for the namespaces of two reaches, so that their bitmaps can be compared."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pyroaring import BitMap


class Lift:
    """Moves bitmaps from one reach's numbers to the joint ones.

    Both ascend by name, so that a run of namespaces that no other comes between moves as a whole.
    """

    def __init__(self, places: Sequence[int]) -> None:
        self.known = BitMap(places)
        self._runs = [
            (BitMap(range(first, stop)), places[first] - first) for first, stop in _unbroken(places)
        ]
        self._same = all(offset == 0 for _, offset in self._runs)

    def __call__(self, numbers: BitMap) -> BitMap:
        if self._same or not numbers:
            return numbers
        found = BitMap()
        for run, offset in self._runs:
            found |= (numbers & run).shift(offset) if offset else numbers & run
        return found


class Numbering:
    """The names of both sides, sorted; a namespace's place is its joint number."""

    def __init__(self, before: Sequence[str], after: Sequence[str]) -> None:
        self.names = tuple(before) if before == after else tuple(sorted({*before, *after}))
        self.number = {name: number for number, name in enumerate(self.names)}
        self.before = self.lift(before)
        self.after = self.lift(after)

    @property
    def everyone(self) -> BitMap:
        return BitMap(range(len(self.names)))

    @property
    def lasting(self) -> BitMap:
        """The namespaces that both sides have."""
        return self.before.known & self.after.known

    def lift(self, names: Sequence[str]) -> Lift:
        """For a reach of these namespaces, each of which is on one of the two sides."""
        return Lift([self.number[name] for name in names])


def _unbroken(places: Sequence[int]) -> Iterator[tuple[int, int]]:
    """The longest ranges of indexes whose places follow one another."""
    first = 0
    for index in range(1, len(places) + 1):
        if index == len(places) or places[index] != places[index - 1] + 1:
            yield first, index
            first = index
