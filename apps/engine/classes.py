"""Pods that no policy can tell apart become one party; so do addresses outside the cluster.

Policies see a pod's namespace, some of its labels, some port names, whether it uses its node's network,
between which CIDR bounds its addresses lie and, where a node's own traffic matters, its node. Parties
are numbered in namespace order, so that a namespace is a range of numbers; addresses come last.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from apps.engine.addresses import Address, block_ranges, parse_address
from apps.engine.labels import selects
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
    PodPeer,
    Selector,
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
    labels: tuple[tuple[str, str], ...]
    ports: tuple[ContainerPort, ...]
    host: bool
    numbers: tuple[Address, ...]
    node: str


@dataclass(frozen=True, slots=True)
class Party:
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
        self._atoms = {family: [(Address(family, cut),) for cut in self.cuts[family]] for family in FAMILIES}

    def atom(self, address: Address) -> Address:
        """The lowest address of the atom: it stands for all that no policy tells apart from this one."""
        family, number = address
        return self._atoms[family][bisect_right(self.cuts[family], number) - 1][0]

    def atoms(self, addresses: Sequence[str]) -> tuple[Address, ...]:
        """The atoms of a pod's addresses, which are one or two, or none."""
        found = [parse_address(text) for text in addresses]
        if len(found) == 1:
            family, number = found[0]
            return self._atoms[family][bisect_right(self.cuts[family], number) - 1]
        return tuple(self.atom(address) for address in found)


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


def classify(
    cluster: Cluster, assumptions: Assumptions, bounds: Bounds, addresses: Collection[str]
) -> list[Party]:
    """The parties of a cluster and of these outside addresses, numbered by their place in the list."""
    keys = _keys_by_namespace(cluster)
    names = _used_port_names(cluster)
    nodes_matter = _nodes_matter(cluster, assumptions, addresses)
    groups: dict[Identity, dict[int, list[Pod]]] = defaultdict(dict)
    for index, workload in enumerate(cluster.workloads):
        labels, ports = _seen(workload, keys[workload.namespace], names)
        for (numbers, node), pods in _by_place(workload, bounds, nodes_matter=nodes_matter).items():
            seen = Identity(workload.namespace, labels, ports, workload.host_network, numbers, node)
            groups[seen][index] = pods
    parties = [_pod_party(cluster.workloads, key, members) for key, members in groups.items()]
    parties.sort(key=_order)
    return parties + _outside_parties(cluster, addresses)


def _order(party: Party) -> tuple[object, ...]:
    first = party.members[0].workload
    return (party.namespace, first.kind, first.name, sorted(party.labels.items()), party.numbers, party.node)


def _keys_by_namespace(cluster: Cluster) -> Mapping[str, frozenset[str]]:
    """Label keys that some selector asks of the pods of each namespace."""
    fixed: dict[str, set[str]] = defaultdict(set)
    by_selector: dict[Selector, set[str]] = defaultdict(set)
    for peer in all_peers(cluster):
        if isinstance(peer, PodPeer) and peer.pods.requirements:
            keys = {requirement.key for requirement in peer.pods.requirements}
            if peer.namespace:
                fixed[peer.namespace] |= keys
            else:
                by_selector[peer.namespaces] |= keys
    for selector, keys in by_selector.items():
        for space in cluster.namespaces:
            if selects(selector, space.labels):
                fixed[space.name] |= keys
    return defaultdict(frozenset, {name: frozenset(keys) for name, keys in fixed.items()})


def _used_port_names(cluster: Cluster) -> set[str]:
    return {
        entry.name
        for policy in cluster.policies
        for rule in policy.rules
        for entry in rule.ports or ()
        if entry.name
    }


def _nodes_matter(cluster: Cluster, assumptions: Assumptions, addresses: Iterable[str]) -> bool:
    """A node's own traffic passes its pods' policies (N17), and some Services stay on the node (S9)."""
    on_host = any(workload.host_network for workload in cluster.workloads)
    of_nodes = {parse_address(text) for node in cluster.nodes for text in node.addresses}
    addressed = any(parse_address(text) in of_nodes for text in addresses)
    local = any(service.internal_local for service in cluster.services)
    return local or addressed or (on_host and assumptions.host_network != "pod")


def _seen(
    workload: Workload, keys: frozenset[str], names: set[str]
) -> tuple[tuple[tuple[str, str], ...], tuple[ContainerPort, ...]]:
    """The workload's labels and ports that some policy asks about."""
    labels = workload.labels
    return (
        tuple((key, labels[key]) for key in sorted(keys) if key in labels),
        tuple(port for port in workload.ports if port.name in names),
    )


def _by_place(
    workload: Workload, bounds: Bounds, *, nodes_matter: bool
) -> Mapping[tuple[tuple[Address, ...], str], list[Pod]]:
    """The workload's pods, apart where policies tell their addresses or nodes apart."""
    found: dict[tuple[tuple[Address, ...], str], list[Pod]] = defaultdict(list)
    for pod in workload.pods:
        found[bounds.atoms(pod.addresses), pod.node if nodes_matter else ""].append(pod)
    return found


def _pod_party(workloads: Sequence[Workload], seen: Identity, members: Mapping[int, list[Pod]]) -> Party:
    return Party(
        namespace=seen.namespace,
        labels=dict(seen.labels),
        ports=seen.ports,
        host=seen.host,
        node=seen.node,
        numbers=seen.numbers,
        members=tuple(Member(workloads[index], tuple(pods)) for index, pods in members.items()),
    )


def _outside_parties(cluster: Cluster, addresses: Iterable[str]) -> list[Party]:
    owners = {parse_address(text): node for node in cluster.nodes for text in node.addresses}
    return [_outside_party(parse_address(text), owners) for text in dict.fromkeys(addresses)]


def _outside_party(address: Address, owners: Mapping[Address, Node]) -> Party:
    node = owners[address].name if address in owners else ""
    return Party("", {}, (), False, node, (address,), ())
