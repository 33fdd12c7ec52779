"""NetworkPolicy, networking.k8s.io/v1. Sources: its API types and validation; N3 to N14, N21."""

from __future__ import annotations

from typing import NamedTuple

from apps.engine.addresses import parse_block
from apps.engine.model import (
    PROTOCOLS,
    Action,
    BlockPeer,
    Direction,
    NoPeer,
    ObjectRef,
    Peer,
    PodPeer,
    Policy,
    PortMatch,
    Rule,
    Tier,
)
from apps.engine.parse.fields import Part
from apps.engine.parse.selectors import read_selector
from apps.engine.ports import LAST

_TYPES = {"Ingress": Direction.INGRESS, "Egress": Direction.EGRESS}
_PEERS_KEY = {Direction.INGRESS: "from", Direction.EGRESS: "to"}
_KNOWN = {
    "spec": {"podSelector", "policyTypes", "ingress", "egress"},
    "ingress": {"from", "ports"},
    "egress": {"to", "ports"},
    "peer": {"podSelector", "namespaceSelector", "ipBlock"},
    "port": {"port", "protocol", "endPort"},
}


class Doubt(NamedTuple):
    """Something the API server would refuse or that is easily misread, and what was made of it."""

    path: str
    message: str


class NetworkPolicyReader:
    """Reads NetworkPolicies one after the other.

    Many namespaces of a cluster hold the same policies (a default deny, a rule for DNS). A spec that was read
    before is not read again: all that differs is the namespace that its pod selectors are bound to.
    """

    def __init__(self) -> None:
        self._known: dict[str, tuple[Policy, list[Doubt]]] = {}

    def read(self, part: Part, ref: ObjectRef, doubts: list[Doubt]) -> Policy:
        """The policy; what the API server would refuse in it goes to `doubts` and matches nothing."""
        spec = str(part.mapping().get("spec"))
        if spec not in self._known:
            found: list[Doubt] = []
            self._known[spec] = read_network_policy(part, ref.namespace, found), found
        policy, known_doubts = self._known[spec]
        doubts += known_doubts
        return _bound_to(policy, ref)


def _bound_to(policy: Policy, ref: ObjectRef) -> Policy:
    """A policy with the same spec in the namespace of `ref`."""
    subjects, rules, home = policy.subjects, policy.rules, ref.namespace
    if home != policy.ref.namespace:
        subjects = tuple([PodPeer(subject.pods, home) for subject in subjects])
        rules = tuple([_rule_bound_to(rule, home) for rule in rules])
    return Policy(ref, policy.tier, policy.priority, subjects, policy.isolates, rules, policy.inert)


def _rule_bound_to(rule: Rule, namespace: str) -> Rule:
    if not any(isinstance(peer, PodPeer) and peer.namespace for peer in rule.peers or ()):
        return rule
    peers = [
        PodPeer(peer.pods, namespace) if isinstance(peer, PodPeer) and peer.namespace else peer
        for peer in rule.peers or ()
    ]
    return Rule(rule.path, rule.direction, rule.action, tuple(peers), rule.ports)


def read_network_policy(part: Part, namespace: str, doubts: list[Doubt]) -> Policy:
    """The policy; what the API server would refuse in it goes to `doubts` and matches nothing."""
    spec = part / "spec"
    _warn_unknown(spec, "spec", doubts)
    types = _effective_types(spec)
    rules = [
        _read_rule(entry, direction, namespace, doubts)
        for direction in Direction
        for entry in (spec / direction.value).entries()
    ]
    dead = [each for each in Direction if each not in types and (spec / each.value).entries()]
    doubts += [Doubt(f"spec.{each}", f"policyTypes leaves {each} out: these rules are dead") for each in dead]
    return Policy(
        ref=ObjectRef("NetworkPolicy", namespace, (part / "metadata" / "name").required_text()),
        tier=Tier.NAMESPACE,
        priority=0,
        subjects=(PodPeer(read_selector(spec / "podSelector"), namespace),),
        isolates=types,
        rules=tuple(rule for rule in rules if rule.direction in types),
        inert=tuple(f"spec.{each}" for each in dead),
    )


