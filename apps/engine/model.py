"""The words of the engine: frozen values for what a cluster holds and what its policies say.

Names are Kubernetes' own. Nothing here computes; `docs/glossary.md` explains each word.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import NamedTuple


class Direction(StrEnum):
    INGRESS = "ingress"
    EGRESS = "egress"


class Action(StrEnum):
    """What a matching rule does. `Allow` (v1alpha1) and `Accept` (v1alpha2) are one."""

    ALLOW = "allow"
    DENY = "deny"
    PASS = "pass"  # noqa: S105


class Tier(IntEnum):
    """The order in which policies are asked; NetworkPolicies stand between the two others."""

    ADMIN = 0
    NAMESPACE = 1
    BASELINE = 2


class Verdict(StrEnum):
    """The answer for one edge (see `docs/semantics.md`). Of one pair: allowed, denied or unknown only."""

    ALLOWED = "allowed"
    UNRESTRICTED = "unrestricted"
    PARTIAL = "partial"
    DENIED = "denied"
    UNKNOWN = "unknown"
    EMPTY = "empty"


class Backend(StrEnum):
    """What stands behind a Service port."""

    READY = "ready"
    NONE = "none"
    EXTERNAL = "external"
    MANUAL = "manual"


class Dns(StrEnum):
    """May the source's pods ask the cluster's DNS?"""

    RESOLVES = "resolves"
    BLOCKED = "blocked"
    UNKNOWN = "unknown"


PROTOCOLS = ("TCP", "UDP", "SCTP")


class ObjectRef(NamedTuple):
    """Names one object; `namespace` is empty for cluster-wide kinds. Printed `Kind/NS/NAME`."""

    kind: str
    namespace: str
    name: str

    def __str__(self) -> str:
        return "/".join(part for part in self if part)


# --- selectors -----------------------------------------------------------------------------------


class Requirement(NamedTuple):
    """One requirement of a label selector. `operator`: In, NotIn, Exists or DoesNotExist."""

    key: str
    operator: str
    values: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Selector:
    """A label selector: every requirement must hold; none at all matches everything."""

    requirements: tuple[Requirement, ...] = ()


EVERYTHING = Selector()


# --- what the cluster holds ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Namespace:
    name: str
    labels: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Node:
    name: str
    labels: Mapping[str, str]
    addresses: tuple[str, ...]


class ContainerPort(NamedTuple):
    """A declared container port. `sidecar`: declared by an init container with restartPolicy Always."""

    name: str
    protocol: str
    number: int
    sidecar: bool = False


class PodState(StrEnum):
    """What Services make of a pod. Finished pods are left out when the cluster is read."""

    READY = "ready"
    NOT_READY = "not ready"
    SERVING = "terminating, still serving"
    TERMINATING = "terminating"


@dataclass(frozen=True, slots=True)
class Pod:
    """One pod of a workload. A pod made up from a template has no address and no node (both unknown)."""

    name: str
    addresses: tuple[str, ...] = ()  # one of each family at most
    node: str = ""
    state: PodState = PodState.READY
    hostname: str = ""  # "<hostname>.<subdomain>" where a headless Service gives the pod a name
    # A template's pods will get an address; a pod that the cluster shows without one is no end point.
    expects_address: bool = False


@dataclass(frozen=True, slots=True)
class Workload:
    """Pods that share namespace, top owner, labels, declared ports and network settings."""

    namespace: str
    kind: str  # of the top owner, or Pod
    name: str
    labels: Mapping[str, str]
    ports: tuple[ContainerPort, ...]
    host_network: bool
    dns_policy: str
    nameservers: tuple[str, ...]
    service_account: str
    pods: tuple[Pod, ...]

    @property
    def key(self) -> str:
        """`NS/Kind/NAME`, shared by all workloads of one owner."""
        return f"{self.namespace}/{self.kind}/{self.name}"


@dataclass(frozen=True, slots=True)
class TargetPort:
    """Where a Service port leads: a number, or the name of a container port."""

    number: int = 0
    name: str = ""


@dataclass(frozen=True, slots=True)
class ServicePort:
    name: str
    number: int
    protocol: str
    target: TargetPort


@dataclass(frozen=True, slots=True)
class Service:
    namespace: str
    name: str
    type: str  # ClusterIP, NodePort, LoadBalancer or ExternalName
    selector: Mapping[str, str] | None  # None: EndpointSlices decide
    ports: tuple[ServicePort, ...]
    headless: bool = False
    external_name: str = ""
    cluster_ips: tuple[str, ...] = ()
    external_ips: tuple[str, ...] = ()
    families: tuple[int, ...] = ()  # of 4 and 6; empty: as its pods have them
    publish_not_ready: bool = False
    internal_local: bool = False  # internalTrafficPolicy: Local
    external_local: bool = False  # externalTrafficPolicy: Local

    @property
    def key(self) -> str:
        return f"{self.namespace}/{self.name}"


@dataclass(frozen=True, slots=True)
class SliceEndpoint:
    """One address of an EndpointSlice that is in use (ready, or ready not said)."""

    address: str
    node: str = ""


@dataclass(frozen=True, slots=True)
class EndpointSlice:
    namespace: str
    name: str
    service: str
    ports: tuple[tuple[str, str, int], ...]  # (name, protocol, number)
    endpoints: tuple[SliceEndpoint, ...]
    kind: str = "EndpointSlice"  # or Endpoints, of which the cluster makes slices


# --- what the policies say -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PodPeer:
    """Pods by namespace and labels. `namespace` fixes one namespace; else `namespaces` selects some."""

    pods: Selector
    namespace: str = ""
    namespaces: Selector = EVERYTHING


@dataclass(frozen=True, slots=True)
class BlockPeer:
    """Addresses in one of `cidrs` and in none of `excepts`.

    `pods`: whether it matches pods by their address; None leaves it to the network plugin (N15).
    """

    cidrs: tuple[str, ...]
    excepts: tuple[str, ...] = ()
    pods: bool | None = None


@dataclass(frozen=True, slots=True)
class NodePeer:
    """The addresses of the Nodes that a selector picks (and so of host-network pods there)."""

    nodes: Selector


@dataclass(frozen=True, slots=True)
class DomainPeer:
    """Outside hosts by DNS name: cannot be decided for an address; never a pod."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NoPeer:
    """A peer that matches nothing: what it says is invalid, or not understood and fails closed."""

    reason: str


