"""Both gates put together, under each reading of host-network pods."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy

from pyroaring import BitMap

from apps.engine.classes import Party
from apps.engine.gates import Gate, Row
from apps.engine.matrix.egress import EgressRows
from apps.engine.matrix.ingress import IngressRows
from apps.engine.matrix.nodes import find_twins
from apps.engine.model import Assumptions, Cluster, Direction
from apps.engine.peer_sets import PeerSets
from apps.engine.policy_changes import PolicyChanges


class Matrix:
    """Rows of the reachability matrix. Where host-network pods are not known to be nodes or pods, both
    `worlds` are computed and only what they agree on is sure."""

    def __init__(self, cluster: Cluster, parties: Sequence[Party], assumptions: Assumptions) -> None:
        worlds = {"node": (False,), "pod": (True,), "unknown": (False, True)}[assumptions.host_network]
        self.worlds = [World(cluster, parties, assumptions, host_as_pod=world) for world in worlds]
        self._enforced = assumptions.enforced
        everyone = self.worlds[0].sets.everyone
        self._open = Row(everyone, everyone)
        self._rows: dict[tuple[int, str, int, int, bool], Row] = {}
        self._twins = find_twins(parties)
        self._agreed: dict[tuple[int, ...], Row] = {}
        self._closed = {direction: self._closed_in(direction) for direction in Direction}

    def renewed(self, changes: PolicyChanges) -> Matrix:
        """The matrix after these changes and no others."""
        found = copy(self)
        found.worlds = [world.renewed(changes) for world in self.worlds]
        found._rows, found._agreed = {}, {}
        found._closed = {direction: found._closed_in(direction) for direction in Direction}
        return found

    @property
    def governed(self) -> BitMap:
        """The pods that policies can govern; host-network pods are none where they count as their node."""
        return self.worlds[0].sets.pods

    def row(self, target: int, protocol: str, port: int, family: int, *, of_pods: bool = False) -> Row:
        """Which sources may open connections to this party on this port, over one address family.

        `of_pods`: only `governed` sources are asked about, to whom a pod's node is nothing. The same object
        for targets that are told apart by nothing.
        """
        if not self._enforced:
            return self._open
        key = (self._twins[target] if of_pods else target, protocol, port, family, of_pods)
        if key not in self._rows:
            ask = key[:4]
            self._rows[key] = self._agree([world.row(*ask, of_pods=of_pods) for world in self.worlds])
        return self._rows[key]

    def closed(self, direction: Direction) -> BitMap:
        """Pods that some policy closes in this direction but for exceptions, or could."""
        return self._closed[direction]

    def _agree(self, rows: Sequence[Row]) -> Row:
        if len(rows) == 1:
            return rows[0]
        key = tuple(map(id, rows))
        if key not in self._agreed:
            self._agreed[key] = Row(
                BitMap.intersection(*(row.surely for row in rows)),
                BitMap.union(*(row.possibly for row in rows)),
            )
        return self._agreed[key]

    def _closed_in(self, direction: Direction) -> BitMap:
        if not self._enforced:
            return BitMap()
        return BitMap.union(*(world.gates[direction].closed for world in self.worlds))


class World:
    """The matrix under one reading of host-network pods."""

    def __init__(
        self, cluster: Cluster, parties: Sequence[Party], assumptions: Assumptions, *, host_as_pod: bool
    ) -> None:
        self.sets = PeerSets(
            cluster, parties, host_as_pod=host_as_pod, blocks_match_pods=assumptions.ip_block_matches_pods
        )
        self.gates = {direction: Gate(cluster, self.sets, direction) for direction in Direction}
        node_ends = self.sets.hosts | BitMap(n for n in self.sets.outside if parties[n].node)
        self._into = IngressRows(self.gates[Direction.INGRESS], self.sets, parties, node_ends)
        self._out = EgressRows(
            self.gates[Direction.EGRESS], self.sets, parties, node_ends, own_node=assumptions.own_node
        )
        self._rows: dict[tuple[int, int], Row] = {}

    def renewed(self, changes: PolicyChanges) -> World:
        found = copy(self)
        found.sets = sets = self.sets.branch()
        found.gates = {direction: gate.renewed(changes, sets) for direction, gate in self.gates.items()}
        into, out = found.gates[Direction.INGRESS], found.gates[Direction.EGRESS]
        if into is not self.gates[Direction.INGRESS]:
            found._into = self._into.behind(into, sets)
        if out is not self.gates[Direction.EGRESS]:
            found._out = self._out.behind(out, sets)
        found._rows = {}
        return found

    def row(self, target: int, protocol: str, port: int, family: int, *, of_pods: bool) -> Row:
        """The sources whose own gate lets them out and whom the target's lets in (N19)."""
        into = self._into.row(target, protocol, port, family, of_pods=of_pods)
        out = self._out.row(target, protocol, port, family)
        key = (id(into), id(out))
        if key not in self._rows:
            self._rows[key] = Row(into.surely & out.surely, into.possibly & out.possibly)
        return self._rows[key]
