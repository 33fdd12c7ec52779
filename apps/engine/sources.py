"""The namespaces as sources of connections: their numbers, and the parties that speak for each."""

from __future__ import annotations

from collections.abc import Mapping

from pyroaring import BitMap

from apps.engine.homes import Homes
from apps.engine.model import Direction
from apps.engine.scene import Scene

ALL, SOME, NONE = "all", "some", "none"


class Sources:
    """Of one cluster; the same as long as its namespaces and parties are.

    `names`: sorted, a namespace's place is its number. `parties`: those that count as sources, and
    `workloads`: for how many of them these stand, both by namespace number.
    """

    def __init__(self, scene: Scene) -> None:
        self.names = tuple(space.name for space in scene.cluster.namespaces)
        self.number = {name: number for number, name in enumerate(self.names)}
        self.everywhere = BitMap(range(len(self.names)))
        self.homes = self._homes(scene)
        self.parties = [BitMap() for _ in self.names]
        for party in scene.pairs.sources:
            self.parties[self.homes.number(party)].add(party)
        self.workloads = tuple(self.homes.weigh(scene.pairs.sources).tolist())

    def extents(self, number: int, closed: Mapping[Direction, BitMap]) -> dict[str, str]:
        """For how many of a namespace's sources each direction is closed: all, some or none."""
        return {direction.value: _extent(self.parties[number], closed[direction]) for direction in Direction}

    def _homes(self, scene: Scene) -> Homes:
        count = len(self.names)
        return Homes(
            scene.pairs.sources,
            [self.number.get(party.namespace, count) for party in scene.parties],
            [len(party.members) for party in scene.parties],
            count,
        )


def _extent(numbers: BitMap, closed: BitMap) -> str:
    both = numbers.intersection_cardinality(closed)
    return NONE if not both else ALL if both == len(numbers) else SOME
