"""A cluster made ready for questions: its parties, its matrix and its Services, each built once."""

from __future__ import annotations

from functools import cached_property

from apps.engine.addresses import format_address
from apps.engine.classes import bounds_of, classify, nodes_matter
from apps.engine.collector import collector_at_rest
from apps.engine.matrix import Matrix
from apps.engine.model import Assumptions, Cluster
from apps.engine.pairs import PairFinder, Unit
from apps.engine.potential import Potential, TargetPod
from apps.engine.services import ServiceIndex


class Scene:
    """What all answers about one cluster under the same assumptions share.

    `extra`: addresses outside the cluster that will be asked about besides those that it names itself.
    """

    def __init__(self, cluster: Cluster, assumptions: Assumptions, extra: tuple[str, ...] = ()) -> None:
        self.cluster = cluster
        self.assumptions = assumptions
        with collector_at_rest():
            self.services = ServiceIndex(cluster)
            addresses = (*self._named_addresses(), *extra)
            self.bounds = bounds_of(cluster)
            self.parties = classify(
                cluster, self.bounds, addresses, by_node=nodes_matter(cluster, assumptions, addresses)
            )
            self.matrix = Matrix(cluster, self.parties, assumptions)
            self.pairs = PairFinder(self.parties, self.matrix)

    @cached_property
    def potential(self) -> Potential:
        return Potential(self.cluster, self.assumptions)

    def target_pod(self, unit: Unit) -> TargetPod:
        """One of the unit's pods: they are all alike."""
        if unit.workload is None:
            return TargetPod(None, None, unit.port, unit.protocol, self.address_of(unit.party))
        home = self.parties[unit.party].members
        pod = next(member.pods[0] for member in home if member.workload is unit.workload)
        return TargetPod(unit.workload, pod, unit.port, unit.protocol)

    def address_of(self, party: int) -> str:
        return format_address(self.parties[party].numbers[0])

    def _named_addresses(self) -> list[str]:
        """Addresses to which something in the cluster may lead: end points and nameservers."""
        ends = [end.address for part in self.cluster.slices for end in part.endpoints]
        servers = [text for workload in self.cluster.workloads for text in workload.nameservers]
        return ends + servers
