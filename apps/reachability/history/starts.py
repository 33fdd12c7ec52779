"""Since when each of many namespaces has the value that it has: periods, for all of them at once."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

from pyroaring import BitMap

from .periods import Kept

Split = Sequence[BitMap]  # the namespaces by value; those of another value, or of none, are in no set
Starts = dict[int, BitMap]  # by the snapshot in which their value began


def starts_at(
    number: int,
    kept: Kept,
    bounds: Iterable[int],
    split_at: Callable[[int], Split],
    origins: Mapping[int, Mapping[int, int]],
) -> Starts:
    """What `periods_of` gives as `first` of the period of snapshot `number`, by namespace.

    `split_at` must give the same sets between two `bounds`; `origins` is told by the snapshot behind a gap.
    """
    numbers = kept.numbers
    places = {bisect_left(numbers, bound) for bound in {0, *bounds, *kept.gaps}}
    starts: Starts = {}
    before: Split = ()
    for place in sorted(places):
        if place == len(numbers) or numbers[place] > number:
            break
        at, split = numbers[place], split_at(numbers[place])
        lasting = _same(before, split)
        begun = _all(split) - lasting
        if at in kept.gaps:
            known = _by_start(origins.get(at, {}), within=_all(split))
            begun = _all(split) - (lasting & _reaching_back(known, numbers[place - 1] if place else 0))
            told = {start: those & begun for start, those in known.items()}
        else:
            told = {}
        told[at] = told.get(at, BitMap()) | (begun - _all(list(told.values())))
        starts = _joined({start: those - begun for start, those in starts.items()}, told, _all(split))
        before = split
    return starts


def _same(before: Split, after: Split) -> BitMap:
    """Namespaces with the same value in both."""
    return _all([old & new for old, new in zip(before, after, strict=False)])


def _all(sets: Iterable[BitMap]) -> BitMap:
    return BitMap.union(BitMap(), *sets)


def _by_start(known: Mapping[int, int], *, within: BitMap) -> Starts:
    found: Starts = defaultdict(BitMap)
    for number, start in known.items():
        if number in within:
            found[start].add(number)
    return dict(found)


def _reaching_back(known: Starts, previous: int) -> BitMap:
    """Those whose value is known to have begun before the gap."""
    return _all([those for start, those in known.items() if start <= previous])


def _joined(older: Starts, newer: Starts, present: BitMap) -> Starts:
    starts = sorted(older.keys() | newer.keys())
    sets = ((older.get(start, BitMap()) | newer.get(start, BitMap())) & present for start in starts)
    return {start: those for start, those in zip(starts, sets, strict=True) if those}
