"""What the literal evaluator looks up by name: namespaces, nodes and the policies that may govern a pod."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from apps.engine.addresses import Address, parse_address
from apps.engine.labels import selects
from apps.engine.model import (
    Assumptions,
    Cluster,
    ContainerPort,
    Direction,
    Endpoint,
    Node,
    PodPeer,
    Policy,
    Tier,
    Unevaluated,
)


@dataclass(frozen=True, slots=True)
class Party:
    """One end of a connection as policies see it, over one address family.

    `is_pod`: label selectors see it. False for addresses, and for host-network pods that are seen as
    their node (N16). `address` None: not known. `ports` None: names of ports mean nothing here.
    `node`: where a pod runs, empty when not known. `nodes`: the Nodes whose address this is.
    """

    endpoint: Endpoint
    is_pod: bool
    namespace: str = ""
    namespace_labels: Mapping[str, str] | None = None
    address: Address | None = None
    ports: tuple[ContainerPort, ...] | None = None
    node: str = ""
    nodes: tuple[Node, ...] = ()

    @property
    def labels(self) -> Mapping[str, str]:
        return self.endpoint.workload.labels if self.endpoint.workload else {}

    @property
    def key(self) -> str:
        """`NS/Kind/NAME`, or the address."""
        return self.endpoint.key

    @property
    def name(self) -> str:
        """As sentences name it: `NS/NAME`, or the address."""
        workload = self.endpoint.workload
        return f"{workload.namespace}/{workload.name}" if workload else self.endpoint.address


class Ground:
    """A cluster under assumptions, indexed by name. Nothing is decided here."""

    def __init__(self, cluster: Cluster, assumptions: Assumptions) -> None:
        self.assumptions = assumptions
        self.unevaluated = cluster.unevaluated
        self._labels = {namespace.name: namespace.labels for namespace in cluster.namespaces}
        self._nodes = {node.name: node for node in cluster.nodes}
        self._nodes_at: dict[Address, list[Node]] = defaultdict(list)
        for node in cluster.nodes:
            for text in node.addresses:
                self._nodes_at[parse_address(text)].append(node)
        self._of_namespace: dict[str, list[Policy]] = defaultdict(list)
        self._wide: list[Policy] = []
        for policy in cluster.policies:
            if policy.tier is Tier.NAMESPACE and policy.ref.namespace:
                self._of_namespace[policy.ref.namespace].append(policy)
            else:
                self._wide.append(policy)

    def namespace_labels(self, name: str) -> Mapping[str, str]:
        """The labels of a namespace; one that the input lacks still carries its own name (N13)."""
        return self._labels.get(name, {"kubernetes.io/metadata.name": name})

    def party(self, endpoint: Endpoint, *, host_network: str, family: int | None) -> Party:
        """The end as policies see it: `host_network` is `node` or `pod`; `family` 4, 6 or not known."""
        workload, pod = endpoint.workload, endpoint.pod
        if workload is None:
            address = parse_address(endpoint.address)
            return Party(endpoint, False, address=address, nodes=tuple(self._nodes_at.get(address, ())))
        known = self.addresses(endpoint, host_network=host_network)
        own = next((one for one in known if one.family == family), None)
        node = pod.node if pod else ""
        seen_as_node = workload.host_network and host_network == "node"
        return Party(
            endpoint,
            is_pod=not seen_as_node,
            namespace=workload.namespace,
            namespace_labels=self.namespace_labels(workload.namespace),
            address=own,
            ports=None if seen_as_node else workload.ports,
            node=node,
            nodes=self._nodes_of(node, own) if seen_as_node else (),
        )

    def addresses(self, endpoint: Endpoint, *, host_network: str) -> tuple[Address, ...]:
        """The known addresses of an end, at most one of each family."""
        workload, pod = endpoint.workload, endpoint.pod
        if workload is None:
            return (parse_address(endpoint.address),)
        texts = pod.addresses if pod else ()
        if not texts and pod and workload.host_network and host_network == "node" and pod.node in self._nodes:
            texts = self._nodes[pod.node].addresses
        first = {address.family: address for address in map(parse_address, reversed(texts))}
        return tuple(first[family] for family in sorted(first))

    def policies(self, namespace: str, tier: Tier) -> Iterator[Policy]:
        """Policies of the tier that may select pods of the namespace."""
        for policy in self._wide:
            if policy.tier is tier:
                yield policy
        if tier is Tier.NAMESPACE:
            yield from self._of_namespace.get(namespace, ())

    def touching(self, namespace: str, direction: Direction) -> tuple[Unevaluated, ...]:
        """What was not evaluated and could change this gate of the namespace's pods."""
        return tuple(
            entry
            for entry in self.unevaluated
            if entry.namespace in ("", namespace) and direction in entry.directions
        )

    def _nodes_of(self, name: str, address: Address | None) -> tuple[Node, ...]:
        if name in self._nodes:
            return (self._nodes[name],)
        return tuple(self._nodes_at.get(address, ())) if address else ()


def matches_pod(peer: PodPeer, party: Party) -> bool:
    """Whether a subject or pod peer picks this pod: its namespace AND its labels (N5, N11, A5)."""
    if peer.namespace and peer.namespace != party.namespace:
        return False
    return selects(peer.namespaces, party.namespace_labels or {}) and selects(peer.pods, party.labels)
