"""AdminNetworkPolicy and BaselineAdminNetworkPolicy, policy.networking.k8s.io/v1alpha1; A1 to A10.

What a rule says that this file does not know fails closed (A9): an Allow matches nothing, a Deny or a
Pass becomes a Deny of everything.
"""

from __future__ import annotations

from collections.abc import Callable

from apps.engine.addresses import parse_block
from apps.engine.model import (
    PROTOCOLS,
    Action,
    BlockPeer,
    Direction,
    DomainPeer,
    NodePeer,
    NoPeer,
    ObjectRef,
    Peer,
    PodPeer,
    Policy,
    PortMatch,
    Rule,
    Tier,
)
from apps.engine.parse.fields import BadField, Part
from apps.engine.parse.network_policy import Doubt
from apps.engine.parse.selectors import read_selector

_ACTIONS = {"Allow": Action.ALLOW, "Accept": Action.ALLOW, "Deny": Action.DENY, "Pass": Action.PASS}
_PEERS_KEY = {Direction.INGRESS: "from", Direction.EGRESS: "to"}
# Above this the API server refuses a priority.
_LAST_PRIORITY = 1000

ReadPorts = Callable[[Part], "tuple[PortMatch, ...] | None"]


class NotUnderstood(ValueError):
    """A peer or port of a form that the API has not, or not yet as far as we know."""


def read_admin_policy(part: Part, doubts: list[Doubt]) -> Policy:
    return read_tiered(part, Tier.ADMIN, ("Allow", "Deny", "Pass"), _read_ports, doubts)


def read_baseline_policy(part: Part, doubts: list[Doubt]) -> Policy:
    return read_tiered(part, Tier.BASELINE, ("Allow", "Deny"), _read_ports, doubts)


def read_tiered(
    part: Part, tier: Tier, actions: tuple[str, ...], read_ports: ReadPorts, doubts: list[Doubt]
) -> Policy:
    """A policy of the Admin or Baseline tier, whichever of its kinds it is."""
    spec = part / "spec"
    priority = (spec / "priority").number()
    if not 0 <= priority <= _LAST_PRIORITY:
        doubts.append(
            Doubt("spec.priority", f"the API server refuses priorities outside 0 to {_LAST_PRIORITY}")
        )
    return Policy(
        ref=ObjectRef(part.mapping()["kind"], "", (part / "metadata" / "name").required_text()),
        tier=tier,
        priority=priority,
        subjects=(read_pods(spec / "subject"),),
        isolates=frozenset(),
        rules=tuple(
            _read_rule(entry, direction, actions, read_ports, doubts)
            for direction in Direction
            for entry in (spec / direction.value).entries()
        ),
    )


def read_pods(part: Part) -> PodPeer:
    """`namespaces: selector` or `pods: {namespaceSelector, podSelector}`; BadField for anything else."""
    known = set(part.mapping()) & {"namespaces", "pods"}
    if len(known) != 1 or len(part.mapping()) != 1:
        raise part.bad("must have exactly one of namespaces and pods")
    if "namespaces" in known:
        return PodPeer(read_selector(Part({})), namespaces=read_selector(part / "namespaces"))
    pods = part / "pods"
    return PodPeer(read_selector(pods / "podSelector"), namespaces=read_selector(pods / "namespaceSelector"))


def _read_rule(
    part: Part, direction: Direction, actions: tuple[str, ...], read_ports: ReadPorts, doubts: list[Doubt]
) -> Rule:
    action = _ACTIONS[(part / "action").one_of(actions)]
    entries = (part / _PEERS_KEY[direction]).entries()
    if not entries:
        raise (part / _PEERS_KEY[direction]).bad("needs at least one peer")
    try:
        peers: tuple[Peer, ...] | None = tuple(_read_peer(entry, direction, doubts) for entry in entries)
        ports = read_ports(part)
    except NotUnderstood as reason:
        doubts.append(Doubt(part.path, f"{reason}: so this {action} rule has to fail closed"))
        if action is Action.ALLOW:
            peers, ports = _understood(entries, direction, str(reason)), _understood_ports(part, read_ports)
        else:
            action, peers, ports = Action.DENY, None, None
    return Rule(part.path, direction, action, peers, ports)


def _understood(entries: list[Part], direction: Direction, reason: str) -> tuple[Peer, ...]:
    """The peers of an Allow rule, each one that is not understood matching nothing."""
    peers: list[Peer] = []
    for entry in entries:
        try:
            peers.append(_read_peer(entry, direction, []))
        except NotUnderstood:
            peers.append(NoPeer(reason))
    return tuple(peers)


def _understood_ports(part: Part, read_ports: ReadPorts) -> tuple[PortMatch, ...] | None:
    try:
        return read_ports(part)
    except NotUnderstood:
        return ()


def _read_peer(part: Part, direction: Direction, doubts: list[Doubt]) -> Peer:
    keys = set(part.mapping())
    if keys in ({"namespaces"}, {"pods"}):
        return read_pods(part)
    if direction is Direction.EGRESS and keys == {"nodes"}:
        return NodePeer(read_selector(part / "nodes"))
    if direction is Direction.EGRESS and keys == {"networks"}:
        return _read_networks(part / "networks")
    if direction is Direction.EGRESS and keys == {"domainNames"}:
        names = (part / "domainNames").texts()
        doubts.append(
            Doubt(f"{part.path}.domainNames", "domainNames cannot be decided for outside addresses")
        )
        return DomainPeer(names)
    raise NotUnderstood(f"{part.path} is a peer of an unknown form ({', '.join(sorted(keys)) or 'empty'})")


def _read_networks(part: Part) -> BlockPeer:
    """CIDRs; they match pods by address too, whatever the network plugin does for ipBlock (A7)."""
    for entry in part.entries():
        entry.checked(parse_block)
    return BlockPeer(part.texts(), pods=True)


def _read_ports(part: Part) -> tuple[PortMatch, ...] | None:
    """`ports` of v1alpha1: portNumber, portRange or namedPort; absent is every port (A6)."""
    if (part / "ports").absent:
        return None
    return tuple(_read_port(entry) for entry in (part / "ports").entries())


def _read_port(part: Part) -> PortMatch:
    keys = set(part.mapping())
    if keys == {"namedPort"}:
        return PortMatch("", name=(part / "namedPort").required_text())
    if keys == {"portNumber"}:
        entry = part / "portNumber"
        number = (entry / "port").port_number()
        return PortMatch((entry / "protocol").one_of(PROTOCOLS, "TCP"), number, number)
    if keys == {"portRange"}:
        entry = part / "portRange"
        return read_range(entry, (entry / "protocol").one_of(PROTOCOLS, "TCP"))
    raise NotUnderstood(f"{part.path} is a port of an unknown form ({', '.join(sorted(keys)) or 'empty'})")


def read_range(part: Part, protocol: str) -> PortMatch:
    first, last = (part / "start").port_number(), (part / "end").port_number()
    if first > last:
        raise BadField(part.path, f"start {first} is above end {last}")
    return PortMatch(protocol, first, last)
