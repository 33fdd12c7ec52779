"""What governs one side of a connection, written so that ends which are governed alike share one object.

Where a rule stands in a manifest does not matter here, nor who else has one like it. A rule for pods of the
policy's own namespace means nothing to any other namespace, so to strangers it is as if it were not there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from apps.engine.explain.ground import Ground, Party, matches_pod
from apps.engine.explain.rules import Question, match_ports
from apps.engine.labels import selects
from apps.engine.model import (
    Action,
    BlockPeer,
    Direction,
    Endpoint,
    NoPeer,
    Peer,
    PodPeer,
    Policy,
    PortMatch,
    Rule,
    Tier,
)
from apps.engine.potential.conditions import ALWAYS, NEVER, POSSIBLY, Condition, any_of, on_labels

# A source is nobody in particular yet; no question that is asked here looks at it.
SOMEBODY = Party(Endpoint(), is_pod=True)


@dataclass(frozen=True, slots=True, eq=False)
class Clause:
    """What a rule says. `peers` or `ports` None: all of them."""

    peers: tuple[Peer, ...] | None
    ports: tuple[PortMatch, ...] | None
    action: Action


@dataclass(frozen=True, slots=True)
class Stance:
    """What a policy of the Admin or Baseline tier, or all NetworkPolicies for the same pods, say.

    `subject`: which labels make a pod theirs. `closes`: they close it but for exceptions.
    """

    tier: Tier
    priority: int
    subject: Condition
    closes: bool
    clauses: tuple[Clause, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Regime:
    """All that governs one side, policies of one tier by priority. `doubt`: see `forms.Gate`."""

    stances: tuple[Stance, ...]
    clauses: tuple[Clause, ...]  # of all stances, each once
    doubt: str


class Regimes:
    """The regimes of one cluster; what is alike is given as the same object."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._by_rule: dict[tuple[int, bool, bool], Clause | None] = {}
        self._clauses: dict[tuple[object, ...], Clause] = {}
        self._regimes: dict[tuple[object, ...], Regime] = {}
        self._nothing = self._shared((), "")

    def of_target(self, party: Party, port: int, protocol: str, *, at_home: bool) -> Regime:
        """What governs ingress of a target on one port. `at_home`: for sources of its own namespace."""
        if not (self._ground.assumptions.enforced and party.is_pod):
            return self._nothing
        direction, blocks = Direction.INGRESS, self._ground.assumptions.ip_block_matches_pods
        question = Question(direction, party, SOMEBODY, port, protocol, blocks)
        stances = (
            self._stance(policy, direction, ALWAYS, asked, at_home=at_home, any_port=True)
            for policy, rules in self._speaking(party.namespace, direction)
            if any(matches_pod(subject, party) for subject in policy.subjects)
            for asked in [[rule for rule in rules if rule.ports is None or match_ports(rule, question)]]
        )
        return self._shared(stances, self._doubt(party.namespace, direction))

    def of_source(self, namespace: str, *, at_home: bool) -> Regime:
        """What governs egress of pods of a namespace. `at_home`: towards targets in it."""
        if not self._ground.assumptions.enforced:
            return self._nothing
        stances = (
            self._stance(policy, Direction.EGRESS, subject, rules, at_home=at_home)
            for policy, rules in self._speaking(namespace, Direction.EGRESS)
            for subject in [any_of(self.on_source(peer, namespace) for peer in policy.subjects)]
            if subject != NEVER
        )
        return self._shared(stances, self._doubt(namespace, Direction.EGRESS))

    def on_source(self, peer: Peer, namespace: str) -> Condition:
        """Which labels make a pod of the namespace match; its address is anybody's guess (N15)."""
        if isinstance(peer, PodPeer):
            at_home = peer.namespace in ("", namespace)
            if at_home and selects(peer.namespaces, self._ground.namespace_labels(namespace)):
                return on_labels(peer.pods)
        if isinstance(peer, BlockPeer):
            ignored = peer.pods is False or (
                peer.pods is None and self._ground.assumptions.ip_block_matches_pods == "no"
            )
            return NEVER if ignored else POSSIBLY
        return NEVER

    def _speaking(self, namespace: str, direction: Direction) -> Iterator[tuple[Policy, list[Rule]]]:
        """Policies that may select pods of the namespace and say something about this direction."""
        for tier in Tier:
            for policy in self._ground.policies(namespace, tier):
                rules = [rule for rule in policy.rules if rule.direction is direction]
                if direction in policy.isolates or (rules and tier is not Tier.NAMESPACE):
                    yield policy, rules

    def _stance(
        self,
        policy: Policy,
        direction: Direction,
        subject: Condition,
        rules: Iterable[Rule],
        *,
        at_home: bool,
        any_port: bool = False,
    ) -> Stance:
        """`any_port`: the rules are those for the port in question, so their ports say no more."""
        found = (self._clause(policy, rule, at_home=at_home, any_port=any_port) for rule in rules)
        closes = direction in policy.isolates or any(
            rule.direction is direction and rule.action is Action.DENY for rule in policy.rules
        )
        clauses = tuple(clause for clause in found if clause is not None)
        return Stance(policy.tier, policy.priority, subject, closes, clauses)

    def _clause(self, policy: Policy, rule: Rule, *, at_home: bool, any_port: bool) -> Clause | None:
        """None where it matches nobody who is asked about."""
        key = (id(rule), at_home, any_port)
        if key not in self._by_rule:
            self._by_rule[key] = self._made_clause(policy, rule, at_home=at_home, any_port=any_port)
        return self._by_rule[key]

    def _made_clause(self, policy: Policy, rule: Rule, *, at_home: bool, any_port: bool) -> Clause | None:
        peers, ports = rule.peers, None if any_port else rule.ports
        if peers is not None:
            away = "" if at_home else policy.ref.namespace
            peers = tuple(peer for peer in peers if not _is_mute(peer, away))
            if not peers:
                return None
        key = (peers, ports, rule.action)
        return self._clauses.setdefault(key, Clause(*key))

    def _shared(self, stances: Iterable[Stance], doubt: str) -> Regime:
        found = tuple(_merged(stances))
        if (found, doubt) not in self._regimes:
            clauses = dict.fromkeys(clause for stance in found for clause in stance.clauses)
            self._regimes[found, doubt] = Regime(found, tuple(clauses), doubt)
        return self._regimes[found, doubt]

    def _doubt(self, namespace: str, direction: Direction) -> str:
        doubts = {entry.only_restricts for entry in self._ground.touching(namespace, direction)}
        return "open" if False in doubts else "restrict" if doubts else ""


def _is_mute(peer: Peer, away: str) -> bool:
    """Whether the peer matches nobody: at all, or nobody outside the namespace `away`."""
    return isinstance(peer, NoPeer) or bool(away and isinstance(peer, PodPeer) and peer.namespace == away)


def _merged(stances: Iterable[Stance]) -> Iterator[Stance]:
    """NetworkPolicies for the same pods are one: their rules are united (N6). The others by priority."""
    united: dict[Condition, dict[Clause, None]] = {}
    ordered = []
    for stance in stances:
        if stance.tier is Tier.NAMESPACE:
            united.setdefault(stance.subject, {}).update(dict.fromkeys(stance.clauses))
        elif stance.clauses or stance.closes:
            ordered.append(stance)
    yield from sorted(ordered, key=lambda stance: (stance.tier, stance.priority))
    for subject, clauses in united.items():
        yield Stance(Tier.NAMESPACE, 0, subject, True, tuple(clauses))
