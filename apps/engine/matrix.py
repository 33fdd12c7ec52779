"""The fast evaluator: for one target and port, all sources at once, by set algebra on bitmaps.

Each row is a lower and an upper bound: sources that are surely allowed and sources that possibly are.
Between the two the answer is unknown. `explain` reads the same rules one pair at a time; the two agree.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from pyroaring import BitMap

from apps.engine.classes import Party
from apps.engine.gates import Gate, Row, after, by_default, fold
from apps.engine.model import Assumptions, Cluster, Direction, Peer, Policy, PortMatch, Rule, Tier
from apps.engine.peer_sets import Match, PeerSets
from apps.engine.ports import any_port_matches

# A rule's peers that match more targets than this are asked for each target instead of being listed there.
_WIDE = 256


class Matrix:
    """Rows of the reachability matrix. Where host-network pods are not known to be nodes or pods, both
    `worlds` are computed and only what they agree on is sure."""

    def __init__(self, cluster: Cluster, parties: Sequence[Party], assumptions: Assumptions) -> None:
        worlds = {"node": (False,), "pod": (True,), "unknown": (False, True)}[assumptions.host_network]
        self.worlds = [World(cluster, parties, assumptions, host_as_pod=world) for world in worlds]
        self._everyone = self.worlds[0].sets.everyone
        self._enforced = assumptions.enforced
        self._rows: dict[tuple[int, str, int, int], Row] = {}

    @property
    def governed(self) -> BitMap:
        """The pods that policies can govern; host-network pods are none where they count as their node."""
        return self.worlds[0].sets.pods

    def row(self, target: int, protocol: str, port: int, family: int) -> Row:
        """Which sources may open connections to this party on this port, over one address family."""
        if not self._enforced:
            return Row(self._everyone, self._everyone)
        key = (target, protocol, port, family)
        if key not in self._rows:
            rows = [world.row(target, protocol, port, family) for world in self.worlds]
            self._rows[key] = Row(
                BitMap.intersection(*(row.surely for row in rows)),
                BitMap.union(*(row.possibly for row in rows)),
            )
        return self._rows[key]

    def closed(self, direction: Direction) -> BitMap:
        """Pods that some policy closes in this direction but for exceptions, or could."""
        if not self._enforced:
            return BitMap()
        return BitMap.union(*(world.gates[direction].closed for world in self.worlds))

    def isolated(self, direction: Direction) -> BitMap:
        """Pods that a NetworkPolicy isolates in this direction."""
        if not self._enforced:
            return BitMap()
        return self.worlds[0].gates[direction].isolated


@dataclass(slots=True)
class _Group:
    """Egress rules that say the same, and all the pods that they speak for."""

    ports: tuple[PortMatch, ...] | None
    match: Match
    subjects: BitMap


class World:
    """The matrix under one reading of host-network pods."""

    def __init__(
        self, cluster: Cluster, parties: Sequence[Party], assumptions: Assumptions, *, host_as_pod: bool
    ) -> None:
        self._parties = parties
        self._own_node = assumptions.own_node
        self.sets = PeerSets(
            cluster, parties, host_as_pod=host_as_pod, blocks_match_pods=assumptions.ip_block_matches_pods
        )
        self.gates = {direction: Gate(cluster, self.sets, direction) for direction in Direction}
        self._on_node = self._by_node(self.sets.pods)
        nodes = self.sets.hosts | BitMap(n for n in self.sets.outside if parties[n].node)
        self._node_ends = nodes
        self._ends_of_node = self._by_node(nodes)
        self._egress: dict[int, tuple[dict[int, list[_Group]], list[_Group]]] = {}

    def row(self, target: int, protocol: str, port: int, family: int) -> Row:
        into = self._ingress_row(target, protocol, port, family)
        out = self._egress_row(target, protocol, port, family)
        return Row(into.surely & out.surely, into.possibly & out.possibly)

    def _ingress_row(self, target: int, protocol: str, port: int, family: int) -> Row:
        """The target's gate: sources that it lets in. Addresses and nodes have none."""
        everyone, gate = self.sets.everyone, self.gates[Direction.INGRESS]
        if target not in self.sets.pods:
            return Row(everyone, everyone)
        if target in gate.doubted:
            inner = Row(BitMap(), everyone)
        else:
            inner = self._policies_in(gate, target, protocol, port, family)
        if target in gate.maybe_closed:
            inner = Row(BitMap(), inner.possibly)
        same, maybe = _near(self._ends_of_node, self._node_ends, self._parties[target].node)
        return Row(inner.surely | same, inner.possibly | same | maybe)

    def _policies_in(self, gate: Gate, target: int, protocol: str, port: int, family: int) -> Row:
        everyone, ports = self.sets.everyone, self._parties[target].ports

        def hits(policy: Policy, rule: Rule) -> Match | None:
            matched = any_port_matches(rule.ports, protocol, port, ports)
            return self.sets.match(rule.peers, family) if matched else None

        if target in gate.isolated:
            found = [
                hit
                for policy in gate.governing(Tier.NAMESPACE, target)
                for rule in policy.rules
                if rule.direction is Direction.INGRESS and (hit := hits(policy, rule)) is not None
            ]
            inner = Row(
                BitMap.union(BitMap(), *(hit.must for hit in found)),
                BitMap.union(BitMap(), *(hit.may for hit in found)),
            )
        else:
            baseline = gate.governing(Tier.BASELINE, target)
            inner = by_default(fold(baseline, Direction.INGRESS, everyone, hits), everyone)
        admin = gate.governing(Tier.ADMIN, target)
        return after(fold(admin, Direction.INGRESS, everyone, hits), inner, everyone)

    def _egress_row(self, target: int, protocol: str, port: int, family: int) -> Row:
        """Every source's gate, towards this target. Sources that are no pods have none."""
        everyone, pods, gate = self.sets.everyone, self.sets.pods, self.gates[Direction.EGRESS]
        row = self._policies_out(gate, target, protocol, port, family)
        ungoverned = everyone - pods
        surely = (row.surely - gate.doubted - gate.maybe_closed) | ungoverned
        possibly = row.possibly | gate.doubted | ungoverned
        if target in self._node_ends and self._own_node != "policy":
            same, maybe = _near(self._on_node, pods, self._parties[target].node)
            possibly = possibly | same | maybe
            if self._own_node == "allowed":
                surely = surely | same
        return Row(surely, possibly)

    def _policies_out(self, gate: Gate, target: int, protocol: str, port: int, family: int) -> Row:
        everyone = self.sets.everyone
        ports = self._parties[target].ports if target in self.sets.pods else None

        def hits(policy: Policy, rule: Rule) -> Match | None:
            if not any_port_matches(rule.ports, protocol, port, ports):
                return None
            peers, subjects = self.sets.match(rule.peers, family), gate.subjects[policy.ref]
            if target in peers.must:
                return Match(subjects, subjects)
            return Match(BitMap(), subjects) if target in peers.may else None

        surely, possibly = BitMap(), BitMap()
        for group in self._egress_groups(target, family):
            if target in group.match.may and any_port_matches(group.ports, protocol, port, ports):
                possibly |= group.subjects
                if target in group.match.must:
                    surely |= group.subjects
        rest = everyone - gate.isolated
        baseline = by_default(fold(gate.tiers[Tier.BASELINE], Direction.EGRESS, everyone, hits), everyone)
        inner = Row(surely | (baseline.surely & rest), possibly | (baseline.possibly & rest))
        return after(fold(gate.tiers[Tier.ADMIN], Direction.EGRESS, everyone, hits), inner, everyone)

    def _egress_groups(self, target: int, family: int) -> list[_Group]:
        """Egress rules of NetworkPolicies that may match this target."""
        if family not in self._egress:
            self._egress[family] = self._index_egress(family)
        by_target, wide = self._egress[family]
        return by_target.get(target, []) + wide

    def _index_egress(self, family: int) -> tuple[dict[int, list[_Group]], list[_Group]]:
        gate = self.gates[Direction.EGRESS]
        groups: dict[tuple[tuple[Peer, ...] | None, tuple[PortMatch, ...] | None], _Group] = {}
        for policy in gate.tiers[Tier.NAMESPACE]:
            for rule in policy.rules:
                if rule.direction is Direction.EGRESS:
                    match = self.sets.match(rule.peers, family)
                    group = groups.setdefault((rule.peers, rule.ports), _Group(rule.ports, match, BitMap()))
                    group.subjects |= gate.subjects[policy.ref]
        by_target: dict[int, list[_Group]] = defaultdict(list)
        wide = []
        for group in groups.values():
            if len(group.match.may) > _WIDE:
                wide.append(group)
            else:
                for number in group.match.may:
                    by_target[number].append(group)
        return by_target, wide

    def _by_node(self, numbers: BitMap) -> dict[str, BitMap]:
        found: dict[str, BitMap] = defaultdict(BitMap)
        for number in numbers:
            found[self._parties[number].node].add(number)
        return found


def _near(by_node: dict[str, BitMap], everyone: BitMap, node: str) -> tuple[BitMap, BitMap]:
    """Those that are on this node, and those that may be: where either node is not known."""
    if not node:
        return BitMap(), everyone
    return by_node.get(node, BitMap()), by_node.get("", BitMap())
