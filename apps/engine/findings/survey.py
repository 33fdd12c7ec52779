"""What the findings are found in: a cluster, its answers, and which pods its policies speak about."""

from __future__ import annotations

from collections.abc import Iterable

from pyroaring import BitMap

from apps.engine.classes import FAMILIES
from apps.engine.gates import Gate
from apps.engine.matrix import World
from apps.engine.model import Direction, Peer, Policy
from apps.engine.reach import Reach
from apps.engine.scene import Scene


class Survey:
    """One cluster under its assumptions.

    Where it is not known what host-network pods are, `worlds` holds both readings, and a finding says only
    what holds in each.
    """

    def __init__(self, scene: Scene, reach: Reach) -> None:
        self.scene = scene
        self.cluster = scene.cluster
        self.reach = reach
        self.worlds: list[World] = scene.matrix.worlds
        known = {address.family for party in scene.parties for address in party.numbers}
        self.families = tuple(family for family in FAMILIES if family in known) or (4,)
        self._unread = {entry.ref.kind for entry in self.cluster.unevaluated if not entry.ref.name}

    def gate(self, direction: Direction) -> Gate:
        """The gate in the first reading: the only one, unless it is not known what host-network pods are."""
        return self.worlds[0].gates[direction]

    def pods_of(self, namespace: str) -> BitMap:
        """The parties of a namespace that policies can govern."""
        return self.worlds[0].sets.namespace(namespace)

    def workloads(self, parties: Iterable[int]) -> set[str]:
        """`NS/Kind/NAME` of every workload that has a pod among these parties."""
        return {member.workload.key for number in parties for member in self.scene.parties[number].members}

    def governs(self, policy: Policy) -> bool:
        """Whether the policy selects any pod."""
        return any(world.sets.subjects(policy.subjects) for world in self.worlds)

    def finds(self, peer: Peer) -> bool:
        """Whether anything that the cluster shows may match the peer."""
        return any(world.sets.match((peer,), family).may for world in self.worlds for family in FAMILIES)

    def is_unread(self, *kinds: str) -> bool:
        """Whether objects of one of these kinds could not be read, so that their absence means nothing."""
        return not self._unread.isdisjoint(kinds)
