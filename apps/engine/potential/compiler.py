"""From policies to gates: all but the source's labels is decided here, for a target and a namespace."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from apps.engine.explain.gate import match_own_node
from apps.engine.explain.ground import Ground, Party, matches_pod
from apps.engine.explain.peers import Match
from apps.engine.explain.rules import Question, match_peers, match_ports
from apps.engine.labels import selects
from apps.engine.model import Action, BlockPeer, Direction, Endpoint, Peer, PodPeer, Policy, Rule, Tier
from apps.engine.potential.conditions import ALWAYS, NEVER, POSSIBLY, Condition, any_of, on_labels
from apps.engine.potential.forms import OPEN_GATE, Gate, Isolating, TierPolicy

_CERTAIN = {Match.YES: ALWAYS, Match.MAYBE: POSSIBLY, Match.NO: NEVER}
# The source is nobody in particular yet; no question that is asked here looks at it.
_SOURCE = Party(Endpoint(), is_pod=True)


class Governing(NamedTuple):
    """A policy, whom of the pods in question it governs, and its rules that concern the question."""

    policy: Policy
    subject: Condition
    rules: tuple[Rule, ...]


class Destination(NamedTuple):
    """One target over one address family, on one port."""

    party: Party
    port: int
    protocol: str


class Compiler:
    """Gates of one cluster, for a source of which only the namespace is known."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._blocks = ground.assumptions.ip_block_matches_pods
        self._sources: dict[str, list[Governing]] = {}
        self._asked: dict[tuple[int, str], Condition] = {}

    def plan_ingress(self, destination: Destination) -> list[Governing]:
        """The policies of the target's gate, whatever the source: its rules with a matching port."""
        party = destination.party
        question = Question(
            Direction.INGRESS, party, _SOURCE, destination.port, destination.protocol, self._blocks
        )
        return [
            Governing(policy, ALWAYS, tuple(r for r in rules if r.ports is None or match_ports(r, question)))
            for policy, rules in self._speaking(party.namespace, Direction.INGRESS)
            if party.is_pod and any(matches_pod(subject, party) for subject in policy.subjects)
        ]

    def ingress(self, plan: Iterable[Governing], destination: Destination, namespace: str) -> Gate:
        """The target's gate, as a pod of the namespace meets it."""
        party = destination.party
        if not (self._ground.assumptions.enforced and party.is_pod):
            return OPEN_GATE
        return self._gate(
            plan, Direction.INGRESS, party.namespace, lambda rule: self._meets_source(rule, namespace)
        )

    def egress(self, namespace: str, destination: Destination) -> Gate:
        """The gate of a pod of the namespace, towards the target."""
        if not self._ground.assumptions.enforced:
            return OPEN_GATE
        if namespace not in self._sources:
            self._sources[namespace] = list(self._govern_sources(namespace))
        question = Question(
            Direction.EGRESS, _SOURCE, destination.party, destination.port, destination.protocol, self._blocks
        )
        gate = self._gate(
            self._sources[namespace], Direction.EGRESS, namespace, lambda rule: _meets_target(rule, question)
        )
        own_node = match_own_node(_SOURCE, destination.party)
        return gate._replace(spared=bool(own_node) and self._ground.assumptions.own_node != "policy")

    def _govern_sources(self, namespace: str) -> Iterator[Governing]:
        for policy, rules in self._speaking(namespace, Direction.EGRESS):
            subject = any_of(self._on_source(peer, namespace) for peer in policy.subjects)
            if subject != NEVER:
                yield Governing(policy, subject, rules)

    def _speaking(self, namespace: str, direction: Direction) -> Iterator[tuple[Policy, tuple[Rule, ...]]]:
        """Policies that may select pods of the namespace and say something about this direction."""
        for tier in Tier:
            for policy in self._ground.policies(namespace, tier):
                rules = tuple(rule for rule in policy.rules if rule.direction is direction)
                if direction in policy.isolates or (rules and tier is not Tier.NAMESPACE):
                    yield policy, rules

    def _gate(
        self,
        governing: Iterable[Governing],
        direction: Direction,
        namespace: str,
        meets: Callable[[Rule], Condition],
    ) -> Gate:
        tiers: dict[Tier, list[TierPolicy]] = {Tier.ADMIN: [], Tier.BASELINE: []}
        isolating, closers = [], []
        for policy, subject, rules in governing:
            asked = [(condition, rule.action) for rule in rules if (condition := meets(rule)) != NEVER]
            if policy.tier is Tier.NAMESPACE:
                isolating.append(Isolating(subject, any_of(condition for condition, _ in asked)))
            elif asked:
                tiers[policy.tier].append(TierPolicy(policy.priority, subject, tuple(asked)))
            if _closes(policy, direction):
                closers.append(subject)
        doubts = {entry.only_restricts for entry in self._ground.touching(namespace, direction)}
        return Gate(
            admin=tuple(sorted(tiers[Tier.ADMIN], key=lambda one: one.priority)),
            isolating=tuple(dict.fromkeys(isolating)),
            baseline=tuple(sorted(tiers[Tier.BASELINE], key=lambda one: one.priority)),
            closed=ALWAYS if doubts else any_of(closers),
            doubt="open" if False in doubts else "restrict" if doubts else "",
        )

    def _meets_source(self, rule: Rule, namespace: str) -> Condition:
        if rule.peers is None:
            return ALWAYS
        key = id(rule), namespace
        if key not in self._asked:
            self._asked[key] = any_of(self._on_source(peer, namespace) for peer in rule.peers)
        return self._asked[key]

    def _on_source(self, peer: Peer, namespace: str) -> Condition:
        """Which labels make a pod of the namespace match; its address is anybody's guess (N15)."""
        if isinstance(peer, PodPeer):
            at_home = peer.namespace in ("", namespace)
            if at_home and selects(peer.namespaces, self._ground.namespace_labels(namespace)):
                return on_labels(peer.pods)
        if isinstance(peer, BlockPeer):
            ignored = peer.pods is False or (peer.pods is None and self._blocks == "no")
            return NEVER if ignored else POSSIBLY
        return NEVER


def _meets_target(rule: Rule, question: Question) -> Condition:
    if rule.ports is not None and not match_ports(rule, question):
        return NEVER
    return _CERTAIN[match_peers(rule, question)[0]]


def _closes(policy: Policy, direction: Direction) -> bool:
    return direction in policy.isolates or any(
        rule.direction is direction and rule.action is Action.DENY for rule in policy.rules
    )
