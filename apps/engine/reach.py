"""Which namespaces can reach which Services: one edge a source namespace and Service port.

Per Service port the source namespaces are held as compressed bitmaps by verdict; single edges, with their
counts and potential, are made on request.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from apps.engine.model import Backend, Direction, Edge, Service, ServicePort, Verdict
from apps.engine.names import DnsFinder
from apps.engine.pairs import Fates, Unit
from apps.engine.scene import Scene
from apps.engine.services import Resolved

# Why a Service port has no targets although something may answer there.
_UNDECIDED = ("external", "unreadable")

# From the worst to the best.
_RANKS = (
    Verdict.EMPTY,
    Verdict.DENIED,
    Verdict.UNKNOWN,
    Verdict.PARTIAL,
    Verdict.ALLOWED,
    Verdict.UNRESTRICTED,
)

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Isolation:
    """For how many of a namespace's pods a direction is closed but for exceptions: all, some or none."""

    ingress: str
    egress: str


@dataclass(frozen=True, slots=True)
class PortReach:
    """One Service port and the source namespaces, by number, under each verdict.

    `counts`: (surely allowed pairs, all pairs) of the namespaces whose verdict does not tell them.
    """

    namespace: str
    service: str
    port: int
    protocol: str
    backend: Backend
    backends: tuple[tuple[str, int], ...]  # (NS/Kind/NAME or address, pod port)
    by_verdict: Mapping[Verdict, BitMap]
    counts: Mapping[int, tuple[int, int]]
    problem: str = ""
    units: tuple[Unit, ...] = field(default=(), repr=False)

    @property
    def target(self) -> str:
        return f"{self.namespace}/{self.service}"

    def verdict(self, number: int) -> Verdict:
        return next(verdict for verdict, numbers in self.by_verdict.items() if number in numbers)


