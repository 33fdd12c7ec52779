"""A target's own gate: which sources the policies that govern it let in."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy

from pyroaring import BitMap

from apps.engine.classes import Party
from apps.engine.gates import Gate, Hit, Row, after, by_default, fold
from apps.engine.matrix.nodes import OnNodes
from apps.engine.model import Direction, Tier
from apps.engine.peer_sets import PeerSets
from apps.engine.ports import any_port_matches


class IngressRows:
    """Rows of sources for one target each. Addresses and nodes have no gate of their own."""

    def __init__(self, gate: Gate, sets: PeerSets, parties: Sequence[Party], node_ends: BitMap) -> None:
        self._gate = gate
        self._sets = sets
        self._parties = parties
        self._node_ends = node_ends
        self._ends_on = OnNodes(node_ends, parties)
        self._open = Row(sets.everyone, sets.everyone)
        self._rows: dict[tuple[object, ...], Row] = {}

    def behind(self, gate: Gate, sets: PeerSets) -> IngressRows:
        """The rows of the same parties behind another gate."""
        found = copy(self)
        found._gate, found._sets, found._rows = gate, sets, {}
        return found

    def row(self, target: int, protocol: str, port: int, family: int, *, of_pods: bool) -> Row:
        """`of_pods`: what comes from the target's own node (N17) is left out, and with it its node."""
        if target not in self._sets.pods:
            return self._open
        hits = {} if target in self._gate.doubted else self._hits(target, protocol, port, family)
        node = self._parties[target].node if self._node_ends and not of_pods else None
        key = self._key(target, hits, node)
        if key not in self._rows:
            self._rows[key] = self._compute(target, hits, node)
        return self._rows[key]

    def _hits(self, target: int, protocol: str, port: int, family: int) -> dict[Tier, list[Hit]]:
        """The rules that govern this target and match the port, by tier; of the inner two tiers only the one
        that is asked."""
        ports = self._parties[target].ports
        inner = Tier.NAMESPACE if target in self._gate.isolated else Tier.BASELINE
        return {
            tier: [
                Hit(policy, rule, self._sets.match(rule.peers, family))
                for policy in self._gate.governing(tier, target)
                for rule in policy.rules
                if rule.direction is Direction.INGRESS and any_port_matches(rule.ports, protocol, port, ports)
            ]
            for tier in (Tier.ADMIN, inner)
        }

    def _key(self, target: int, hits: dict[Tier, list[Hit]], node: str | None) -> tuple[object, ...]:
        """All that `_compute` looks at. What NetworkPolicies match is added up, so it has no order."""
        return (
            target in self._gate.doubted,
            target in self._gate.maybe_closed,
            target in self._gate.isolated,
            node,
            frozenset(id(hit.match) for hit in hits.get(Tier.NAMESPACE, ())),
            *((id(hit.rule), id(hit.match)) for hit in hits.get(Tier.ADMIN, ())),
            *((id(hit.rule), id(hit.match)) for hit in hits.get(Tier.BASELINE, ())),
        )

    def _compute(self, target: int, hits: dict[Tier, list[Hit]], node: str | None) -> Row:
        everyone = self._sets.everyone
        row = self._by_policies(hits) if hits else Row(BitMap(), everyone)
        if target in self._gate.maybe_closed:
            row = Row(BitMap(), row.possibly)
        if node is None:
            return row
        same, maybe = self._ends_on.near(node)
        return Row(row.surely | same, row.possibly | same | maybe)

    def _by_policies(self, hits: dict[Tier, list[Hit]]) -> Row:
        everyone = self._sets.everyone
        if Tier.NAMESPACE in hits:
            inner = Row(
                BitMap.union(BitMap(), *(hit.match.must for hit in hits[Tier.NAMESPACE])),
                BitMap.union(BitMap(), *(hit.match.may for hit in hits[Tier.NAMESPACE])),
            )
        else:
            inner = by_default(fold(hits[Tier.BASELINE], everyone), everyone)
        return after(fold(hits[Tier.ADMIN], everyone), inner, everyone)
