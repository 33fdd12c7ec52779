"""Potential: the best verdict that any choice of pod labels in a namespace could get.

Whoever may create pods in a namespace chooses their labels, so this is what a namespace's owner can reach.
The pod is one that does not exist yet: of that namespace, with any labels, not on its node's network, its
address and node not known. So where an address decides, the potential is unknown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import NamedTuple

from pyroaring import BitMap

from apps.engine.explain.ground import Ground
from apps.engine.model import Assumptions, Cluster, Endpoint, Pod, Verdict, Workload
from apps.engine.potential.compiler import Compiler, Destination
from apps.engine.potential.regimes import Regime, Regimes
from apps.engine.potential.search import Crossing, Target, find_best
from apps.engine.potential.strangers import Plan, Strangers


class TargetPod(NamedTuple):
    """A backend of a Service port, on its own port. Without a workload it is an address that is no pod's."""

    workload: Workload | None
    pod: Pod | None
    port: int
    protocol: str
    address: str = ""


def best_potential(
    cluster: Cluster, assumptions: Assumptions, namespace: str, targets: Iterable[TargetPod]
) -> Verdict:
    """See `Potential.best`."""
    return Potential(cluster, assumptions).best(namespace, targets)


class Potential:
    """Potentials of one cluster under its assumptions; what was once worked out is kept."""

    def __init__(self, cluster: Cluster, assumptions: Assumptions) -> None:
        self._namespaces = cluster.namespaces
        self._ground = Ground(cluster, assumptions)
        self._regimes = Regimes(self._ground)
        self._compiler = Compiler(self._ground, self._regimes)
        self._sources: dict[tuple[str, bool], Regime] = {}
        self._plans: dict[tuple[object, ...], Plan] = {}
        self._found: dict[frozenset[Target], Verdict] = {}

    def best(self, namespace: str, targets: Iterable[TargetPod]) -> Verdict:
        """The best verdict of one pod against all targets: unrestricted, allowed, partial, unknown or denied.

        Exact over all label sets; `unknown` if that takes too long (`search.BUDGET`), `empty` for no targets.
        """
        return self._judge(self._aim(namespace, self._plan(TargetPod(*target))) for target in targets)

    def by_verdict(self, targets: Iterable[TargetPod]) -> Mapping[Verdict, BitMap]:
        """The same for all namespaces of the cluster at once: their numbers, by place in it, by verdict."""
        plans = [self._plan(TargetPod(*target)) for target in targets]
        found = {verdict: BitMap(numbers) for verdict, numbers in self._strangers.by_verdict(plans).items()}
        homes = {one.party.namespace for plan in plans for way in plan for one in way}
        for name in homes & self._numbers.keys():
            for numbers in found.values():
                numbers.discard(self._numbers[name])
            verdict = self._judge(self._aim(name, plan) for plan in plans)
            found.setdefault(verdict, BitMap()).add(self._numbers[name])
        return found

    @cached_property
    def _strangers(self) -> Strangers:
        return Strangers(self._namespaces, self._regimes, self._compiler, self._judge)

    @cached_property
    def _numbers(self) -> dict[str, int]:
        return {space.name: number for number, space in enumerate(self._namespaces)}

    def _judge(self, targets: Iterable[Target]) -> Verdict:
        aimed = frozenset(targets)
        if not aimed:
            return Verdict.EMPTY
        if aimed not in self._found:
            self._found[aimed] = find_best(tuple(aimed))
        return self._found[aimed]

    def _aim(self, namespace: str, plan: Plan) -> Target:
        return tuple(tuple(self._crossing(namespace, one) for one in way) for way in plan)

    def _crossing(self, namespace: str, destination: Destination) -> Crossing:
        at_home = namespace == destination.party.namespace
        return Crossing(
            self._compiler.egress(self._source(namespace, at_home=at_home), destination),
            self._compiler.ingress(destination.at_home if at_home else destination.abroad, namespace),
        )

    def _source(self, namespace: str, *, at_home: bool) -> Regime:
        key = (namespace, at_home)
        if key not in self._sources:
            self._sources[key] = self._regimes.of_source(namespace, at_home=at_home)
        return self._sources[key]

    def _plan(self, target: TargetPod) -> Plan:
        key = (id(target.workload), target.pod, target.address, target.port, target.protocol)
        if key not in self._plans:
            self._plans[key] = tuple(self._seen_as(way, target) for way in self._ways(target))
        return self._plans[key]

    def _ways(self, target: TargetPod) -> tuple[str, ...]:
        way = self._ground.assumptions.host_network
        if way != "unknown":
            return (way,)
        return ("node", "pod") if target.workload is not None and target.workload.host_network else ("pod",)

    def _seen_as(self, way: str, target: TargetPod) -> tuple[Destination, ...]:
        endpoint = Endpoint(target.workload, target.pod, target.address)
        known = self._ground.addresses(endpoint, host_network=way)
        families: list[int | None] = [address.family for address in known] or [None]
        return tuple(self._destination(endpoint, way, family, target) for family in families)

    def _destination(
        self, endpoint: Endpoint, way: str, family: int | None, target: TargetPod
    ) -> Destination:
        party = self._ground.party(endpoint, host_network=way, family=family)
        ask = (party, target.port, target.protocol)
        at_home, abroad = (self._regimes.of_target(*ask, at_home=home) for home in (True, False))
        return Destination(*ask, at_home, abroad)
