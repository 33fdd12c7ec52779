"""A cluster made ready for questions: its parties, its matrix and its Services, each built once."""

from __future__ import annotations

from functools import cached_property

from apps.engine.addresses import Address, format_address
from apps.engine.classes import bounds_of, classify, nodes_matter
from apps.engine.collector import collector_at_rest
from apps.engine.matrix import Matrix
from apps.engine.model import Assumptions, Cluster
from apps.engine.pairs import PairFinder, Unit
from apps.engine.policy_changes import PolicyChanges, find_policy_changes
from apps.engine.potential import Potential, TargetPod
from apps.engine.services import ServiceIndex


class Scene:
    """What all answers about one cluster under the same assumptions share.

    `extra`: addresses outside the cluster that will be asked about besides those that it names itself.
    `before`: the scene of an earlier state, of which all is kept that still holds; then `changes` are the
    policies that differ, if they are all that does.
    """

    def __init__(
        self,
        cluster: Cluster,
        assumptions: Assumptions,
        extra: tuple[str, ...] = (),
        *,
        before: Scene | None = None,
    ) -> None:
        self.cluster = cluster
        self.assumptions = assumptions
        self.changes: PolicyChanges | None = None
        self._addresses = (*_named_addresses(cluster), *extra)
        self._by_node = nodes_matter(cluster, assumptions, self._addresses)
        with collector_at_rest():
            self.bounds = bounds_of(cluster)
            if before is not None and self._has_parties_of(before):
                self._follow(before)
            else:
                self.parties = classify(cluster, self.bounds, self._addresses, by_node=self._by_node)
                self.services = ServiceIndex(cluster)
                self.matrix = Matrix(cluster, self.parties, assumptions)
                self.pairs = PairFinder(self.parties, self.matrix)

    def _has_parties_of(self, before: Scene) -> bool:
        """Whether `classify` would give the very same parties: all that it looks at is the same."""
        return (
            self.cluster.workloads is before.cluster.workloads
            and self.cluster.nodes == before.cluster.nodes
            and self.assumptions == before.assumptions
            and (self._addresses, self._by_node) == (before._addresses, before._by_node)
            and self.bounds.tells_apart_like(before.bounds, before.atoms)
        )

    def _follow(self, before: Scene) -> None:
        """Takes over the parties, and what was worked out of all else that is the same."""
        self.parties = before.parties
        self.services = before.services if self._has_services_of(before) else ServiceIndex(self.cluster)
        if self.services is before.services and self.cluster.namespaces == before.cluster.namespaces:
            self.changes = find_policy_changes(before.cluster, self.cluster)
        if self.changes is None:
            self.matrix = Matrix(self.cluster, self.parties, self.assumptions)
        else:
            self.matrix = before.matrix.renewed(self.changes)
        self.pairs = before.pairs.on(self.matrix)

    def _has_services_of(self, before: Scene) -> bool:
        """Whether every Service leads where it led; workloads are the very same already."""
        one, other = self.cluster, before.cluster
        return (one.services, one.slices, one.unevaluated, one.domain) == (
            other.services,
            other.slices,
            other.unevaluated,
            other.domain,
        )

    @cached_property
    def atoms(self) -> set[Address]:
        """Between which bounds some pod has an address."""
        return {number for party in self.parties if party.is_pod for number in party.numbers}

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


def _named_addresses(cluster: Cluster) -> list[str]:
    """Addresses to which something in the cluster may lead: end points and nameservers."""
    ends = [end.address for part in cluster.slices for end in part.endpoints]
    servers = [text for workload in cluster.workloads for text in workload.nameservers]
    return ends + servers