class Reach:
    """The whole answer for one cluster. Namespaces are numbered by their place in `namespaces`."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self.namespaces = tuple(space.name for space in scene.cluster.namespaces)
        self._number = {name: number for number, name in enumerate(self.namespaces)}
        self._home = np.array(
            [self._number.get(party.namespace, len(self.namespaces)) for party in scene.parties],
            dtype=np.int64,
        )
        self._sources = self._sources_by_namespace()
        self.sources = tuple(scene.pairs.weigh(numbers) for numbers in self._sources)
        self.isolation = self._isolation()
        self.dns = DnsFinder(scene).by_namespace(self._sources)
        self._inhabited = self._touched(scene.pairs.sources)
        self.ports = tuple(self._port_reaches())
        self._by_target = {(each.target, each.port, each.protocol): each for each in self.ports}

    def edges(self, source: str | None = None, target: str | None = None) -> Iterator[Edge]:
        """Every edge, by target and then source; `source` is a namespace, `target` NS or NS/SERVICE."""
        for each in self.ports:
            if target in (None, each.namespace, each.target):
                for number, name in enumerate(self.namespaces):
                    if source in (None, name):
                        yield self.edge(each, number)

    def find_port(self, target: str, port: int, protocol: str) -> PortReach | None:
        return self._by_target.get((target, port, protocol))

    def edge(self, each: PortReach, number: int) -> Edge:
        """The edge from the namespace of this number to this Service port."""
        verdict = each.verdict(number)
        allowed, pairs = self._counted(each, number, verdict)
        return Edge(
            source=self.namespaces[number],
            target=each.target,
            port=each.port,
            protocol=each.protocol,
            verdict=verdict,
            allowed_pairs=allowed,
            pairs=pairs,
            dns=self.dns[number],
            backend=each.backend,
            potential=self.potential(each, number, verdict),
        )

    def potential(self, each: PortReach, number: int, verdict: Verdict) -> Verdict:
        """The best verdict that some choice of pod labels in this namespace would get.

        At least its own verdict: its pods have addresses, which pods that do not exist yet have not.
        """
        if each.problem in _UNDECIDED:
            return Verdict.UNKNOWN
        if not each.units:
            return Verdict.EMPTY
        found = self._scene.potential.best(
            self.namespaces[number], tuple(map(self._scene.target_pod, each.units))
        )
        return max(found, verdict, key=_RANKS.index)

    def _counted(self, each: PortReach, number: int, verdict: Verdict) -> tuple[int, int]:
        if number in each.counts:
            return each.counts[number]
        pairs = self.sources[number] * len(each.units)
        return (pairs if verdict in (Verdict.ALLOWED, Verdict.UNRESTRICTED) else 0), pairs

    def _port_reaches(self) -> Iterator[PortReach]:
        index = self._scene.services
        for service in self._scene.cluster.services:
            ports = {(port.number, port.protocol): port for port in index.ports_of(service)}
            for number, protocol in sorted(ports):
                yield self._port_reach(service, ports[number, protocol])

    def _port_reach(self, service: Service, port: ServicePort) -> PortReach:
        resolved = self._scene.services.resolve(service, port.number, port.protocol)
        units = tuple(self._scene.pairs.units(resolved.targets))
        fates = self._scene.pairs.join(units, service)
        by_verdict = self._verdicts(resolved, units, fates)
        return PortReach(
            namespace=service.namespace,
            service=service.name,
            port=port.number,
            protocol=port.protocol,
            backend=resolved.backend,
            backends=tuple(sorted({(self._end_name(unit), unit.port) for unit in units})),
            by_verdict=by_verdict,
            counts=self._counts(service, units, by_verdict),
            problem=resolved.problem,
            units=units,
        )

    def _verdicts(self, resolved: Resolved, units: tuple[Unit, ...], fates: Fates) -> dict[Verdict, BitMap]:
        """The five verdicts of `docs/semantics.md`, for all namespaces at once."""
        if resolved.problem in _UNDECIDED:
            return _split({Verdict.UNKNOWN: self._inhabited}, self._inhabited)
        paired = self._touched(fates.paired) if units else np.zeros_like(self._inhabited)
        sources = fates.paired
        whole = paired & ~self._touched(sources - fates.every)
        nothing = paired & ~self._touched(fates.possible)
        mixed = paired & self._touched(fates.some) & self._touched(fates.refused)
        closed = self._scene.matrix.closed(Direction.EGRESS)
        closed_in = self._scene.matrix.closed(Direction.INGRESS)
        open_targets = not any(unit.party in closed_in for unit in units)
        free = whole & ~self._touched(sources & closed) & open_targets
        return _split(
            {
                Verdict.UNRESTRICTED: free,
                Verdict.ALLOWED: whole & ~free,
                Verdict.DENIED: nothing,
                Verdict.PARTIAL: mixed,
                Verdict.UNKNOWN: paired & ~whole & ~nothing & ~mixed,
            },
            paired,
        )

    def _counts(
        self, service: Service, units: tuple[Unit, ...], by_verdict: Mapping[Verdict, BitMap]
    ) -> dict[int, tuple[int, int]]:
        """Counts where the verdict does not tell them, or where not every source meets every unit."""
        if not units:
            return {}
        pairs = self._scene.pairs
        untold = BitMap(range(len(self.namespaces)))
        if not service.internal_local and not pairs.mixed_families:
            homes = BitMap(self._number[unit.workload.namespace] for unit in units if unit.workload)
            untold &= by_verdict[Verdict.PARTIAL] | by_verdict[Verdict.UNKNOWN] | homes
        return {number: pairs.count(units, service, self._sources[number]) for number in untold}

    def _end_name(self, unit: Unit) -> str:
        return unit.workload.key if unit.workload else self._scene.address_of(unit.party)

    def _sources_by_namespace(self) -> list[BitMap]:
        found = [BitMap() for _ in self.namespaces]
        for party in self._scene.pairs.sources:
            found[self._home[party]].add(party)
        return found

    def _touched(self, parties: BitMap) -> Flags:
        """Which namespaces have one of these pods, by number."""
        flags = np.zeros(len(self.namespaces) + 1, dtype=bool)
        flags[self._home[np.asarray(parties.to_array(), dtype=np.int64)]] = True
        return flags[:-1]

    def _isolation(self) -> tuple[Isolation, ...]:
        closed = {direction: self._scene.matrix.closed(direction) for direction in Direction}
        return tuple(
            Isolation(_extent(numbers, closed[Direction.INGRESS]), _extent(numbers, closed[Direction.EGRESS]))
            for numbers in self._sources
        )


def _extent(numbers: BitMap, closed: BitMap) -> str:
    both = len(numbers & closed)
    return "none" if not both else "all" if both == len(numbers) else "some"


def _split(flags: Mapping[Verdict, Flags], paired: Flags) -> dict[Verdict, BitMap]:
    """Bitmaps by verdict; namespaces without a pair are `empty`."""
    found = {verdict: BitMap(np.flatnonzero(flags[verdict]).tolist()) for verdict in flags}
    found[Verdict.EMPTY] = BitMap(np.flatnonzero(~paired).tolist())
    return {verdict: found.get(verdict, BitMap()) for verdict in Verdict}
