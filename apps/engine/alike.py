"""Which sources no policy tells apart on their way to one target: one explanation speaks for all of them."""

from __future__ import annotations

from apps.engine.classes import FAMILIES
from apps.engine.matrix import World
from apps.engine.model import Direction, Tier
from apps.engine.scene import Scene


class Evidence:
    """What of a source can decide about a connection to the target party."""

    def __init__(self, scene: Scene, target: int) -> None:
        self._parties = scene.parties
        self._worlds = scene.matrix.worlds
        self._node = scene.parties[target].node
        self._matches = [
            world.sets.match(rule.peers, family)
            for world in self._worlds
            for tier in Tier
            for policy in world.gates[Direction.INGRESS].governing(tier, target)
            for rule in policy.rules
            if rule.direction is Direction.INGRESS
            for family in FAMILIES
        ]

    def of(self, source: int) -> tuple[object, ...]:
        """Sources for which this is equal have the same evidence."""
        party = self._parties[source]
        return (
            tuple(map(self._governing, self._worlds, (source,) * len(self._worlds))),
            tuple((source in match.must, source in match.may) for match in self._matches),
            party.host,
            party.node == self._node,
            bool(party.node),
            tuple(address.family for address in party.numbers),
        )

    def _governing(self, world: World, source: int) -> tuple[object, ...]:
        gate = world.gates[Direction.EGRESS]
        policies = tuple(policy.ref for tier in Tier for policy in gate.governing(tier, source))
        return policies, source in gate.doubted, source in gate.maybe_closed
