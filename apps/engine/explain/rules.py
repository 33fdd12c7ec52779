"""Does one rule match one connection: its peers AND its ports (N7, N8, A6, C3)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from apps.engine.explain.ground import Party
from apps.engine.explain.peers import Match, explain_doubt, match_peer
from apps.engine.model import Direction, Policy, Rule
from apps.engine.ports import port_matches


@dataclass(frozen=True, slots=True)
class Question:
    """May `subject`, whose policies are asked, and `other` connect, as far as this gate goes?

    `blocks` is the assumption `ip_block_matches_pods`; `itself`: both are one pod (N18).
    """

    direction: Direction
    subject: Party
    other: Party
    port: int
    protocol: str
    blocks: str
    itself: bool = False

    @property
    def destination(self) -> Party:
        return self.subject if self.direction is Direction.INGRESS else self.other


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule that matches, or may match. `peers` and `ports`: numbers of the entries that do so, from 0."""

    policy: Policy
    rule: Rule
    match: Match
    peers: tuple[int, ...]
    ports: tuple[int, ...]


def find_hits(policy: Policy, question: Question) -> Iterator[Hit]:
    """The rules of a policy that match or may match, from top to bottom."""
    for rule in policy.rules:
        if rule.direction is not question.direction:
            continue
        peer, peers = match_peers(rule, question)
        ports = match_ports(rule, question)
        if peer and (ports or rule.ports is None):
            yield Hit(policy, rule, peer, peers, ports)


def match_peers(rule: Rule, question: Question) -> tuple[Match, tuple[int, ...]]:
    """The best match among the rule's peers, and the numbers of the peers that give it."""
    if rule.peers is None:
        return Match.YES, ()  # every end, outside addresses too
    answers = [match_peer(peer, question.other, question.blocks) for peer in rule.peers]
    best = max(answers, default=Match.NO)
    return best, tuple(number for number, answer in enumerate(answers) if best and answer is best)


def match_ports(rule: Rule, question: Question) -> tuple[int, ...]:
    """Numbers of the rule's port entries that match; names are looked up on the destination (N10)."""
    declared = question.destination.ports
    return tuple(
        number
        for number, entry in enumerate(rule.ports or ())
        if port_matches(entry, question.protocol, question.port, declared)
    )


def peer_path(rule: Rule, number: int) -> str:
    """Where the peer stands in the manifest, such as `spec.ingress[0].from[1]`."""
    return f"{rule.path}.{'from' if rule.direction is Direction.INGRESS else 'to'}[{number}]"


def port_path(policy: Policy, rule: Rule, number: int) -> str:
    """Where the port stands in the manifest, such as `spec.ingress[0].ports[0]`."""
    return f"{rule.path}.{'protocols' if policy.ref.kind == 'ClusterNetworkPolicy' else 'ports'}[{number}]"


def explain_maybe(hit: Hit, question: Question) -> list[str]:
    """Why a rule that may match is not sure to."""
    return [explain_doubt((hit.rule.peers or ())[number], question.other) for number in hit.peers]
