"""The verdicts of a Service port after some policies have changed, from those that it had.

1. Targets that a changed policy governs are asked anew.
2. Others keep what they had, unless the sources' gates have changed towards them: where a changed egress
   rule matches them, and everywhere when pods were closed or opened for egress. Then only namespaces with
   pods that a changed policy governs for egress are looked at.
3. Of these, ports that had one and the same answer are told apart by nothing but the changed rules; those
   that the same of them match have one and the same answer again, which is worked out once. Those that
   others match have another from then on, even where it says the same: a later change may tell.
"""

from __future__ import annotations

from typing import NamedTuple

from pyroaring import BitMap

from apps.engine.classes import FAMILIES
from apps.engine.model import Direction, PortMatch, Service
from apps.engine.pairs import Unit
from apps.engine.peer_sets import Match, PeerSets
from apps.engine.policy_changes import PolicyChanges
from apps.engine.port_verdicts import ByVerdict, VerdictFinder
from apps.engine.ports import any_port_matches
from apps.engine.scene import Scene
from apps.engine.sources import Sources

_Hits = tuple[tuple[bool, bool], ...]


class _Opening(NamedTuple):
    """A changed egress rule over one address family: whom it lets out to, on which ports."""

    sets: PeerSets
    match: Match
    ports: tuple[PortMatch, ...] | None


class Renewal:
    """Answers of `after` from those of `before`; between the two nothing but these policies changed."""

    def __init__(
        self, before: Scene, after: Scene, changes: PolicyChanges, places: Sources, verdicts: VerdictFinder
    ) -> None:
        self._parties = after.parties
        self._verdicts = verdicts
        governed = {
            direction: BitMap.union(
                BitMap(),
                *(
                    world.gates[direction].subjects.get(policy.ref, BitMap())
                    for scene in (before, after)
                    for world in scene.matrix.worlds
                    for policy in changes.all
                ),
            )
            for direction in Direction
        }
        self._governed = governed[Direction.INGRESS]
        self._spaces = places.homes.touched(governed[Direction.EGRESS] & after.pairs.sources)
        openings = (each for world in after.matrix.worlds for each in _openings(world.sets, changes))
        # Rules that let out to the very same, on the same ports, match the same units.
        self._openings = list(
            {(id(each.sets), id(each.match), each.ports): each for each in openings}.values()
        )
        self._confines = _confined(before) != _confined(after)
        self._again: dict[tuple[int, frozenset[_Hits]], ByVerdict] = {}

    def find(self, service: Service, problem: str, units: tuple[Unit, ...], had: ByVerdict) -> ByVerdict:
        """`had`: what the Service port had before; `problem`, `units`: what it leads to, now as before."""
        if any(unit.party in self._governed for unit in units):
            return self._verdicts.find(service, problem, units)
        if not units or not (self._openings or self._confines):
            return had
        hits = frozenset(map(self._hits, units))
        if not self._confines and not any(may for each in hits for may, _ in each):
            return had
        key = (id(had), hits)
        if key not in self._again:
            self._again[key] = self._verdicts.find_within(service, units, had, self._spaces)
        return self._again[key]

    def _hits(self, unit: Unit) -> _Hits:
        """Whether each changed rule may match the unit, and whether it surely does."""
        return tuple(self._hit(opening, unit) for opening in self._openings)

    def _hit(self, opening: _Opening, unit: Unit) -> tuple[bool, bool]:
        party = unit.party
        declared = self._parties[party].ports if party in opening.sets.pods else None
        if party in opening.match.may and any_port_matches(opening.ports, unit.protocol, unit.port, declared):
            return True, party in opening.match.must
        return False, False


def _confined(scene: Scene) -> list[BitMap]:
    """The pods that are closed for egress, in each way in which that counts."""
    isolated = [world.gates[Direction.EGRESS].isolated for world in scene.matrix.worlds]
    return [scene.matrix.closed(Direction.EGRESS), *isolated]


def _openings(sets: PeerSets, changes: PolicyChanges) -> list[_Opening]:
    return [
        _Opening(sets, sets.match(rule.peers, family), rule.ports)
        for policy in changes.all
        for rule in policy.rules
        if rule.direction is Direction.EGRESS
        for family in FAMILIES
    ]
