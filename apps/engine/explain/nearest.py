"""The nearest miss: of the rules that could have allowed a denied connection, the one that lacks least.

A missing label, or a missing port, is one change. Another namespace or another address is no change that a
label can make, so it counts for two.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from apps.engine.explain.gate import Judgement
from apps.engine.explain.ground import Ground, Party
from apps.engine.explain.peers import Match, match_peer
from apps.engine.explain.rules import Question, match_ports, peer_path
from apps.engine.labels import describe, holds
from apps.engine.model import (
    Action,
    BlockPeer,
    Citation,
    NearestMiss,
    Peer,
    PodPeer,
    Policy,
    PortMatch,
    Requirement,
    Rule,
    Selector,
    Tier,
)

_BY_LABEL, _BY_MOVING = 1, 2
_NAME_LABEL = "kubernetes.io/metadata.name"


class Lack(NamedTuple):
    """Changes that would be needed, in words, and how much they count. `path`: the entry they speak of."""

    cost: int
    words: tuple[str, ...]
    path: str = ""


def find_nearest(ground: Ground, judgement: Judgement) -> NearestMiss | None:
    """The nearest rule of the pod's NetworkPolicies, or of those that almost select it; by name on a tie.

    None where an Admin rule denies (no NetworkPolicy can help), and where no rule could ever match.
    """
    question = judgement.question
    if any(hit.policy.tier is Tier.ADMIN and hit.rule.action is Action.DENY for hit in judgement.hits):
        return None
    misses = [
        (lack.cost, policy.ref, number, lack)
        for policy in ground.policies(question.subject.namespace, Tier.NAMESPACE)
        for number, rule in enumerate(policy.rules)
        if question.direction in policy.isolates and rule.direction is question.direction
        if (lack := _compare(policy, rule, question))
    ]
    if not misses:
        return None
    _, ref, number, lack = min(misses, key=lambda miss: miss[:3])
    policy = next(p for p in ground.policies(question.subject.namespace, Tier.NAMESPACE) if p.ref == ref)
    path = policy.rules[number].path
    paths = (lack.path, path) if lack.path else (path,)
    return NearestMiss(Citation(ref, path, paths, "allow", selects=policy in judgement.selecting), lack.words)


def _compare(policy: Policy, rule: Rule, question: Question) -> Lack | None:
    """What the rule lacks altogether: to govern the pod, to match the other end, to match the port."""
    subjects = [
        _lack_of_pod(one, question.subject, f" (for {policy.ref.name} to select it)")
        for one in policy.subjects
    ]
    subject, peer = _least(subjects), _lack_of_peers(rule, question)
    if subject is None or peer is None:
        return None
    port = _lack_of_port(rule, question)
    return Lack(subject.cost + peer.cost + port.cost, (*subject.words, *peer.words, *port.words), peer.path)


def _lack_of_peers(rule: Rule, question: Question) -> Lack | None:
    if rule.peers is None:
        return Lack(0, ())
    return _least(
        lack._replace(path=peer_path(rule, number))
        for number, peer in enumerate(rule.peers)
        if (lack := _lack_of_peer(peer, question))
    )


def _lack_of_peer(peer: Peer, question: Question) -> Lack | None:
    """None where the peer can never match this end, whatever its labels."""
    other = question.other
    if match_peer(peer, other, question.blocks) is Match.YES:
        return Lack(0, ())
    if isinstance(peer, PodPeer) and other.is_pod:
        return _lack_of_pod(peer, other)
    if isinstance(peer, BlockPeer) and other.address and not (other.is_pod and _ignores_pods(peer, question)):
        cut = f" except {', '.join(peer.excepts)}" if peer.excepts else ""
        cidrs = " or ".join(peer.cidrs)
        return Lack(_BY_MOVING, (f"an address in {cidrs}{cut} instead of that of {other.key}",))
    return None


def _ignores_pods(block: BlockPeer, question: Question) -> bool:
    return block.pods is False or (block.pods is None and question.blocks != "yes")


def _lack_of_pod(peer: PodPeer, party: Party, purpose: str = "") -> Lack:
    lacking = _unmet(peer.namespaces, party.namespace_labels or {})
    # Nobody can give a namespace another name's label: it would be another namespace.
    names = [r for r in lacking if r.key == _NAME_LABEL]
    labels = [f"namespace label {describe(r)} on {party.namespace}" for r in lacking if r not in names]
    labels += [f"pod label {describe(r)} on {party.key}" for r in _unmet(peer.pods, party.labels)]
    places = [f"a namespace with {describe(r)} instead of {party.namespace}" for r in names]
    if peer.namespace and peer.namespace != party.namespace:
        places.append(f"namespace {peer.namespace} instead of {party.namespace}")
    words = tuple(f"{word}{purpose}" for word in (*places, *labels))
    return Lack(_BY_MOVING * len(places) + _BY_LABEL * len(labels), words)


def _unmet(selector: Selector, labels: Mapping[str, str]) -> list[Requirement]:
    return [requirement for requirement in selector.requirements if not holds(requirement, labels)]


def _lack_of_port(rule: Rule, question: Question) -> Lack:
    if rule.ports is None or match_ports(rule, question):
        return Lack(0, ())
    has = ", ".join(map(_describe_port, rule.ports))
    return Lack(_BY_LABEL, (f"port {question.port}/{question.protocol} (the rule has {has or 'none'})",))


def _describe_port(entry: PortMatch) -> str:
    protocol = entry.protocol or "any protocol"
    if entry.name:
        return f"{entry.name}/{protocol}"
    if entry.first == entry.last:
        return f"{entry.first}/{protocol}"
    return f"{entry.first}-{entry.last}/{protocol}"


def _least(lacks: Iterable[Lack]) -> Lack | None:
    return min(lacks, key=lambda lack: lack.cost, default=None)
