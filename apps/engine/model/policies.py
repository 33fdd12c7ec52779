"""What the policies say: one form for every kind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from apps.engine.model.selectors import EVERYTHING, Selector
from apps.engine.model.words import Action, Direction, ObjectRef, Tier


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
