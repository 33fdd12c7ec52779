"""Which namespaces can reach which Services: one edge a source namespace and Service port.

Per Service port the source namespaces are held as compressed bitmaps by verdict; single edges, with their
counts and potential, are made on request.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import repeat

from pyroaring import BitMap

from apps.engine.collector import collector_at_rest
from apps.engine.counts import Counts
from apps.engine.model import Backend, Direction, Edge, Service, ServicePort, Verdict
from apps.engine.names import DnsFinder
from apps.engine.pairs import Unit
from apps.engine.port_verdicts import UNDECIDED, ByVerdict, VerdictFinder
from apps.engine.renewal import Renewal
from apps.engine.scene import Scene
from apps.engine.sources import Sources

# From the worst to the best.
_RANKS = (
    Verdict.EMPTY,
    Verdict.DENIED,
    Verdict.UNKNOWN,
    Verdict.PARTIAL,
    Verdict.ALLOWED,
    Verdict.UNRESTRICTED,
)


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

    def __init__(self, scene: Scene, before: Reach | None = None) -> None:
        """`before`: the reach of the scene that `scene` follows, of which is kept what still holds."""
        if before and not _continues(scene, before._scene):
            before = None
        self._scene: Scene = scene
        self._places: Sources = before._places if before else Sources(scene)
        self.namespaces, self.sources = self._places.names, self._places.workloads
        self._closed = {direction: scene.matrix.closed(direction) for direction in Direction}
        self.isolation = self._isolation(before)
        self._dns: DnsFinder = DnsFinder(scene, self._places, before._dns if before else None)
        self.dns = self._dns.by_namespace
        self._verdicts = VerdictFinder(scene, self._places)
        with collector_at_rest():
            self.ports = tuple(self._renewed_ports(before) if before else self._port_reaches())

    @cached_property
    def _by_target(self) -> dict[tuple[str, int, str], PortReach]:
        return {(each.target, each.port, each.protocol): each for each in self.ports}

    def edges(self, source: str | None = None, target: str | None = None) -> Iterator[Edge]:
        """Every edge, by target and then source; `source` is a namespace, `target` NS or NS/SERVICE."""
        numbers = [number for number, name in enumerate(self.namespaces) if source in (None, name)]
        for each in self.ports:
            if target in (None, each.namespace, each.target):
                if source is None:
                    yield from self._edges_into(each)
                else:
                    yield from (self.edge(each, number) for number in numbers)

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

    def potentials(self, each: PortReach) -> Mapping[Verdict, BitMap]:
        """The potentials of all namespaces at once: their numbers, by verdict."""
        if each.problem in UNDECIDED:
            return {Verdict.UNKNOWN: self._places.everywhere}
        if not each.units:
            return {Verdict.EMPTY: self._places.everywhere}
        found = self._scene.potential.by_verdict(map(self._scene.target_pod, each.units))
        left, best = self._places.everywhere, {}
        for verdict in reversed(_RANKS):
            best[verdict] = (found.get(verdict, BitMap()) | each.by_verdict[verdict]) & left
            left = left - best[verdict]
        return best

    def potential(self, each: PortReach, number: int, verdict: Verdict) -> Verdict:
        """The best verdict that some choice of pod labels in this namespace would get.

        At least its own verdict: its pods have addresses, which pods that do not exist yet have not.
        """
        if each.problem in UNDECIDED:
            return Verdict.UNKNOWN
        if not each.units:
            return Verdict.EMPTY
        if verdict is _RANKS[-1]:
            return verdict  # nothing is better
        found = self._scene.potential.best(
            self.namespaces[number], tuple(map(self._scene.target_pod, each.units))
        )
        return max(found, verdict, key=_RANKS.index)

    def _edges_into(self, each: PortReach) -> Iterator[Edge]:
        """What `edge` says of every namespace."""
        verdicts = self._spread(each.by_verdict)
        pairs = [count * len(each.units) for count in self.sources]
        allowed = [0] * len(pairs)
        for number in each.by_verdict[Verdict.ALLOWED] | each.by_verdict[Verdict.UNRESTRICTED]:
            allowed[number] = pairs[number]
        for number, counted in each.counts.items():
            allowed[number], pairs[number] = counted
        place = map(repeat, (each.target, each.port, each.protocol))
        beside = (verdicts, allowed, pairs, self.dns, repeat(each.backend))
        return map(Edge, self.namespaces, *place, *beside, self._spread(self.potentials(each)))

    def _spread(self, by_verdict: Mapping[Verdict, BitMap]) -> list[Verdict]:
        """The verdicts by namespace number."""
        found = [Verdict.EMPTY] * len(self.namespaces)
        for verdict, numbers in by_verdict.items():
            for number in numbers:
                found[number] = verdict
        return found

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

    def _renewed_ports(self, before: Reach) -> Iterator[PortReach]:
        """Every Service leads where it led."""
        scene, verdicts = self._scene, self._verdicts
        renewal = None
        if scene.changes is not None:
            renewal = Renewal(before._scene, scene, scene.changes, self._places, verdicts)
        for each in before.ports:
            service = scene.services.by_key[each.namespace, each.service]
            if renewal:
                found = renewal.find(service, each.problem, each.units, each.by_verdict)
            else:
                found = verdicts.find(service, each.problem, each.units)
            yield PortReach(
                namespace=each.namespace,
                service=each.service,
                port=each.port,
                protocol=each.protocol,
                backend=each.backend,
                backends=each.backends,
                by_verdict=found,
                counts=self._renewed_counts(service, each, found),
                problem=each.problem,
                units=each.units,
            )

    def _renewed_counts(
        self, service: Service, each: PortReach, by_verdict: ByVerdict
    ) -> Mapping[int, tuple[int, int]]:
        if by_verdict is each.by_verdict and isinstance(each.counts, Counts):
            return each.counts.on(self._scene.pairs)
        return self._counts(service, each.units, by_verdict)

    def _port_reach(self, service: Service, port: ServicePort) -> PortReach:
        resolved = self._scene.services.resolve(service, port.number, port.protocol)
        units = tuple(self._scene.pairs.units(resolved.targets))
        by_verdict = self._verdicts.find(service, resolved.problem, units)
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

    def _counts(
        self, service: Service, units: tuple[Unit, ...], by_verdict: Mapping[Verdict, BitMap]
    ) -> Mapping[int, tuple[int, int]]:
        """Counts where the verdict does not tell them, or where not every source meets every unit."""
        if not units:
            return {}
        pairs = self._scene.pairs
        untold = self._places.everywhere
        if not service.internal_local and not pairs.mixed_families:
            homes = BitMap([self._places.number[unit.workload.namespace] for unit in units if unit.workload])
            untold = by_verdict[Verdict.PARTIAL] | by_verdict[Verdict.UNKNOWN] | homes
        return Counts(pairs, self._places.homes, service, units, untold)

    def _end_name(self, unit: Unit) -> str:
        return unit.workload.key if unit.workload else self._scene.address_of(unit.party)

    def _isolation(self, before: Reach | None) -> tuple[Isolation, ...]:
        """Of a reach that was before, only what closed or opened is looked at."""
        found = dict(enumerate(before.isolation)) if before else {}
        moved = self._places.everywhere
        if before:
            apart = BitMap.union(*(before._closed[each] ^ self._closed[each] for each in Direction))
            moved = self._places.homes.touched(apart & self._scene.pairs.sources)
        for number in moved:
            found[number] = Isolation(**self._places.extents(number, self._closed))
        return tuple(found.values())


def _continues(scene: Scene, before: Scene) -> bool:
    """Whether the namespaces, the pods and where the Services lead are those of the earlier scene."""
    return (
        scene.parties is before.parties
        and scene.services is before.services
        and [space.name for space in scene.cluster.namespaces]
        == [space.name for space in before.cluster.namespaces]
    )
