"""What a rule takes in, as sets, so that two rules can be compared exactly over what the cluster holds."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

from pyroaring import BitMap

from apps.engine.addresses import Range
from apps.engine.classes import FAMILIES, Party
from apps.engine.findings.blocks import EVERY_ADDRESS, ranges_of
from apps.engine.model import PROTOCOLS, ContainerPort, Direction, Peer, PodPeer, PortMatch, Rule
from apps.engine.peer_sets import PeerSets
from apps.engine.ports import EVERY_PORT, Intervals, join_intervals

Declared = tuple[ContainerPort, ...] | None  # of a destination; None: an address, which declares nothing


class Ends(NamedTuple):
    """What a rule's peers take in. `selected`: pods that selectors pick. `surely` and `possibly`: pods and
    known addresses by family, whichever way. `addresses`: all that the blocks hold, known or not."""

    selected: BitMap
    surely: Mapping[int, BitMap]
    possibly: BitMap
    addresses: tuple[Range, ...]


class Coverage:
    """Compares rules of one direction in one reading of host-network pods."""

    def __init__(self, parties: list[Party], sets: PeerSets) -> None:
        self._sets = sets
        self._declared: dict[tuple[ContainerPort, ...], BitMap] = defaultdict(BitMap)
        self._of_family = {family: BitMap() for family in FAMILIES}
        for number in sets.pods:
            party = parties[number]
            self._declared[party.ports].add(number)
            for family in {address.family for address in party.numbers} or FAMILIES:
                self._of_family[family].add(number)
        self._memo: dict[tuple[Peer, ...] | None, Ends] = {}

    def ends(self, peers: tuple[Peer, ...] | None) -> Ends:
        if peers not in self._memo:
            matches = {family: self._sets.match(peers, family) for family in FAMILIES}
            self._memo[peers] = Ends(
                selected=self._selected(peers),
                surely={family: match.must for family, match in matches.items()},
                possibly=BitMap.union(*(match.may for match in matches.values())),
                addresses=ranges_of(peers),
            )
        return self._memo[peers]

    def is_empty(self, rule: Rule, subjects: BitMap) -> bool:
        """Whether the rule takes in nothing of what the cluster holds, for these subjects."""
        ends = self.ends(rule.peers)
        if not (ends.possibly or ends.addresses):
            return True
        return not any(_allowed_at(rule.ports, declared) for declared in self._destinations(rule, subjects))

    def includes(self, outer: Rule, inner: Rule, subjects: BitMap) -> bool:
        """Whether every end and port that `inner` takes in for these subjects `outer` surely does too."""
        return all(
            _includes_ports(_allowed_at(outer.ports, declared), _allowed_at(inner.ports, declared))
            for declared in self._destinations(inner, subjects, outer)
        ) and self._includes_ends(self.ends(outer.peers), self.ends(inner.peers))

    def _includes_ends(self, outer: Ends, inner: Ends) -> bool:
        """Blocks are compared as blocks: so it holds whether or not they match pods (N15), and for
        addresses of which the cluster shows nothing."""
        return all(
            (inner.selected & self._of_family[family]) <= outer.surely[family] for family in FAMILIES
        ) and all(_includes_range(outer.addresses, part) for part in inner.addresses)

    def _destinations(self, rule: Rule, subjects: BitMap, *others: Rule) -> Iterator[Declared]:
        """What the destinations of the rule declare, each once, as far as these rules name ports."""
        if not any(entry.name for each in (rule, *others) for entry in each.ports or ()):
            yield None
            return
        ends = self.ends(rule.peers)
        inward = rule.direction is Direction.INGRESS
        for declared, pods in self._declared.items():
            if pods.intersect(subjects if inward else ends.possibly):
                yield declared
        if not inward and ends.addresses:
            yield None

    def _selected(self, peers: tuple[Peer, ...] | None) -> BitMap:
        if peers is None:
            return self._sets.pods
        chosen = tuple(peer for peer in peers if isinstance(peer, PodPeer))
        return self._sets.match(chosen, FAMILIES[0]).must


@lru_cache(maxsize=1 << 16)
def _allowed_at(ports: tuple[PortMatch, ...] | None, declared: Declared) -> Mapping[str, Intervals]:
    """The ports that a rule's entries open on a destination, by protocol; those without any are left out."""
    if ports is None:
        return dict.fromkeys(PROTOCOLS, EVERY_PORT)
    found: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for entry in ports:
        for protocol in (entry.protocol,) if entry.protocol else PROTOCOLS:
            found[protocol] += _intervals(entry, protocol, declared or ())
    return {protocol: join_intervals(parts) for protocol, parts in found.items() if parts}


def _intervals(entry: PortMatch, protocol: str, declared: Iterable[ContainerPort]) -> list[tuple[int, int]]:
    if not entry.name:
        return [(entry.first, entry.last)] if entry.first <= entry.last else []
    return [
        (port.number, port.number)
        for port in declared
        if (port.name, port.protocol) == (entry.name, protocol)
    ]


def _includes_range(ranges: tuple[Range, ...], part: Range) -> bool:
    """Whether one of the ranges, which are ascending and apart, holds all of this one."""
    place = bisect_right(ranges, part._replace(last=EVERY_ADDRESS[part.family].last))
    return place > 0 and ranges[place - 1].family == part.family and ranges[place - 1].last >= part.last


def _includes_ports(outer: Mapping[str, Intervals], inner: Mapping[str, Intervals]) -> bool:
    return all(
        any(low <= first and last <= high for low, high in outer.get(protocol, ()))
        for protocol, parts in inner.items()
        for first, last in parts
    )
