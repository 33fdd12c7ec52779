"""Which workloads may connect to which, with port sets, and with what outside the cluster.

The answer of `reach --by workload`: pods of one owner are joined, a connection is listed when any of them
has it, and a workload to itself is left out. Only what is surely allowed is listed; pairs of which more
may be allowed are counted in `undecided`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from apps.engine.addresses import Range, format_address, to_cidrs
from apps.engine.gates import Row
from apps.engine.model import PROTOCOLS, Assumptions, Cluster, ContainerPort, Direction
from apps.engine.outside import Allowed, External, PortSets, by_cidrs, outside_ranges
from apps.engine.ports import LAST, cut_points, port_entries
from apps.engine.scene import Scene


@dataclass(frozen=True, slots=True)
class Connection:
    source: str  # NS/Kind/NAME
    target: str
    allowed: Allowed


@dataclass(frozen=True, slots=True)
class Connections:
    workloads: tuple[str, ...]
    connections: tuple[Connection, ...]
    external: tuple[External, ...]
    undecided: tuple[tuple[str, str], ...]  # (source, target) of which more may be allowed


def find_connections(cluster: Cluster, assumptions: Assumptions) -> Connections:
    """All connections between workloads, and between workloads and outside addresses."""
    return _Finder(cluster, assumptions).find()


class _Finder:
    """Walks every target party once and collects what its rows say, by owner."""

    def __init__(self, cluster: Cluster, assumptions: Assumptions) -> None:
        self._atoms = outside_ranges(cluster)
        self._scene = Scene(cluster, assumptions, tuple(format_address(start) for start in self._atoms))
        self._entries = port_entries(cluster)
        self._between: dict[tuple[str, str], PortSets] = defaultdict(PortSets)
        self._outside: dict[tuple[str, Direction], dict[Range, PortSets]] = defaultdict(dict)
        self._undecided: set[tuple[str, str]] = set()
        self._named: dict[int, list[str | Range]] = {}

    def find(self) -> Connections:
        for number in range(len(self._scene.parties)):
            self._visit(number)
        return Connections(
            workloads=tuple(sorted({workload.key for workload in self._scene.cluster.workloads})),
            connections=tuple(
                Connection(source, target, ports.joined())
                for (source, target), ports in sorted(self._between.items())
            ),
            external=tuple(self._externals()),
            undecided=tuple(sorted(self._undecided)),
        )

    def _visit(self, target: int) -> None:
        """Adds everything that may reach this party."""
        party = self._scene.parties[target]
        if not party.is_pod and party.numbers[0] not in self._atoms:
            return
        for protocol in PROTOCOLS:
            for interval, row in self._rows(target, protocol, party.ports):
                self._add(target, protocol, interval, row)

    def _rows(
        self, target: int, protocol: str, declared: Iterable[ContainerPort]
    ) -> Iterator[tuple[tuple[int, int], Row]]:
        """The target's rows by interval of ports within which all are alike."""
        cuts = [*cut_points(self._entries, declared, protocol), LAST + 1]
        for first, after in pairwise(cuts):
            yield (first, after - 1), self._scene.pairs.any_family(target, protocol, first)

    def _add(self, target: int, protocol: str, interval: tuple[int, int], row: Row) -> None:
        ends = self._owners(target)
        for source in row.surely:
            for owner in self._owners(source):
                for end in ends:
                    self._connect(owner, end, protocol, interval)
        for source in row.possibly - row.surely:
            names = ((_name(owner), _name(end)) for owner in self._owners(source) for end in ends)
            self._undecided.update(pair for pair in names if pair[0] != pair[1])

    def _connect(
        self, source: str | Range, target: str | Range, protocol: str, interval: tuple[int, int]
    ) -> None:
        if isinstance(source, str) and isinstance(target, str):
            if source != target:
                self._between[source, target].add(protocol, interval)
        elif isinstance(source, str) and isinstance(target, Range):
            sets = self._outside[source, Direction.EGRESS]
            sets.setdefault(target, PortSets()).add(protocol, interval)
        elif isinstance(source, Range) and isinstance(target, str):
            sets = self._outside[target, Direction.INGRESS]
            sets.setdefault(source, PortSets()).add(protocol, interval)

    def _owners(self, number: int) -> list[str | Range]:
        """The workloads of a party, or the range of addresses for which an outside one stands."""
        if number not in self._named:
            self._named[number] = self._find_owners(number)
        return self._named[number]

    def _find_owners(self, number: int) -> list[str | Range]:
        party = self._scene.parties[number]
        if party.is_pod:
            return list(dict.fromkeys(member.workload.key for member in party.members))
        return [self._atoms[party.numbers[0]]] if party.numbers[0] in self._atoms else []

    def _externals(self) -> Iterator[External]:
        for (workload, direction), by_range in sorted(self._outside.items()):
            for cidrs, allowed in by_cidrs(by_range):
                yield External(workload, direction, cidrs, allowed)


def _name(end: str | Range) -> str:
    return end if isinstance(end, str) else to_cidrs([end])[0]
