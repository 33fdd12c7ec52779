"""A cluster as guardrails look at it: namespaces by number, Service ports by namespace."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from functools import cached_property

from pyroaring import BitMap

from apps.engine import Outcome, PortReach, find_default_denies, selects
from apps.engine.model import Assumptions, Cluster, Direction, Verdict
from apps.reachability.bundle import REACHING
from apps.review.guardrails.form import Ports, Spaces, Targets


class Ground:
    """What many guardrails share is worked out once: sets of namespaces, and who reaches alike ports."""

    def __init__(self, cluster: Cluster, reach: Outcome, assumptions: Assumptions) -> None:
        self._cluster = cluster
        self._assumptions = assumptions
        self.reach = reach
        self.everywhere = BitMap(range(len(reach.namespaces)))
        self._spaces: dict[Spaces, BitMap] = {}
        self._reaching: dict[int, BitMap] = {}
        self._ports: dict[str, list[PortReach]] = defaultdict(list)
        for port in reach.ports:
            self._ports[port.namespace].append(port)

    def numbers(self, spaces: Iterable[Spaces]) -> BitMap:
        """The namespaces that any of `spaces` takes in."""
        return BitMap.union(BitMap(), *(self._matching(each) for each in spaces))

    def own(self, port: PortReach) -> BitMap:
        return BitMap([self._number[port.namespace]]) if port.namespace in self._number else BitMap()

    def ports(self, targets: Sequence[Targets], ports: Sequence[Ports]) -> Iterator[PortReach]:
        """The Service ports that any of `targets` and any of `ports` take in, each once, in order."""
        wanted = [(self._matching(target.spaces), target.service) for target in targets]
        for number in self.numbers(target.spaces for target in targets):
            patterns = {service for numbers, service in wanted if number in numbers}
            for port in self._ports[self.reach.namespaces[number]]:
                named = any(fnmatchcase(port.service, pattern) for pattern in patterns)
                if named and any(each.hold(port.port, port.protocol) for each in ports):
                    yield port

    def reaching(self, port: PortReach) -> BitMap:
        """The namespaces of which some pod may reach the port."""
        key = id(port.by_verdict)  # many ports share it, and the reach holds it
        if key not in self._reaching:
            self._reaching[key] = BitMap.union(*(port.by_verdict[verdict] for verdict in REACHING))
        return self._reaching[key]

    def undecided(self, port: PortReach) -> BitMap:
        return port.by_verdict[Verdict.UNKNOWN]

    @cached_property
    def default_denies(self) -> Mapping[str, Mapping[Direction, bool | None]]:
        return find_default_denies(self._cluster, self._assumptions)

    @cached_property
    def unread(self) -> frozenset[str]:
        """Kinds of which some objects could not be read, so that some may be missing."""
        return frozenset(entry.ref.kind for entry in self._cluster.unevaluated if not entry.ref.name)

    @cached_property
    def _number(self) -> dict[str, int]:
        return {name: number for number, name in enumerate(self.reach.namespaces)}

    def _matching(self, spaces: Spaces) -> BitMap:
        if spaces not in self._spaces:
            self._spaces[spaces] = BitMap(
                self._number[each.name]
                for each in self._cluster.namespaces
                if fnmatchcase(each.name, spaces.name) and selects(spaces.labels, each.labels)
            )
        return self._spaces[spaces]
