"""How many Services each namespace reaches, and how many namespaces reach it; itself left out of both."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

import numpy as np
from pyroaring import BitMap

from apps.engine import PortReach, Reach
from apps.engine.model import Verdict
from apps.reachability.bundle import REACHING


class Count(NamedTuple):
    """`sure`: for some pair at least. `unknown`: more of which it cannot be decided."""

    sure: int
    unknown: int


class _Sources(NamedTuple):
    """Of one Service: the namespaces that reach it, and those of which that is unknown."""

    namespace: str
    sure: BitMap
    unknown: BitMap


class Crossings:
    """Both counts by namespace number."""

    def __init__(self, reach: Reach) -> None:
        numbers = {name: number for number, name in enumerate(reach.namespaces)}
        services = [each for each in _by_service(reach.ports) if each.namespace in numbers]
        into: dict[int, list[_Sources]] = {}
        own_sure, own_unknown = Counter[int](), Counter[int]()
        for each in services:
            number = numbers[each.namespace]
            into.setdefault(number, []).append(each)
            own_sure[number] += number in each.sure
            own_unknown[number] += number in each.unknown
        size = len(numbers)
        self.outward = _subtracted(_weigh([each.sure for each in services], size), own_sure)
        self.outward_unknown = _subtracted(_weigh([each.unknown for each in services], size), own_unknown)
        self._into = into

    def reaches(self, number: int) -> Count:
        """Services of other namespaces."""
        return Count(self.outward[number], self.outward_unknown[number])

    def reached_by(self, number: int) -> Count:
        """Other namespaces."""
        ends = self._into.get(number, [])
        itself = BitMap([number])
        sure = BitMap().union(*(each.sure for each in ends)) - itself
        unknown = BitMap().union(*(each.unknown for each in ends)) - itself - sure
        return Count(len(sure), len(unknown))


def _by_service(ports: Sequence[PortReach]) -> Iterator[_Sources]:
    for (namespace, _), rows in groupby(ports, key=lambda row: (row.namespace, row.service)):
        same = list(rows)
        sure = BitMap().union(*(row.by_verdict[verdict] for row in same for verdict in REACHING))
        unknown = BitMap().union(*(row.by_verdict[Verdict.UNKNOWN] for row in same))
        yield _Sources(namespace, sure, unknown - sure)


def _weigh(sets: Sequence[BitMap], size: int) -> list[int]:
    """In how many of the sets each number is. Many are equal, and each different one is added once."""
    times = Counter(each.serialize() for each in sets)
    totals = np.zeros(size, dtype=np.int64)
    for data, count in times.items():
        totals[np.array(BitMap.deserialize(data).to_array(), dtype=np.int64)] += count
    return [int(total) for total in totals]


def _subtracted(totals: Sequence[int], own: Counter[int]) -> list[int]:
    return [total - own[number] for number, total in enumerate(totals)]