Peer = PodPeer | BlockPeer | NodePeer | DomainPeer | NoPeer


class PortMatch(NamedTuple):
    """One entry of a rule's ports.

    `protocol` empty: any protocol. `name` set: the port of that name on the destination pod.
    Else numbers `first`..`last`, both included (1..65535 when the manifest names none).
    """

    protocol: str
    first: int = 1
    last: int = 65535
    name: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of a policy. `peers` or `ports` None: all of them. `path`: where it stands in the manifest."""

    path: str
    direction: Direction
    action: Action
    peers: tuple[Peer, ...] | None
    ports: tuple[PortMatch, ...] | None


@dataclass(frozen=True, slots=True)
class Policy:
    """One policy object of any evaluated kind.

    `isolates`: directions in which a pod it selects is closed but for what some policy allows
    (NetworkPolicies only; the other tiers decide rule by rule). `rules` keep the manifest's order.
    `inert`: lists of rules in the manifest (`spec.egress`) that its policyTypes leave without effect (N4).
    """

    ref: ObjectRef
    tier: Tier
    priority: int
    subjects: tuple[PodPeer, ...]
    isolates: frozenset[Direction]
    rules: tuple[Rule, ...]
    inert: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unevaluated:
    """Something that could change answers and was not evaluated; what it touches is `unknown`.

    `namespace` empty: it touches the whole cluster. `only_restricts`: it can close what the evaluated
    policies allow and can never open what they deny.
    """

    ref: ObjectRef
    reason: str
    namespace: str = ""
    directions: frozenset[Direction] = frozenset(Direction)
    only_restricts: bool = False


@dataclass(frozen=True, slots=True)
class Note:
    """Something the reader of an answer should know. `level`: warning or info."""

    level: str
    object: str
    message: str


@dataclass(frozen=True, slots=True)
class Problem:
    """Why one input object could not be used. `index` counts the objects that were given, from 0."""

    index: int
    ref: ObjectRef
    field: str
    message: str


@dataclass(frozen=True, slots=True)
class Cluster:
    """Everything an answer rests on, sorted by name, so that equal inputs give equal answers."""

    namespaces: tuple[Namespace, ...]
    nodes: tuple[Node, ...]
    workloads: tuple[Workload, ...]
    services: tuple[Service, ...]
    slices: tuple[EndpointSlice, ...]
    policies: tuple[Policy, ...]
    unevaluated: tuple[Unevaluated, ...] = ()
    notes: tuple[Note, ...] = ()
    problems: tuple[Problem, ...] = ()
    domain: str = "cluster.local"


# --- assumptions ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Assumptions:
    """What Kubernetes leaves to the network plugin ([O] in `docs/semantics.md`).

    `ip_block_matches_pods`: yes, no, unknown. `host_network`: node, pod, unknown.
    `own_node`: allowed, policy, unknown. `enforced`: False when the plugin ignores NetworkPolicy.
    """

    ip_block_matches_pods: str = "unknown"
    host_network: str = "node"
    own_node: str = "unknown"
    enforced: bool = True


# --- answers -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One end of a connection: a pod of a workload, or an address that is no pod's."""

    workload: Workload | None = None
    pod: Pod | None = None
    address: str = ""

    @property
    def key(self) -> str:
        return self.workload.key if self.workload else self.address


@dataclass(frozen=True, slots=True)
class Citation:
    """A policy, and the rule in it (empty `path`: the policy as a whole, as when it isolates).

    `paths`: the parts of the manifest that decide, most telling first, such as
    `spec.ingress[0].from[1]` and `spec.ingress[0].ports[0]`.
    """

    ref: ObjectRef
    path: str
    paths: tuple[str, ...]
    effect: str  # allow, deny, pass, isolate
    selects: bool = True


@dataclass(frozen=True, slots=True)
class NearestMiss:
    """The rule that came closest to allowing a denied connection, and what it lacks, in words."""

    citation: Citation
    lacks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Side:
    """One gate: egress of the source or ingress of the target.

    `verdict`: allowed, denied or unknown. `isolated`: some policy closes this side but for exceptions.
    `citations`: what decides, in order. `others`: policies that select the pod and did not match.
    """

    direction: Direction
    verdict: Verdict
    isolated: bool
    reason: str
    citations: tuple[Citation, ...] = ()
    others: tuple[Citation, ...] = ()
    nearest: NearestMiss | None = None


@dataclass(frozen=True, slots=True)
class PairExplanation:
    """Why one pair of end points may or may not connect on one port."""

    source: Endpoint
    target: Endpoint
    port: int
    protocol: str
    verdict: Verdict  # allowed, unrestricted, denied, unknown; partial when the address families differ
    egress: Side
    ingress: Side
    reason: str


@dataclass(frozen=True, slots=True)
class Edge:
    """One answer of the product: source namespace, Service port, verdict and what stands beside it."""

    source: str
    target: str  # NS/SERVICE
    port: int
    protocol: str
    verdict: Verdict
    allowed_pairs: int
    pairs: int
    dns: Dns
    backend: Backend
    potential: Verdict
    reason: str = field(default="", compare=False)