def _effective_types(spec: Part) -> frozenset[Direction]:
    """policyTypes; absent or empty: ingress always, egress when there is an egress rule (N3)."""
    given = [_TYPES[entry.one_of(tuple(_TYPES))] for entry in (spec / "policyTypes").entries()]
    if given:
        return frozenset(given)
    return frozenset(Direction) if (spec / "egress").entries() else frozenset({Direction.INGRESS})


def _read_rule(part: Part, direction: Direction, namespace: str, doubts: list[Doubt]) -> Rule:
    _warn_unknown(part, direction.value, doubts)
    peers = tuple(_read_peer(entry, namespace, doubts) for entry in (part / _PEERS_KEY[direction]).entries())
    ports = tuple(_read_port(entry, doubts) for entry in (part / "ports").entries())
    return Rule(part.path, direction, Action.ALLOW, peers or None, ports or None)


def _read_peer(part: Part, namespace: str, doubts: list[Doubt]) -> Peer:
    _warn_unknown(part, "peer", doubts)
    pods, namespaces, block = part / "podSelector", part / "namespaceSelector", part / "ipBlock"
    if not block.absent:
        if not pods.absent or not namespaces.absent:
            return _nothing(part, "ipBlock stands beside a selector: the API server refuses this", doubts)
        return _read_block(block, doubts)
    if not namespaces.absent:
        return PodPeer(read_selector(pods), namespaces=read_selector(namespaces))
    if not pods.absent:
        return PodPeer(read_selector(pods), namespace)
    return _nothing(part, "an empty peer: the API server refuses this", doubts)


def _read_block(part: Part, doubts: list[Doubt]) -> BlockPeer:
    outer = (part / "cidr").checked(parse_block)
    for entry in (part / "except").entries():
        inner = entry.checked(parse_block)
        if (
            inner.family != outer.family
            or inner == outer
            or inner.first < outer.first
            or inner.last > outer.last
        ):
            doubts.append(Doubt(entry.path, "except is not a part of its cidr: the API server refuses this"))
    return BlockPeer(((part / "cidr").text(),), (part / "except").texts())


def _read_port(part: Part, doubts: list[Doubt]) -> PortMatch:
    """One entry of `ports`; one that the API server refuses matches nothing (an empty interval)."""
    _warn_unknown(part, "port", doubts)
    protocol = (part / "protocol").text("TCP")
    port, end = part / "port", part / "endPort"
    refusal = ""
    if protocol not in PROTOCOLS:
        refusal = f"protocol {protocol!r} is none of {', '.join(PROTOCOLS)}"
    elif isinstance(port.value, str):
        if end.absent and _is_port_name(port.value):
            return PortMatch(protocol, name=port.value)
        refusal = "endPort needs a port number" if not end.absent else f"{port.value!r} is no valid port name"
    elif port.absent:
        if end.absent:
            return PortMatch(protocol)
        refusal = "endPort needs a port"
    else:
        first, last = port.number(), end.number(port.number())
        if 1 <= first <= last <= LAST:
            return PortMatch(protocol, first, last)
        if 1 <= first <= LAST < last:
            doubts.append(Doubt(end.path, f"{last} is no port number: taken as {LAST}, the last one"))
            return PortMatch(protocol, first, LAST)
        refusal = f"{first} to {last} is no range of port numbers"
    doubts.append(Doubt(part.path, f"{refusal}: the API server refuses this, so it matches nothing"))
    return PortMatch(protocol, first=1, last=0)


def _is_port_name(name: str) -> bool:
    """An IANA service name: up to 15 of a-z, 0-9 and -, with a letter, no doubled or outer hyphens."""
    return (
        0 < len(name) <= 15
        and name.isascii()
        and name == name.lower()
        and name.replace("-", "a").isalnum()
        and any(letter.isalpha() for letter in name)
        and "--" not in name
        and name == name.strip("-")
    )


def _nothing(part: Part, message: str, doubts: list[Doubt]) -> NoPeer:
    doubts.append(Doubt(part.path, f"{message}, so it matches nothing"))
    return NoPeer(message)


def _warn_unknown(part: Part, what: str, doubts: list[Doubt]) -> None:
    for key in part.mapping():
        if key not in _KNOWN[what]:
            doubts.append(
                Doubt(f"{part.path}.{key}", "no such field in networking.k8s.io/v1: it has no effect")
            )
