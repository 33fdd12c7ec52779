"""What differs from another snapshot, in the numbers of one reach: how the map marks new and closed edges."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from pyroaring import BitMap

from apps.engine import EdgeChange, PortDiff, PortReach, Reach, ReachDiff
from apps.engine.model import Edge

PortKey = tuple[str, str, int, str]  # namespace, Service, port, protocol
KINDS = ("opened", "closed", "changed")


class Marks(NamedTuple):
    """Of one Service port, the sources whose edges were opened, closed or otherwise changed."""

    opened: BitMap
    closed: BitMap
    changed: BitMap

    @property
    def moved(self) -> BitMap:
        """What a reader looks for: edges that came or went."""
        return self.opened | self.closed


class Counts(NamedTuple):
    opened: int
    closed: int
    changed: int


@dataclass(frozen=True)
class Against:
    """The difference from snapshot `number` to the state that the reach is of.

    `marks`: by Service port, of the edges that there are. `gone`: the closed edges of which a namespace, a
    Service or a port is no more, by the ports of `diff` in its numbers.
    """

    number: int
    diff: ReachDiff
    marks: Mapping[PortKey, Marks]
    gone: Sequence[tuple[PortKey, BitMap]]

    def of(self, port: PortReach) -> Marks | None:
        return self.marks.get(_key(port))

    def count(self, ports: Iterable[PortReach], sources: BitMap | None = None) -> Counts:
        """Of the edges from `sources` (None: any) to the ports."""
        found = [each for port in ports if (each := self.of(port))]
        if sources is None:
            return Counts(*(sum(map(len, column)) for column in zip(*found, strict=True))) if found else _NONE
        cut = sources.intersection_cardinality
        return Counts(*(sum(cut(marks[kind]) for marks in found) for kind in range(len(KINDS))))

    def moved(self, ports: Iterable[PortReach]) -> BitMap:
        """The sources with an edge to one of the ports that was opened or closed."""
        return BitMap.union(BitMap(), *map(self.came_or_went, ports))

    def came_or_went(self, port: PortReach) -> BitMap:
        """The same of one port: a `Condition`, as filters are."""
        marks = self.of(port)
        return marks.moved if marks else BitMap()

    def find(self, source: str, key: PortKey) -> EdgeChange | None:
        """How one edge differs, if it does."""
        number, port = self._numbers.get(source), self._ports.get(key)
        if number is None or port is None:
            return None
        kind = next((kind for kind in KINDS if number in getattr(port, kind)), None)
        return self.diff.edge(port, kind, number) if kind else None

    def change_of(self, edge: Edge) -> EdgeChange | None:
        namespace, _, service = edge.target.partition("/")
        return self.find(edge.source, (namespace, service, edge.port, edge.protocol))

    def tell(self, edge: Edge) -> dict[str, Any] | None:
        """How one edge differs, as JSON."""
        change = self.change_of(edge)
        if change is None:
            return None
        before = change.before
        return {
            "kind": change.kind,
            "before": before and {name: str(getattr(before, name)) for name in ("verdict", "dns", "backend")},
        }

    def gone_edges(self, fits: Callable[[PortKey, str], bool]) -> Iterator[EdgeChange]:
        """Those of `gone` whose Service port and source fit; made as they are asked for."""
        for key, numbers in self.gone:
            for number in numbers:
                if fits(key, self.diff.namespaces[number]):
                    yield self.diff.edge(self._ports[key], "closed", number)

    def narrowed(self, ports: Iterable[PortReach]) -> Against:
        """The same of the edges of these ports alone. What is gone has no edge that a filter could keep."""
        kept = {}
        for port in ports:
            if marks := self.of(port):
                rows = BitMap.union(*port.by_verdict.values())
                kept[_key(port)] = Marks(*(numbers & rows for numbers in marks))
        return replace(self, marks=kept, gone=())

    @cached_property
    def _ports(self) -> dict[PortKey, PortDiff]:
        return {port.key: port for port in self.diff.ports}

    @cached_property
    def _numbers(self) -> Mapping[str, int]:
        """Of the difference."""
        return {name: number for number, name in enumerate(self.diff.namespaces)}


def set_against(number: int, diff: ReachDiff, reach: Reach) -> Against:
    """`diff` is the difference from snapshot `number` to what `reach` is of."""
    places = {name: place for place, name in enumerate(reach.namespaces)}
    numbers = np.array([places.get(name, -1) for name in diff.namespaces], dtype=np.int64)
    lost = BitMap(np.flatnonzero(numbers < 0).tolist())
    standing = {_key(port) for port in reach.ports}
    renumber = _Renumbering(numbers)
    marks: dict[PortKey, Marks] = {}
    gone: list[tuple[PortKey, BitMap]] = []
    for port in diff.ports:
        if port.key in standing:
            marks[port.key] = Marks(*(renumber(getattr(port, kind)) for kind in KINDS))
        over = port.closed & lost if port.key in standing else port.closed
        if over:
            gone.append((port.key, over))
    return Against(number, diff, marks, gone)


class _Renumbering:
    """From the numbers of both sides together to those of the later; a namespace that went has none."""

    def __init__(self, numbers: np.ndarray[tuple[int], np.dtype[np.int64]]) -> None:
        self._numbers = numbers
        self._is_same = bool((numbers == np.arange(len(numbers))).all())

    def __call__(self, joint: BitMap) -> BitMap:
        if self._is_same or not joint:
            return joint
        found = self._numbers[np.fromiter(joint, dtype=np.int64, count=len(joint))]
        return BitMap(found[found >= 0])


def _key(port: PortReach) -> PortKey:
    return port.namespace, port.service, port.port, port.protocol


_NONE = Counts(0, 0, 0)
