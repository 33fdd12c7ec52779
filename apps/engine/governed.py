"""What a policy has a say about: the sources that it governs for egress, the targets for ingress."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pyroaring import BitMap

from apps.engine.model import Direction, ObjectRef
from apps.engine.reach import PortReach, Reach
from apps.engine.scene import Scene


@dataclass(frozen=True, slots=True)
class Governed:
    """`sources`: numbers of the namespaces that have a source governed for egress."""

    sources: BitMap
    targets: BitMap  # parties governed for ingress

    def has_target(self, port: PortReach) -> bool:
        """Whether some pod behind this Service port is governed for ingress."""
        return any(unit.party in self.targets for unit in port.units)


def find_governed(scene: Scene, reach: Reach, policies: Iterable[ObjectRef]) -> Governed:
    """What any of these policies governs, in one reading of host-network pods at least."""
    refs = tuple(policies)
    subjects = {
        direction: BitMap.union(
            BitMap(),
            *(
                world.gates[direction].subjects[ref]
                for world in scene.matrix.worlds
                for ref in refs
                if ref in world.gates[direction].subjects
            ),
        )
        for direction in Direction
    }
    governed = subjects[Direction.EGRESS] & scene.pairs.sources
    number = {name: number for number, name in enumerate(reach.namespaces)}
    sources = BitMap([number[scene.parties[party].namespace] for party in governed])
    return Governed(sources, subjects[Direction.INGRESS])
