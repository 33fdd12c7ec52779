"""Edges picked out of a reach by bitmaps: counted and paged without being written out one by one."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import overload

from pyroaring import BitMap

from apps.engine import PortReach, Reach
from apps.engine.model import Dns, Edge, Verdict
from apps.reachability.conditions import Condition
from apps.reachability.grammar import EVERYTHING, Query
from apps.reachability.rows import Rows


@dataclass(frozen=True, slots=True)
class EdgeFilter:
    """Which edges are wanted. Empty or None: any. `target` is `NS` or `NS/SERVICE`.

    `query`: what the filter grammar asks for besides.
    """

    source: str = ""
    target: str = ""
    port: int | None = None
    protocol: str = ""
    verdicts: frozenset[Verdict] = frozenset()
    dns: frozenset[Dns] = frozenset()
    query: Query = EVERYTHING


class EdgeSelection(Sequence[Edge]):
    """The edges of `reach` that pass a filter, by target, port, then source; made when they are looked at.

    `by_port`: the kept sources of each Service port. `keep`: what the filter's query keeps; None: all.
    `explain` gives the reason of an unknown edge, which every answer names. `besides`: edges that are wanted
    whatever their verdict.
    """

    def __init__(
        self,
        reach: Reach,
        wanted: EdgeFilter,
        keep: Condition | None,
        explain: Callable[[Edge], str],
        besides: Condition | None = None,
    ) -> None:
        self._reach = reach
        self._explain = explain
        rows = _rows(reach, wanted, _wanted_sources(reach, wanted), besides)
        self.by_port = [(port, row & keep(port)) for port, row in rows] if keep else list(rows)
        self._rows = Rows(self.by_port)

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def counts(self) -> dict[Verdict, int]:
        """How many of the edges have each verdict."""
        return {
            verdict: sum(port.by_verdict[verdict].intersection_cardinality(row) for port, row in self.by_port)
            for verdict in Verdict
        }

    @overload
    def __getitem__(self, index: int) -> Edge: ...
    @overload
    def __getitem__(self, index: slice) -> list[Edge]: ...
    def __getitem__(self, index: int | slice) -> Edge | list[Edge]:
        """One edge, or those of a slice (whose step is 1)."""
        if isinstance(index, int):
            place = range(len(self))[index]
            return self[place : place + 1][0]
        start, stop, _ = index.indices(len(self))
        return [self._edge(port, number) for port, number in self._rows.between(start, stop)]

    def _edge(self, port: PortReach, number: int) -> Edge:
        edge = self._reach.edge(port, number)
        return edge if edge.verdict is not Verdict.UNKNOWN else edge._replace(reason=self._explain(edge))


def pick_ports(reach: Reach, target: str, port: int | None = None, protocol: str = "") -> list[PortReach]:
    """The Service ports of `target` (`NS`, `NS/SERVICE`, empty: all), of one number and protocol if given."""
    return [
        row
        for row in _behind(reach.ports, target)
        if (port is None or row.port == port) and (not protocol or row.protocol == protocol)
    ]


def _behind(ports: Sequence[PortReach], target: str) -> Sequence[PortReach]:
    """Those of one target stand together."""
    if not target:
        return ports
    wanted = tuple(target.split("/"))

    def place(port: PortReach) -> tuple[str, ...]:
        return (port.namespace, port.service)[: len(wanted)]

    return ports[bisect_left(ports, wanted, key=place) : bisect_right(ports, wanted, key=place)]


def narrow_ports(ports: Iterable[PortReach], keep: Condition | None) -> list[PortReach]:
    """The ports with the edges that `keep` keeps and no others; those without any are left out."""
    if keep is None:
        return list(ports)
    kept = ((port, keep(port)) for port in ports)
    found = [
        replace(port, by_verdict={verdict: rows & row for verdict, rows in port.by_verdict.items()})
        for port, row in kept
        if row
    ]
    return [port for port in found if any(port.by_verdict.values())]


def _wanted_sources(reach: Reach, wanted: EdgeFilter) -> BitMap:
    numbers = BitMap(range(len(reach.namespaces)))
    if wanted.source:
        numbers = BitMap([reach.namespaces.index(wanted.source)] if wanted.source in reach.namespaces else [])
    return BitMap([n for n in numbers if reach.dns[n] in wanted.dns]) if wanted.dns else numbers


def _rows(
    reach: Reach, wanted: EdgeFilter, sources: BitMap, besides: Condition | None
) -> Iterator[tuple[PortReach, BitMap]]:
    for port in pick_ports(reach, wanted.target, wanted.port, wanted.protocol):
        if not wanted.verdicts:
            yield port, sources  # each of them has one verdict or another
            continue
        found = BitMap.union(*(port.by_verdict[verdict] for verdict in wanted.verdicts))
        yield port, (found | besides(port) if besides else found) & sources
