"""Potential: the best verdict that any choice of pod labels in a namespace could get.

Whoever may create pods in a namespace chooses their labels, so this is what a namespace's owner can reach.
The pod is one that does not exist yet: of that namespace, with any labels, not on its node's network, its
address and node not known. So where an address decides, the potential is unknown.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from apps.engine.explain.ground import Ground
from apps.engine.model import Assumptions, Cluster, Endpoint, Pod, Verdict, Workload
from apps.engine.potential.compiler import Compiler, Destination, Governing
from apps.engine.potential.search import Crossing, Target, find_best


class TargetPod(NamedTuple):
    """A backend of a Service port, on its own port. Without a workload it is an address that is no pod's."""

    workload: Workload | None
    pod: Pod | None
    port: int
    protocol: str
    address: str = ""


# What does not depend on the source: per way of seeing host-network pods, per family.
_Plan = tuple[tuple[tuple[Destination, tuple[Governing, ...]], ...], ...]


def best_potential(
    cluster: Cluster, assumptions: Assumptions, namespace: str, targets: Iterable[TargetPod]
) -> Verdict:
    """See `Potential.best`."""
    return Potential(cluster, assumptions).best(namespace, targets)


class Potential:
    """Potentials of one cluster under its assumptions; what was once worked out is kept."""

    def __init__(self, cluster: Cluster, assumptions: Assumptions) -> None:
        self._ground = Ground(cluster, assumptions)
        self._compiler = Compiler(self._ground)
        self._plans: dict[tuple[object, ...], _Plan] = {}
        self._found: dict[frozenset[Target], Verdict] = {}

    def best(self, namespace: str, targets: Iterable[TargetPod]) -> Verdict:
        """The best verdict of one pod against all targets: unrestricted, allowed, partial, unknown or denied.

        Exact over all label sets; `unknown` if that takes too long (`search.BUDGET`), `empty` for no targets.
        """
        aimed = frozenset(self._aim(namespace, self._plan(TargetPod(*target))) for target in targets)
        if not aimed:
            return Verdict.EMPTY
        if aimed not in self._found:
            self._found[aimed] = find_best(tuple(aimed))
        return self._found[aimed]

    def _aim(self, namespace: str, plan: _Plan) -> Target:
        return tuple(
            tuple(
                Crossing(
                    self._compiler.egress(namespace, destination),
                    self._compiler.ingress(governing, destination, namespace),
                )
                for destination, governing in families
            )
            for families in plan
        )

    def _plan(self, target: TargetPod) -> _Plan:
        key = (id(target.workload), target.pod, target.address, target.port, target.protocol)
        if key not in self._plans:
            self._plans[key] = tuple(self._plan_seen_as(way, target) for way in self._ways(target))
        return self._plans[key]

    def _ways(self, target: TargetPod) -> tuple[str, ...]:
        way = self._ground.assumptions.host_network
        if way != "unknown":
            return (way,)
        return ("node", "pod") if target.workload is not None and target.workload.host_network else ("pod",)

    def _plan_seen_as(
        self, way: str, target: TargetPod
    ) -> tuple[tuple[Destination, tuple[Governing, ...]], ...]:
        endpoint = Endpoint(target.workload, target.pod, target.address)
        known = self._ground.addresses(endpoint, host_network=way)
        families: list[int | None] = [address.family for address in known] or [None]
        destinations = [
            Destination(
                self._ground.party(endpoint, host_network=way, family=family), target.port, target.protocol
            )
            for family in families
        ]
        return tuple((one, tuple(self._compiler.plan_ingress(one))) for one in destinations)
