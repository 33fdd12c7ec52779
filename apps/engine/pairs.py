"""All pairs behind one Service port: what each target's row says, put together over targets and families."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from pyroaring import BitMap

from apps.engine.addresses import parse_address
from apps.engine.classes import FAMILIES, Party
from apps.engine.gates import Row
from apps.engine.matrix import Matrix
from apps.engine.model import Service, Workload
from apps.engine.services import Target


class Unit(NamedTuple):
    """Pods of one workload in one party that answer on one port: one side of a pair."""

    party: int
    port: int
    protocol: str
    workload: Workload | None
    pods: int


@dataclass(frozen=True, slots=True)
class Fates:
    """Sources by what is sure of them towards one unit, or towards all of several.

    `every`: allowed over every address family that both ends have. `some`: allowed over one.
    `refused`: denied over one. `possible`: not surely denied over all. `paired`: those that have a pair.
    """

    every: BitMap
    some: BitMap
    refused: BitMap
    possible: BitMap
    paired: BitMap


class PairFinder:
    """Resolves targets to units and units to fates, for the sources of one matrix."""

    def __init__(self, parties: Sequence[Party], matrix: Matrix) -> None:
        self._parties = parties
        self._matrix = matrix
        self.sources = matrix.governed
        self._number = {
            (id(member.workload), id(pod)): number
            for number, party in enumerate(parties)
            for member in party.members
            for pod in member.pods
        }
        self._outside = {party.numbers[0]: n for n, party in enumerate(parties) if not party.is_pod}
        self._with_family = {
            family: BitMap(
                n
                for n, party in enumerate(parties)
                if not party.numbers or any(address.family == family for address in party.numbers)
            )
            for family in FAMILIES
        }
        known = [f for f in FAMILIES if any(a.family == f for party in parties for a in party.numbers)]
        self._families = tuple(known) or (4,)
        # Only then may one pair have an answer for each family.
        self.mixed_families = len(known) > 1
        self._fates: dict[tuple[int, int, str, tuple[int, ...]], Fates] = {}

    def units(self, targets: Iterable[Target]) -> list[Unit]:
        """The targets, each workload split where policies tell its pods apart."""
        found: list[Unit] = []
        for target in targets:
            if target.workload is None:
                party = self._outside[parse_address(target.address)]
                found.append(Unit(party, target.port, target.protocol, None, 1))
                continue
            pods: dict[int, int] = {}
            for pod in target.pods:
                number = self._number[id(target.workload), id(pod)]
                pods[number] = pods.get(number, 0) + 1
            found += [
                Unit(number, target.port, target.protocol, target.workload, count)
                for number, count in sorted(pods.items())
            ]
        return found

    def fates(self, unit: Unit, service: Service) -> Fates:
        """What is sure of each source towards this unit. A pod's way to itself is no pair (N18)."""
        families = self._shared_families(unit, service)
        key = (unit.party, unit.port, unit.protocol, families)
        if key not in self._fates:
            self._fates[key] = self._join_families(unit, families)
        found = self._fates[key]
        apart = self._apart(unit, service)
        if not apart:
            return found
        return Fates(
            found.every | apart,
            found.some - apart,
            found.refused - apart,
            found.possible - apart,
            found.paired - apart,
        )

    def join(self, units: Iterable[Unit], service: Service) -> Fates:
        """What is sure of each source towards all of the units together."""
        found = [self.fates(unit, service) for unit in units]
        return Fates(
            BitMap.intersection(self.sources, *(fates.every for fates in found)),
            self.sources & BitMap.union(BitMap(), *(fates.some for fates in found)),
            self.sources & BitMap.union(BitMap(), *(fates.refused for fates in found)),
            self.sources & BitMap.union(BitMap(), *(fates.possible for fates in found)),
            self.sources & BitMap.union(BitMap(), *(fates.paired for fates in found)),
        )

    def any_family(self, party: int, protocol: str, port: int, families: Iterable[int] = ()) -> Row:
        """Who may reach a party over at least one address family that both have (and that is listed)."""
        numbers = self._parties[party].numbers
        known = set(families) or {address.family for address in numbers} or set(self._families)
        rows = [(self._matrix.row(party, protocol, port, f), self._with_family[f]) for f in sorted(known)]
        return Row(
            BitMap.union(*(row.surely & has for row, has in rows)),
            BitMap.union(*(row.possibly & has for row, has in rows)),
        )

    def arrivals(self, unit: Unit, service: Service) -> Row:
        """Who may reach this unit as an end point of the Service over at least one address family: any
        party, also those on their node's network."""
        families = self._shared_families(unit, service)
        if not families:
            return Row(BitMap(), BitMap())
        row = self.any_family(unit.party, unit.protocol, unit.port, families)
        apart = self._apart(unit, service)
        return Row(row.surely - apart, row.possibly - apart)

    def count(self, units: Iterable[Unit], service: Service, sources: BitMap) -> tuple[int, int]:
        """(surely allowed pairs, all pairs) between these sources and the units."""
        allowed = pairs = 0
        for unit in units:
            fates = self.fates(unit, service)
            paired = fates.paired & sources
            own = 1 if unit.party in paired and self._meets_itself(unit) else 0
            pairs += self.weigh(paired) - own
            allowed += self.weigh(paired & fates.every) - (own if unit.party in fates.every else 0)
        return allowed, pairs

    def weigh(self, numbers: Iterable[int]) -> int:
        """How many workloads these parties hold, one that is split counting once for each part."""
        return sum(len(self._parties[number].members) for number in numbers)

    def _join_families(self, unit: Unit, families: tuple[int, ...]) -> Fates:
        every, some, refused, possible = self.sources, BitMap(), BitMap(), BitMap()
        for family in families:
            row = self._matrix.row(unit.party, unit.protocol, unit.port, family)
            has = self._with_family[family]
            every = every & (row.surely | (self.sources - has))
            some |= row.surely & has
            refused |= has - row.possibly
            possible |= row.possibly & has
        paired = self.sources & BitMap.union(BitMap(), *(self._with_family[f] for f in families))
        return Fates(every, some, refused, possible, paired)

    def _shared_families(self, unit: Unit, service: Service) -> tuple[int, ...]:
        """The families over which this unit answers as an end point of the Service (N26)."""
        numbers = self._parties[unit.party].numbers
        known = {address.family for address in numbers} or set(self._families)
        return tuple(sorted(known & set(service.families)) if service.families else sorted(known))

    def _apart(self, unit: Unit, service: Service) -> BitMap:
        """Sources that have no pair with this unit: the pod itself, and for a Service that stays on the
        node (internalTrafficPolicy Local) those that are on another one (S9)."""
        apart = BitMap()
        party = self._parties[unit.party]
        if self._meets_itself(unit) and len(party.members) == 1:
            apart.add(unit.party)
        if service.internal_local and party.node:
            apart |= BitMap(n for n, each in enumerate(self._parties) if each.node not in ("", party.node))
        return apart

    def _meets_itself(self, unit: Unit) -> bool:
        """Whether the workload is a single pod in this party, so that a pair with it would be itself."""
        return any(
            member.workload is unit.workload and len(member.pods) == 1
            for member in self._parties[unit.party].members
        )
