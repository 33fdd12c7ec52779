"""All pairs behind one Service port: what each target's row says, put together over targets and families."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from typing import NamedTuple

from pyroaring import BitMap

from apps.engine.addresses import parse_address
from apps.engine.classes import FAMILIES, Party
from apps.engine.gates import Row
from apps.engine.homes import Homes, Integers
from apps.engine.matrix import Matrix
from apps.engine.model import Pod, Service, Workload
from apps.engine.services import Target


class Unit(NamedTuple):
    """Pods of one workload in one party that answer on one port: one side of a pair."""

    party: int
    port: int
    protocol: str
    workload: Workload | None
    pods: int


class Fates(NamedTuple):
    """Sources by what is sure of them towards one unit, or towards all of several.

    `every`: allowed over every address family that both ends have. `some`: allowed over one.
    `refused`: denied over one. `possible`: not surely denied over all. `paired`: those that have a pair.
    """

    every: BitMap
    some: BitMap
    refused: BitMap
    possible: BitMap
    paired: BitMap

    def within(self, sources: BitMap) -> Fates:
        """Of these sources only."""
        return Fates(
            self.every & sources,
            self.some & sources,
            self.refused & sources,
            self.possible & sources,
            self.paired & sources,
        )

    def without(self, apart: BitMap) -> Fates:
        """The same for a unit with which these sources have no pair."""
        return Fates(
            self.every | apart,
            self.some - apart,
            self.refused - apart,
            self.possible - apart,
            self.paired - apart,
        )


class PairFinder:
    """Resolves targets to units and units to fates, for the sources of one matrix."""

    def __init__(self, parties: Sequence[Party], matrix: Matrix) -> None:
        self._parties = parties
        self._matrix = matrix
        self.sources = matrix.governed
        self._homes: dict[int, list[int]] = defaultdict(list)
        for number, party in enumerate(parties):
            for member in party.members:
                self._homes[id(member.workload)].append(number)
        self._outside = {party.numbers[0]: n for n, party in enumerate(parties) if not party.is_pod}
        self._with_family = {
            family: BitMap(
                n
                for n, party in enumerate(parties)
                if not party.numbers or any(address.family == family for address in party.numbers)
            )
            for family in FAMILIES
        }
        self._sources_with = {family: has & self.sources for family, has in self._with_family.items()}
        known = [f for f in FAMILIES if any(a.family == f for party in parties for a in party.numbers)]
        self._families = tuple(known) or (4,)
        # Only then may one pair have an answer for each family.
        self.mixed_families = len(known) > 1
        self._fates: dict[tuple[tuple[int, int], ...], Fates] = {}
        self._arrivals: dict[tuple[tuple[int, int], ...], Row] = {}
        self._families_of = [
            tuple(sorted({address.family for address in party.numbers})) or self._families
            for party in parties
        ]

    def on(self, matrix: Matrix) -> PairFinder:
        """The same for another matrix of the same parties."""
        found = copy(self)
        found._matrix, found._fates, found._arrivals = matrix, {}, {}
        return found

    def units(self, targets: Iterable[Target]) -> list[Unit]:
        """The targets, each workload split where policies tell its pods apart."""
        found: list[Unit] = []
        for target in targets:
            if target.workload is None:
                party = self._outside[parse_address(target.address)]
                found.append(Unit(party, target.port, target.protocol, None, 1))
                continue
            pods = self._pods_by_party(target.workload, target.pods)
            found += [
                Unit(number, target.port, target.protocol, target.workload, count)
                for number, count in sorted(pods.items())
            ]
        return found

    def fates(self, unit: Unit, service: Service) -> Fates:
        """What is sure of each source towards this unit. A pod's way to itself is no pair (N18)."""
        found, apart = self._towards(unit, service), self._apart(unit, service) & self.sources
        return found.without(apart) if apart else found

    def _towards(self, unit: Unit, service: Service) -> Fates:
        """As if every source had a pair with the unit."""
        rows = [
            (family, self._matrix.row(unit.party, unit.protocol, unit.port, family, of_pods=True))
            for family in self._shared_families(unit, service)
        ]
        # The matrix gives units that no policy tells apart the same rows, so they share their fates.
        key = tuple((family, id(row)) for family, row in rows)
        if key not in self._fates:
            self._fates[key] = self._join_families(rows)
        return self._fates[key]

    def kinds(self, units: Iterable[Unit], service: Service) -> list[tuple[Fates, BitMap]]:
        """What is sure of each source towards all units that share this, as if it had a pair with each; and
        the sources that have none with any of them. Units that no policy tells apart share the very same.
        """
        alike: dict[int, tuple[Fates, BitMap]] = {}
        for unit in units:
            fates, apart = self._towards(unit, service), self._apart(unit, service) & self.sources
            alike[id(fates)] = fates, alike[id(fates)][1] & apart if id(fates) in alike else apart
        return list(alike.values())

    def join(self, units: Iterable[Unit], service: Service) -> Fates:
        """What is sure of each source towards all of the units together."""
        found = [fates.without(apart) if apart else fates for fates, apart in self.kinds(units, service)]
        if len(found) == 1:
            return found[0]
        return Fates(
            BitMap.intersection(self.sources, *(fates.every for fates in found)),
            BitMap.union(BitMap(), *(fates.some for fates in found)),
            BitMap.union(BitMap(), *(fates.refused for fates in found)),
            BitMap.union(BitMap(), *(fates.possible for fates in found)),
            BitMap.union(BitMap(), *(fates.paired for fates in found)),
        )

    def any_family(self, party: int, protocol: str, port: int, families: Iterable[int] = ()) -> Row:
        """Who may reach a party over at least one address family that both have (and that is listed)."""
        known = sorted(families) or self._families_of[party]
        rows = [(family, self._matrix.row(party, protocol, port, family)) for family in known]
        key = tuple((family, id(row)) for family, row in rows)
        if key not in self._arrivals:
            self._arrivals[key] = Row(
                BitMap.union(*(row.surely & self._with_family[family] for family, row in rows)),
                BitMap.union(*(row.possibly & self._with_family[family] for family, row in rows)),
            )
        return self._arrivals[key]

    def arrivals(self, unit: Unit, service: Service) -> Row:
        """Who may reach this unit as an end point of the Service over at least one address family: any
        party, also those on their node's network, and a pod itself."""
        families = self._shared_families(unit, service)
        if not families:
            return Row(BitMap(), BitMap())
        row = self.any_family(unit.party, unit.protocol, unit.port, families)
        elsewhere = self._elsewhere(unit, service)
        return Row(row.surely - elsewhere, row.possibly - elsewhere) if elsewhere else row

    def count(self, unit: Unit, service: Service, homes: Homes) -> tuple[Integers, Integers]:
        """(surely allowed pairs, all pairs) between all sources and the unit, each by namespace number."""
        fates = self.fates(unit, service)
        allowed, pairs = homes.weigh(fates.paired & fates.every), homes.weigh(fates.paired)
        if unit.party in fates.paired and self._meets_itself(unit):
            home = homes.number(unit.party)
            pairs[home] -= 1
            allowed[home] -= unit.party in fates.every
        return allowed, pairs

    def _pods_by_party(self, workload: Workload, pods: Sequence[Pod]) -> Mapping[int, int]:
        """How many of these pods of the workload are in each party."""
        homes = self._homes[id(workload)]
        if len(homes) == 1:
            return {homes[0]: len(pods)}
        number = {
            id(pod): home
            for home in homes
            for member in self._parties[home].members
            if member.workload is workload
            for pod in member.pods
        }
        return Counter(number[id(pod)] for pod in pods)

    def _join_families(self, rows: Iterable[tuple[int, Row]]) -> Fates:
        every, some, refused, possible, paired = self.sources, BitMap(), BitMap(), BitMap(), BitMap()
        for family, row in rows:
            has = self._sources_with[family]
            every = every - (has - row.surely)
            some = some | (has & row.surely)
            refused = refused | (has - row.possibly)
            possible = possible | (has & row.possibly)
            paired = paired | has
        return Fates(every, some, refused, possible, paired)

    def _shared_families(self, unit: Unit, service: Service) -> tuple[int, ...]:
        """The families over which this unit answers as an end point of the Service (N26)."""
        known = self._families_of[unit.party]
        if not service.families:
            return known
        shared = tuple(family for family in known if family in service.families)
        # Pods whose addresses are not known will have those that the Service asks for.
        return shared if shared or self._parties[unit.party].numbers else tuple(sorted(set(service.families)))

    def _apart(self, unit: Unit, service: Service) -> BitMap:
        """Sources that have no pair with this unit: those elsewhere, and the pod itself."""
        apart = self._elsewhere(unit, service)
        if self._meets_itself(unit) and len(self._parties[unit.party].members) == 1:
            apart.add(unit.party)
        return apart

    def _elsewhere(self, unit: Unit, service: Service) -> BitMap:
        """For a Service that stays on the node (internalTrafficPolicy Local), what is on another one (S9)."""
        node = self._parties[unit.party].node
        if not (service.internal_local and node):
            return BitMap()
        return BitMap(n for n, each in enumerate(self._parties) if each.node not in ("", node))

    def _meets_itself(self, unit: Unit) -> bool:
        """Whether the workload is a single pod in this party, so that a pair with it would be itself."""
        return any(
            member.workload is unit.workload and len(member.pods) == 1
            for member in self._parties[unit.party].members
        )
