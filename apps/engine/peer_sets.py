"""Which parties a peer of a policy matches: surely, and possibly.

Sets are compressed bitmaps of party numbers. The two differ where the answer hangs on something that is
not known: an address, or what the network plugin does (N15, N16).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from typing import NamedTuple

from pyroaring import BitMap

from apps.engine.addresses import Address, Range, block_ranges, parse_address
from apps.engine.classes import Party
from apps.engine.labels import selects
from apps.engine.model import (
    BlockPeer,
    Cluster,
    DomainPeer,
    NodePeer,
    Peer,
    PodPeer,
    Requirement,
    Selector,
)


class Match(NamedTuple):
    """`must`: parties that match whatever is unknown; `may`: those that could. `must` is a part of `may`."""

    must: BitMap
    may: BitMap


NONE = BitMap()
NOBODY = Match(NONE, NONE)


class LabelIndex:
    """Numbers by label, so that a selector is a few operations on bitmaps."""

    def __init__(self, labels: Iterable[Mapping[str, str]]) -> None:
        self._values: defaultdict[tuple[str, str], BitMap] = defaultdict(BitMap)
        self._keys: defaultdict[str, BitMap] = defaultdict(BitMap)
        self.everything = BitMap()
        self._memo: dict[Selector, BitMap] = {}
        self._found: dict[bytes, BitMap] = {}
        for number, found in enumerate(labels):
            self.everything.add(number)
            for pair in found.items():
                self._values[pair].add(number)
                self._keys[pair[0]].add(number)

    def branch(self) -> LabelIndex:
        """The same labels; what is found from now on stays with the one that was asked."""
        found = copy(self)
        found._memo, found._found = self._memo.copy(), self._found.copy()
        return found

    def select(self, selector: Selector) -> BitMap:
        found = self._memo.get(selector)
        if found is None:
            found = self.everything
            for requirement in selector.requirements:
                found = found & self._holds(requirement)
            self._memo[selector] = found = self._found.setdefault(found.serialize(), found)
        return found

    def _holds(self, requirement: Requirement) -> BitMap:
        key, operator, values = requirement
        if operator in ("In", "NotIn"):
            listed = BitMap.union(BitMap(), *(self._values.get((key, value), NONE) for value in values))
            return listed if operator == "In" else self.everything - listed
        keyed = self._keys.get(key, NONE)
        return keyed if operator == "Exists" else self.everything - keyed


class PeerSets:
    """Answers for one cluster's parties. `host_as_pod`: selectors see host-network pods like any other."""

    def __init__(
        self, cluster: Cluster, parties: Sequence[Party], *, host_as_pod: bool, blocks_match_pods: str
    ) -> None:
        self._cluster = cluster
        self._blocks_match_pods = blocks_match_pods
        self._pod_labels = LabelIndex(party.labels for party in parties)
        self._space_labels = LabelIndex(space.labels for space in cluster.namespaces)
        self._spaces = self._by_namespace(parties)
        self.hosts = BitMap(n for n, party in enumerate(parties) if party.host and not host_as_pod)
        self.pods = BitMap(n for n, party in enumerate(parties) if party.is_pod) - self.hosts
        self.outside = self._pod_labels.everything - self.pods - self.hosts
        self.everyone = self._pod_labels.everything
        self._nodes = self._node_addresses()
        self._of_nodes = BitMap(n for n in self.outside if parties[n].numbers[0] in self._nodes)
        self._unaddressed = BitMap(n for n, party in enumerate(parties) if not party.numbers)
        self._addressed: dict[Address, BitMap] = defaultdict(BitMap)
        for number, party in enumerate(parties):
            for address in party.numbers:
                self._addressed[address].add(number)
        self._ascending = sorted(self._addressed)
        self.anybody = Match(self.everyone, self.everyone)
        self._found: dict[tuple[bytes, bytes], Match] = {}
        self._matches: dict[tuple[tuple[Peer, ...], int], Match] = {}
        self._memo: dict[tuple[Peer, int], Match] = {}
        self._namespace_memo: dict[Selector, BitMap] = {}

    def branch(self) -> PeerSets:
        """The same parties; what is asked of one from now on is kept for no longer than that one is."""
        found = copy(self)
        found._pod_labels, found._space_labels = self._pod_labels.branch(), self._space_labels.branch()
        found._found, found._matches = self._found.copy(), self._matches.copy()
        found._memo, found._namespace_memo = self._memo.copy(), self._namespace_memo.copy()
        return found

    def match(self, peers: tuple[Peer, ...] | None, family: int) -> Match:
        """The parties that some of the peers match over this address family; None is every peer.

        Peers that match the same are given one and the same Match.
        """
        if peers is None:
            return self.anybody
        key = (peers, family)
        if key not in self._matches:
            self._matches[key] = self._distinct(self._match(peers, family))
        return self._matches[key]

    def _match(self, peers: tuple[Peer, ...], family: int) -> Match:
        found = [self._peer(peer, family) for peer in peers]
        if len(found) == 1:
            return found[0]
        return Match(
            BitMap.union(BitMap(), *(match.must for match in found)),
            BitMap.union(BitMap(), *(match.may for match in found)),
        )

    def _distinct(self, match: Match) -> Match:
        """The one that stands for all that are equal to it: thousands of peers match the same few sets."""
        return self._found.setdefault((match.must.serialize(), match.may.serialize()), match)

    def subjects(self, subjects: tuple[PodPeer, ...]) -> BitMap:
        """The pods that a policy governs."""
        return BitMap.union(BitMap(), *(self._pod_peer(subject) for subject in subjects))

    def namespace(self, name: str) -> BitMap:
        """The pods of one namespace that policies can govern."""
        return self._spaces.get(name, NONE) & self.pods

    def _peer(self, peer: Peer, family: int) -> Match:
        key = (peer, family if isinstance(peer, BlockPeer | NodePeer) else 0)
        if key not in self._memo:
            self._memo[key] = self._distinct(self._compute(peer, family))
        return self._memo[key]

    def _compute(self, peer: Peer, family: int) -> Match:
        if isinstance(peer, PodPeer):
            found = self._pod_peer(peer)
            return Match(found, found)
        if isinstance(peer, BlockPeer):
            return self._block(peer, family)
        if isinstance(peer, NodePeer):
            return self._node_peer(peer, family)
        if isinstance(peer, DomainPeer):
            return Match(BitMap(), self.outside - self._of_nodes)
        return NOBODY

    def _pod_peer(self, peer: PodPeer) -> BitMap:
        home = self._spaces.get(peer.namespace, NONE) if peer.namespace else self._selected(peer.namespaces)
        return home & self._pod_labels.select(peer.pods) & self.pods

    def _selected(self, selector: Selector) -> BitMap:
        found = self._namespace_memo.get(selector)
        if found is None:
            names = (self._cluster.namespaces[n].name for n in self._space_labels.select(selector))
            found = BitMap.union(BitMap(), *(self._spaces.get(name, NONE) for name in names))
            self._namespace_memo[selector] = found
        return found

    def _block(self, block: BlockPeer, family: int) -> Match:
        inside = self._in_ranges(block_ranges(block), family)
        surely = inside - self.pods
        verdict = {True: "yes", False: "no", None: self._blocks_match_pods}[block.pods]
        pods = (inside | self._unaddressed) & self.pods if verdict != "no" else BitMap()
        return Match(
            surely | (pods - self._unaddressed if verdict == "yes" else BitMap()),
            surely | pods | (self._unaddressed & self.hosts),
        )

    def _node_peer(self, peer: NodePeer, family: int) -> Match:
        ranges = [
            Range(family, address.number, address.number)
            for address, labels in self._nodes.items()
            if address.family == family and selects(peer.nodes, labels)
        ]
        found = self._in_ranges(ranges, family) - self.pods
        return Match(found, found | (self._unaddressed & self.hosts))

    def _in_ranges(self, ranges: Iterable[Range], family: int) -> BitMap:
        known = self._ascending
        places = (
            slice(bisect_left(known, (family, part.first)), bisect_right(known, (family, part.last)))
            for part in ranges
            if part.family == family
        )
        inside = (self._addressed[address] for place in places for address in known[place])
        return BitMap.union(BitMap(), *inside)

    def _node_addresses(self) -> dict[Address, Mapping[str, str]]:
        return {parse_address(text): node.labels for node in self._cluster.nodes for text in node.addresses}

    @staticmethod
    def _by_namespace(parties: Sequence[Party]) -> dict[str, BitMap]:
        spaces: dict[str, BitMap] = defaultdict(BitMap)
        for number, party in enumerate(parties):
            if party.is_pod:
                spaces[party.namespace].add(number)
        return spaces
