"""The sources' gates, seen from one target: who is let out towards it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass

from pyroaring import BitMap

from apps.engine.classes import Party
from apps.engine.gates import Gate, Hit, Row, after, by_default, fold
from apps.engine.matrix.nodes import OnNodes
from apps.engine.model import Direction, PortMatch, Tier
from apps.engine.peer_sets import Match, PeerSets
from apps.engine.ports import any_port_matches

# A rule's peers that match more targets than this are asked for each target instead of being listed there.
_WIDE = 256


@dataclass(slots=True, eq=False)
class _Group:
    """Egress rules that match the same, and all the pods that they speak for."""

    ports: tuple[PortMatch, ...] | None
    match: Match
    subjects: BitMap


class EgressRows:
    """Rows of sources for one target each. Sources that are no pods have no gate of their own."""

    def __init__(
        self, gate: Gate, sets: PeerSets, parties: Sequence[Party], node_ends: BitMap, *, own_node: str
    ) -> None:
        self._gate = gate
        self._sets = sets
        self._parties = parties
        self._own_node = own_node
        self._node_ends = node_ends if own_node != "policy" else BitMap()
        self._pods_on = OnNodes(sets.pods, parties)
        self._groups: dict[int, tuple[dict[int, list[_Group]], list[_Group]]] = {}
        self._tiers: dict[tuple[Tier, int], list[Hit]] = {}
        self._rows: dict[tuple[object, ...], Row] = {}

    def behind(self, gate: Gate, sets: PeerSets) -> EgressRows:
        """The rows of the same parties behind another gate."""
        found = copy(self)
        found._gate, found._sets = gate, sets
        found._groups, found._tiers, found._rows = {}, {}, {}
        return found

    def row(self, target: int, protocol: str, port: int, family: int) -> Row:
        groups = self._matching_groups(target, protocol, port, family)
        admin = self._hits(Tier.ADMIN, target, protocol, port, family)
        baseline = self._hits(Tier.BASELINE, target, protocol, port, family)
        node = self._parties[target].node if target in self._node_ends else None
        # All that makes the row. A hit is sure or not, and speaks for all subjects of its rule's policy.
        key = (
            node,
            frozenset((id(group), target in group.match.must) for group in groups),
            *((id(hit.rule), bool(hit.match.must)) for hit in (*admin, *baseline)),
        )
        if key not in self._rows:
            row = self._by_policies(target, groups, admin, baseline)
            self._rows[key] = row if node is None else self._to_own_node(row, node)
        return self._rows[key]

    def _hits(self, tier: Tier, target: int, protocol: str, port: int, family: int) -> list[Hit]:
        """The rules of a tier that may match this target, with the sources that they speak for."""
        if (tier, family) not in self._tiers:
            self._tiers[tier, family] = self._in_order(tier, family)
        found = []
        for policy, rule, peers in self._tiers[tier, family]:
            if target in peers.may and self._port_matches(rule.ports, target, protocol, port):
                sure, subjects = target in peers.must, self._gate.subjects[policy.ref]
                found.append(Hit(policy, rule, Match(subjects if sure else BitMap(), subjects)))
        return found

    def _in_order(self, tier: Tier, family: int) -> list[Hit]:
        """The rules of a tier, with the targets that they match."""
        return [
            Hit(policy, rule, self._sets.match(rule.peers, family))
            for policy in self._gate.tiers[tier]
            for rule in policy.rules
            if rule.direction is Direction.EGRESS
        ]

    def _matching_groups(self, target: int, protocol: str, port: int, family: int) -> list[_Group]:
        """Rules of NetworkPolicies that may match this target."""
        if family not in self._groups:
            self._groups[family] = self._index(family)
        by_target, wide = self._groups[family]
        return [
            group
            for group in by_target.get(target, []) + wide
            if target in group.match.may and self._port_matches(group.ports, target, protocol, port)
        ]

    def _port_matches(
        self, ports: tuple[PortMatch, ...] | None, target: int, protocol: str, port: int
    ) -> bool:
        declared = self._parties[target].ports if target in self._sets.pods else None
        return any_port_matches(ports, protocol, port, declared)

    def _by_policies(
        self, target: int, groups: Sequence[_Group], admin: Sequence[Hit], baseline: Sequence[Hit]
    ) -> Row:
        everyone, gate = self._sets.everyone, self._gate
        sure = (group.subjects for group in groups if target in group.match.must)
        rest = by_default(fold(baseline, everyone), everyone)
        inner = Row(
            BitMap.union(BitMap(), *sure) | (rest.surely - gate.isolated),
            BitMap.union(BitMap(), *(group.subjects for group in groups)) | (rest.possibly - gate.isolated),
        )
        row = after(fold(admin, everyone), inner, everyone)
        ungoverned = everyone - self._sets.pods
        return Row(
            (row.surely - gate.doubted - gate.maybe_closed) | ungoverned,
            row.possibly | gate.doubted | ungoverned,
        )

    def _to_own_node(self, row: Row, node: str) -> Row:
        """What pods may send to the node on which they are (N17)."""
        same, maybe = self._pods_on.near(node)
        surely = row.surely | same if self._own_node == "allowed" else row.surely
        return Row(surely, row.possibly | same | maybe)

    def _index(self, family: int) -> tuple[dict[int, list[_Group]], list[_Group]]:
        """The groups by the targets that they match, and those that match too many to be listed so."""
        groups: dict[tuple[int, tuple[PortMatch, ...] | None], _Group] = {}
        for policy in self._gate.tiers[Tier.NAMESPACE]:
            for rule in policy.rules:
                if rule.direction is Direction.EGRESS:
                    match = self._sets.match(rule.peers, family)
                    group = groups.setdefault((id(match), rule.ports), _Group(rule.ports, match, BitMap()))
                    group.subjects |= self._gate.subjects[policy.ref]
        by_target: dict[int, list[_Group]] = defaultdict(list)
        wide = []
        for group in groups.values():
            if len(group.match.may) > _WIDE:
                wide.append(group)
            else:
                for number in group.match.may:
                    by_target[number].append(group)
        return by_target, wide
