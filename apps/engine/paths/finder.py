"""Paths in one reach: where they start, and which ways lead on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property

from apps.engine.collector import collector_at_rest
from apps.engine.edges import NotFound
from apps.engine.gates import Row
from apps.engine.model import PROTOCOLS, PortMatch, Workload
from apps.engine.pairs import Unit
from apps.engine.paths.search import Search, Stop, Way
from apps.engine.paths.steps import Path, Paths
from apps.engine.ports import cut_points, port_entries
from apps.engine.reach import Reach
from apps.engine.scene import Scene


class PathFinder:
    """Finds paths in one reach; the ways into each workload are worked out once."""

    def __init__(self, scene: Scene, reach: Reach) -> None:
        self._scene = scene
        self._reach = reach

    def find(self, source: str, hops: int, *, any_port: bool = False) -> Paths:
        """What the source reaches: see `apps.engine.find_paths`."""
        if hops < 1:
            raise ValueError(f"hops: must be 1 or more, not {hops}")
        starts = self._starts(source)
        with collector_at_rest():
            ways = [*self._service_ways, *(self._pod_ways if any_port else ())]
        rows = {id(way.row): way.row for way in ways}.values()
        sure = perhaps = Search(ways, starts, hops, lambda row: row.surely)
        if any(row.surely != row.possibly for row in rows):
            perhaps = Search(ways, starts, hops, lambda row: row.possibly)
        return Paths(
            source=source,
            hops=hops,
            starts=tuple(dict.fromkeys(stop.workload.key for stop in starts)),
            workloads=_by_distance((perhaps.workloads() | sure.workloads()).values()),
            services=_by_distance((perhaps.services() | sure.services()).values()),
        )

    def _starts(self, source: str) -> list[Stop]:
        """The source's pods, by name. A namespace has no sources on their node's network, as for edges."""
        namespace, _, workload = source.partition("/")
        if namespace not in self._reach.namespaces:
            raise NotFound(f"no namespace {namespace}")
        parties = range(len(self._scene.parties)) if workload else self._scene.pairs.sources
        stops = [
            stop for stop in self._stops(parties) if source in (stop.workload.namespace, stop.workload.key)
        ]
        if workload and not stops:
            raise NotFound(f"no workload {source}")
        return sorted(stops, key=lambda stop: stop.workload.key)

    def _stops(self, parties: Iterable[int]) -> Iterator[Stop]:
        for number in parties:
            for member in self._scene.parties[number].members:
                yield Stop(number, member.workload, len(member.pods))

    @cached_property
    def _service_ways(self) -> list[Way]:
        """The ways through Service ports, in the order of their names."""
        found = []
        for each in self._reach.ports:
            service = self._scene.services.by_key[each.namespace, each.service]
            for unit in each.units:
                row, name = self._scene.pairs.arrivals(unit, service), self._end_name(unit)
                stop = self._stop(unit.party, unit.workload) if unit.workload else None
                found.append(Way(each.target, each.port, each.protocol, name, stop, row))
        return sorted(found, key=lambda way: (way.place, way.name))

    @cached_property
    def _pod_ways(self) -> list[Way]:
        """The ways straight to pods, by name: one for all ports that are alike, called by the lowest."""
        ways = [
            Way("", port, protocol, stop.workload.key, stop, row)
            for party in range(len(self._scene.parties))
            for protocol, port, row in self._rows(party)
            for stop in self._stops([party])
        ]
        return sorted(ways, key=lambda way: (way.name, PROTOCOLS.index(way.protocol), way.port))

    def _stop(self, party: int, workload: Workload) -> Stop:
        return next(stop for stop in self._stops([party]) if stop.workload is workload)

    def _rows(self, party: int) -> Iterator[tuple[str, int, Row]]:
        """(protocol, lowest port, row) wherever another row begins; what nobody may use is left out."""
        for protocol in PROTOCOLS:
            last = None
            for port in cut_points(self._entries, self._scene.parties[party].ports, protocol):
                row = self._scene.pairs.any_family(party, protocol, port)
                if row.possibly and row != last:
                    yield protocol, port, row
                last = row

    @cached_property
    def _entries(self) -> list[PortMatch]:
        return port_entries(self._scene.cluster)

    def _end_name(self, unit: Unit) -> str:
        return unit.workload.key if unit.workload else self._scene.address_of(unit.party)


def _by_distance(paths: Iterable[Path]) -> tuple[Path, ...]:
    return tuple(sorted(paths, key=lambda path: (path.hops, path.target, path.port, path.protocol)))
