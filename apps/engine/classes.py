"""Pods that no policy could tell apart become one party; so do addresses outside the cluster.

Policies see a pod's namespace, its labels and ports, whether it uses its node's network, between which CIDR
bounds its addresses lie and, where a node's own traffic matters, its node. Parties are numbered in namespace
order, so that a namespace is a range of numbers; addresses come last.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from apps.engine.addresses import Address, block_ranges, parse_address, span
from apps.engine.model import (
    Assumptions,
    BlockPeer,
    Cluster,
    ContainerPort,
    DomainPeer,
    Node,
    NodePeer,
    Peer,
    Pod,
    Workload,
)

FAMILIES = (4, 6)


class Member(NamedTuple):
    """Pods of one workload in one party."""

    workload: Workload
    pods: tuple[Pod, ...]


class Identity(NamedTuple):
    """What policies see of a pod."""

    namespace: str
    labels: frozenset[tuple[str, str]]
    ports: tuple[ContainerPort, ...]
    host: bool
    numbers: tuple[Address, ...]
    node: str


class Party(NamedTuple):
    """Ends of connections that no policy can tell apart.

    `host`: uses its node's network. `numbers`: one address of each known family, standing for all.
    `members` empty: it stands for addresses that are no pods'. `node`: where it is, if that matters and
    is known; an address that is a node's own has that node.
    """

    namespace: str
    labels: Mapping[str, str]
    ports: tuple[ContainerPort, ...]
    host: bool
    node: str
    numbers: tuple[Address, ...]
    members: tuple[Member, ...]

    @property
    def is_pod(self) -> bool:
        return bool(self.members)


class Bounds:
    """Where the CIDRs of a cluster's policies begin and end; between two bounds all addresses are alike."""

    def __init__(self, blocks: Iterable[BlockPeer], single: Iterable[Address]) -> None:
        cuts: dict[int, set[int]] = {family: {0} for family in FAMILIES}
        for block in blocks:
            for part in block_ranges(block):
                cuts[part.family] |= {part.first, part.last + 1}
        for family, number in single:
            cuts[family] |= {number, number + 1}
        self.cuts = {family: sorted(cuts[family]) for family in FAMILIES}
        # Each with itself in a tuple: pods with one address share it.
        self._atoms = {family: [(Address(family, cut),) for cut in self.cuts[family]] for family in FAMILIES}

    def atom(self, address: Address) -> Address:
        """The lowest address of the atom: it stands for all that no policy tells apart from this one."""
        family, number = address
        return self._atoms[family][bisect_right(self.cuts[family], number) - 1][0]

    def atoms(self, addresses: Sequence[str]) -> tuple[Address, ...]:
        """The atoms of a pod's addresses, which are one or two, or none."""
        return tuple(self.atom(parse_address(text)) for text in addresses)

    def shared_atom(self, pods: Sequence[Pod]) -> tuple[Address, ...]:
        """The atom in which all of these pods are; empty where that takes a closer look at each."""
        texts = [pod.addresses[0] for pod in pods if len(pod.addresses) == 1]
        if len(texts) != len(pods):
            return ()
        (family, low), (last_family, high) = span(texts)
        place = bisect_right(self.cuts[family], low)
        if family != last_family or place != bisect_right(self.cuts[family], high):
            return ()
        return self._atoms[family][place - 1]

    def tells_apart_like(self, other: Bounds, atoms: Collection[Address]) -> bool:
        """Whether these bounds tell the addresses in some atoms of the other ones apart as those do.

        True only if both have the same cuts at these atoms, and between them and the next.
        """
        return all(self._span(atom) == other._span(atom) for atom in atoms)

    def _span(self, atom: Address) -> tuple[int, int | None]:
        """Where the atom of this address begins, and where the next one does."""
        cuts = self.cuts[atom.family]
        place = bisect_right(cuts, atom.number)
        return cuts[place - 1], cuts[place] if place < len(cuts) else None


def all_peers(cluster: Cluster) -> list[Peer]:
    """Every peer and subject of every policy."""
    return [
        peer
        for policy in cluster.policies
        for peers in (policy.subjects, *(rule.peers or () for rule in policy.rules))
        for peer in peers
    ]


def bounds_of(cluster: Cluster) -> Bounds:
    peers = all_peers(cluster)
    names_nodes = any(isinstance(peer, NodePeer | DomainPeer) for peer in peers)
    return Bounds(
        (peer for peer in peers if isinstance(peer, BlockPeer)),
        (parse_address(text) for node in cluster.nodes for text in node.addresses if names_nodes),
    )


def nodes_matter(cluster: Cluster, assumptions: Assumptions, addresses: Iterable[str]) -> bool:
    """A node's own traffic passes its pods' policies (N17), and some Services stay on the node (S9)."""
    on_host = any(workload.host_network for workload in cluster.workloads)
    of_nodes = {parse_address(text) for node in cluster.nodes for text in node.addresses}
    addressed = any(parse_address(text) in of_nodes for text in addresses)
    local = any(service.internal_local for service in cluster.services)
    return local or addressed or (on_host and assumptions.host_network != "pod")


def classify(cluster: Cluster, bounds: Bounds, addresses: Collection[str], *, by_node: bool) -> list[Party]:
    """The parties of a cluster and of these outside addresses, numbered by their place in the list.

    All labels and ports of a pod count, also those that no policy asks about yet: so the parties stay as
    they are when policies change.
    """
    groups: dict[Identity, list[Member]] = defaultdict(list)
    for workload in cluster.workloads:
        labels = frozenset(workload.labels.items())
        for (numbers, node), pods in _by_place(workload, bounds, by_node=by_node):
            seen = Identity(workload.namespace, labels, workload.ports, workload.host_network, numbers, node)
            groups[seen].append(Member(workload, pods))
    # Workloads stand in the order of their namespaces, and so do the parties.
    parties = [_pod_party(key, tuple(members)) for key, members in groups.items()]
    return parties + _outside_parties(cluster, addresses)


def _by_place(
    workload: Workload, bounds: Bounds, *, by_node: bool
) -> Iterable[tuple[tuple[tuple[Address, ...], str], tuple[Pod, ...]]]:
    """The workload's pods, apart where policies tell their addresses or nodes apart."""
    if not by_node and (shared := bounds.shared_atom(workload.pods)):
        return [((shared, ""), workload.pods)]
    found: dict[tuple[tuple[Address, ...], str], list[Pod]] = defaultdict(list)
    for pod in workload.pods:
        found[bounds.atoms(pod.addresses), pod.node if by_node else ""].append(pod)
    return [(place, tuple(pods)) for place, pods in found.items()]


def _pod_party(seen: Identity, members: tuple[Member, ...]) -> Party:
    return Party(
        namespace=seen.namespace,
        labels=members[0].workload.labels,
        ports=seen.ports,
        host=seen.host,
        node=seen.node,
        numbers=seen.numbers,
        members=members,
    )


def _outside_parties(cluster: Cluster, addresses: Iterable[str]) -> list[Party]:
    owners = {parse_address(text): node for node in cluster.nodes for text in node.addresses}
    return [_outside_party(parse_address(text), owners) for text in dict.fromkeys(addresses)]


def _outside_party(address: Address, owners: Mapping[Address, Node]) -> Party:
    node = owners[address].name if address in owners else ""
    return Party("", {}, (), False, node, (address,), ())
