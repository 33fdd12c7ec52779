"""What workloads may send to addresses that are no pod's, all workloads to which the same is open at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from operator import itemgetter
from typing import NamedTuple

from pyroaring import BitMap

from apps.engine.addresses import Address, Range, format_address, to_cidrs
from apps.engine.classes import FAMILIES, bounds_of
from apps.engine.collector import collector_at_rest
from apps.engine.gates import Row
from apps.engine.model import PROTOCOLS, Assumptions, Cluster, Direction
from apps.engine.ports import LAST, Intervals, cut_points, join_intervals, port_entries
from apps.engine.scene import Scene

Allowed = Mapping[str, Intervals]  # by protocol
_LAST_ADDRESS = {4: (1 << 32) - 1, 6: (1 << 128) - 1}


@dataclass(frozen=True, slots=True)
class External:
    """What a workload may exchange with addresses that are no pod's."""

    workload: str  # NS/Kind/NAME
    direction: Direction
    cidrs: tuple[str, ...]
    allowed: Allowed


@dataclass(frozen=True, slots=True)
class Outside:
    """All that workloads may send out, by workload and CIDRs. `undecided`: workloads that may send more."""

    external: tuple[External, ...]
    undecided: frozenset[str]


class PortSets:
    """Intervals of ports by protocol, while they are being collected."""

    __slots__ = ("_parts",)

    def __init__(self) -> None:
        self._parts: dict[str, set[tuple[int, int]]] = {}

    def add(self, protocol: str, interval: tuple[int, int]) -> None:
        self._parts.setdefault(protocol, set()).add(interval)

    def joined(self) -> dict[str, Intervals]:
        return {name: join_intervals(self._parts[name]) for name in PROTOCOLS if name in self._parts}


def find_outside(cluster: Cluster, assumptions: Assumptions) -> Outside:
    """Only what workloads may send to outside addresses: far quicker, as it looks at no pair of them."""
    with collector_at_rest():
        return _Finder(cluster, assumptions).find()


def outside_ranges(cluster: Cluster) -> dict[Address, Range]:
    """All addresses, in ranges that no policy divides, each by its lowest one.

    IPv4, and IPv6 where something in the cluster speaks of it.
    """
    bounds = bounds_of(cluster)
    dual = any(6 in service.families for service in cluster.services) or any(
        ":" in text for workload in cluster.workloads for pod in workload.pods for text in pod.addresses
    )
    return {
        Address(family, start): Range(family, start, end - 1)
        for family in (FAMILIES if dual or len(bounds.cuts[6]) > 1 else (4,))
        for start, end in pairwise([*bounds.cuts[family], _LAST_ADDRESS[family] + 1])
        if start < end
    }


def by_cidrs(ports: Mapping[Range, PortSets]) -> list[tuple[tuple[str, ...], Allowed]]:
    """Ranges that have the same ports together, as CIDRs, ascending."""
    alike: dict[tuple[tuple[str, Intervals], ...], list[Range]] = defaultdict(list)
    for part, sets in ports.items():
        alike[tuple(sets.joined().items())].append(part)
    found = [(tuple(to_cidrs(parts)), dict(allowed)) for allowed, parts in alike.items()]
    return sorted(found, key=itemgetter(0))


class _Way(NamedTuple):
    """Whoever is in the row may send this: ports of ranges."""

    row: Row
    ports: list[tuple[Range, str, tuple[int, int]]]


class _Finder:
    """Finds the few ways out that differ, and the workloads to which the same ones are open."""

    def __init__(self, cluster: Cluster, assumptions: Assumptions) -> None:
        self._ranges = outside_ranges(cluster)
        self._scene = Scene(cluster, assumptions, tuple(map(format_address, self._ranges)))
        entries = port_entries(cluster)
        self._cuts = {protocol: cut_points(entries, (), protocol) for protocol in PROTOCOLS}
        self._ways = self._find_ways()

    def find(self) -> Outside:
        doubtful = BitMap.union(BitMap(), *(row.possibly - row.surely for row, _ in self._ways))
        return Outside(tuple(self._externals()), frozenset(self._workloads(doubtful)))

    def _find_ways(self) -> list[_Way]:
        """One a row: the matrix gives ports and ranges that no policy tells apart the same row."""
        parties = {party.numbers[0]: n for n, party in enumerate(self._scene.parties) if not party.is_pod}
        found: dict[int, _Way] = {}
        for lowest, part in self._ranges.items():
            for protocol, cuts in self._cuts.items():
                for first, after in pairwise([*cuts, LAST + 1]):
                    row = self._scene.pairs.any_family(parties[lowest], protocol, first)
                    found.setdefault(id(row), _Way(row, [])).ports.append(
                        (part, protocol, (first, after - 1))
                    )
        return list(found.values())

    def _externals(self) -> Iterator[External]:
        groups = self._groups()
        homes: dict[str, list[int]] = defaultdict(list)
        for number, group in enumerate(groups):
            for workload in self._workloads(group):
                homes[workload].append(number)
        told: dict[tuple[int, ...], list[tuple[tuple[str, ...], Allowed]]] = {}
        for workload, numbers in sorted(homes.items()):
            key = tuple(numbers)
            if key not in told:
                told[key] = self._open_to([groups[number] for number in numbers])
            for cidrs, allowed in told[key]:
                yield External(workload, Direction.EGRESS, cidrs, allowed)

    def _groups(self) -> list[BitMap]:
        """All pods, in groups to which the same ways are open."""
        groups = [BitMap(n for n, party in enumerate(self._scene.parties) if party.is_pod)]
        for row, _ in self._ways:
            halves = (half for group in groups for half in (group & row.surely, group - row.surely))
            groups = [half for half in halves if half]
        return groups

    def _open_to(self, groups: list[BitMap]) -> list[tuple[tuple[str, ...], Allowed]]:
        """What some of these groups may send."""
        found: dict[Range, PortSets] = defaultdict(PortSets)
        for row, ports in self._ways:
            if any(group.min() in row.surely for group in groups):
                for part, protocol, interval in ports:
                    found[part].add(protocol, interval)
        return by_cidrs(found)

    def _workloads(self, parties: BitMap) -> set[str]:
        """NS/Kind/NAME of all that have pods in these parties."""
        members = (member for number in parties for member in self._scene.parties[number].members)
        return {member.workload.key for member in members}
