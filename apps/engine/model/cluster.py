"""Everything an answer rests on, and what its reader should know of it."""

from __future__ import annotations

from dataclasses import dataclass

from apps.engine.model.holdings import EndpointSlice, Namespace, Node, Service, Workload
from apps.engine.model.policies import Policy, Unevaluated
from apps.engine.model.words import ObjectRef


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
