"""One gate: the egress of a source or the ingress of a target, judged straight from the sentences.

The steps are those of docs/semantics.md: Admin tier (A1-A3, C1), NetworkPolicies (N1-N6), Baseline tier (A4,
C2), default allow. Where a match is not sure, both ways are followed; the gate is decided if all agree.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby

from apps.engine.explain.ground import Ground, Party, matches_pod
from apps.engine.explain.peers import Match
from apps.engine.explain.rules import Hit, Question, explain_maybe, find_hits
from apps.engine.model import Action, Direction, Policy, Tier, Verdict

# What a tier may come to; None: no rule of it matches.
Outcomes = frozenset[Action | None]

_FINAL = {Action.ALLOW: Verdict.ALLOWED, Action.DENY: Verdict.DENIED}


@dataclass(slots=True)
class Judgement:
    """A judged gate (`verdict`: allowed, denied or unknown), with all that its evidence needs.

    `exempt`: why no policy was asked. `hits`: rules that decide, in the order in which they are asked.
    `isolating`: the NetworkPolicies that close the pod, if it came to them. `selecting`: the policies of
    every tier that select the pod in this direction. `doubts`: what keeps it from being decided.
    """

    question: Question
    selecting: tuple[Policy, ...]
    isolated: bool
    verdict: Verdict = Verdict.ALLOWED
    exempt: str = ""
    hits: list[Hit] = field(default_factory=list)
    isolating: tuple[Policy, ...] = ()
    doubts: list[str] = field(default_factory=list)


def judge_gate(ground: Ground, question: Question) -> Judgement:
    """Judge one gate, all exemptions first."""
    selecting = tuple(_selecting(ground, question))
    judgement = Judgement(question, selecting, _is_isolated(ground, question, selecting))
    judgement.exempt = _find_exemption(ground, question)
    if not judgement.exempt:
        _ask_policies(ground, judgement)
        _weigh_unevaluated(ground, judgement)
        _weigh_own_node(ground, judgement)
    return judgement


def match_own_node(pod: Party, other: Party) -> Match:
    """Whether the other end is the pod's own node, or a pod on that node's network (N17)."""
    on_host = other.endpoint.workload is not None
    if other.is_pod or not (on_host or other.nodes):
        return Match.NO
    nodes = {other.node} if other.node else {node.name for node in other.nodes}
    if not (pod.node and nodes):
        return Match.MAYBE
    return Match.YES if pod.node in nodes else Match.NO


def _find_exemption(ground: Ground, question: Question) -> str:
    """Why policies do not decide this gate at all, as a sentence; empty when they do."""
    subject, direction = question.subject, question.direction
    if not ground.assumptions.enforced:
        return "The network plugin enforces no policy."
    if question.itself:
        return "A pod always reaches itself."
    if subject.endpoint.workload is None:
        return f"{subject.name} is no pod: no {direction} policy governs it."
    if not subject.is_pod:
        return f"{subject.name} uses the network of its node: no {direction} policy governs it."
    if match_own_node(subject, question.other) is Match.YES:
        if direction is Direction.INGRESS:
            return f"{subject.name} always lets in its own node, {subject.node}."
        if ground.assumptions.own_node == "allowed":
            return f"{subject.name} may always reach its own node, {subject.node}."
    return ""


def _ask_policies(ground: Ground, judgement: Judgement) -> None:
    """(1) Admin tier; (2) NetworkPolicies if one isolates the pod, else (3) Baseline tier; (4) allow."""
    admin = _ask_tier(ground, judgement, Tier.ADMIN)
    possible = _final(admin)
    if admin & {Action.PASS, None}:
        judgement.isolating = tuple(
            p for p in judgement.selecting if judgement.question.direction in p.isolates
        )
        if judgement.isolating:
            possible |= _ask_network_policies(judgement)
        else:
            baseline = _ask_tier(ground, judgement, Tier.BASELINE)
            possible |= _final(baseline)
            if baseline & {Action.PASS, None}:
                possible.add(Verdict.ALLOWED)
    judgement.verdict = possible.pop() if len(possible) == 1 else Verdict.UNKNOWN


def _final(outcomes: Outcomes) -> set[Verdict]:
    return {_FINAL[outcome] for outcome in outcomes if outcome in _FINAL}


def _ask_tier(ground: Ground, judgement: Judgement, tier: Tier) -> Outcomes:
    """The lowest priority first; the first match decides, and after one that only may match, go on."""
    policies = sorted((p for p in judgement.selecting if p.tier is tier), key=lambda p: (p.priority, p.ref))
    outcomes: set[Action | None] = set()
    for _, level in groupby(policies, key=lambda policy: policy.priority):
        answers = {policy.ref: _ask_policy(judgement, policy) for policy in level}
        matching = {ref: found - {None} for ref, found in answers.items() if found != {None}}
        if len(set().union(*matching.values())) > 1 and len(matching) > 1:
            names = " and ".join(map(str, matching))
            judgement.doubts.append(f"{names} have the same priority, so their order is not defined (A3)")
        outcomes |= set().union(*matching.values())
        if not all(None in found for found in answers.values()):
            return frozenset(outcomes)
    return frozenset(outcomes | {None})


def _ask_policy(judgement: Judgement, policy: Policy) -> set[Action | None]:
    outcomes: set[Action | None] = set()
    for hit in find_hits(policy, judgement.question):
        judgement.hits.append(hit)
        outcomes.add(hit.rule.action)
        if hit.match is Match.YES:
            return outcomes
        judgement.doubts += explain_maybe(hit, judgement.question)
    return outcomes | {None}


def _ask_network_policies(judgement: Judgement) -> set[Verdict]:
    """A union: allowed iff some rule of some isolating policy matches; nothing here denies (N6)."""
    hits = [hit for policy in judgement.isolating for hit in find_hits(policy, judgement.question)]
    sure = [hit for hit in hits if hit.match is Match.YES]
    judgement.hits += sure or hits
    if sure:
        return {Verdict.ALLOWED}
    judgement.doubts += [doubt for hit in hits for doubt in explain_maybe(hit, judgement.question)]
    return {Verdict.ALLOWED, Verdict.DENIED} if hits else {Verdict.DENIED}


def _weigh_unevaluated(ground: Ground, judgement: Judgement) -> None:
    """What was not evaluated may open or close the gate; what only restricts cannot open it."""
    question = judgement.question
    for entry in ground.touching(question.subject.namespace, question.direction):
        if not (entry.only_restricts and judgement.verdict is Verdict.DENIED):
            judgement.verdict = Verdict.UNKNOWN
            judgement.doubts.append(f"{entry.ref}: {entry.reason}")


def _weigh_own_node(ground: Ground, judgement: Judgement) -> None:
    """What policies do not allow may be allowed after all, with the pod's own node (N17)."""
    question, own_node = judgement.question, ground.assumptions.own_node
    match, egress = match_own_node(question.subject, question.other), question.direction is Direction.EGRESS
    if judgement.verdict is Verdict.ALLOWED or match is Match.NO or (egress and own_node == "policy"):
        return
    judgement.verdict = Verdict.UNKNOWN
    if match is Match.MAYBE:
        judgement.doubts.append(f"{question.other.name} may be on the node of {question.subject.name}")
    if egress and own_node == "unknown":
        judgement.doubts.append("whether policies hold towards a pod's own node is up to the network plugin")


def _is_isolated(ground: Ground, question: Question, selecting: Iterable[Policy]) -> bool:
    """Whether anything closes this side: a NetworkPolicy, a Deny rule, or something not evaluated."""
    subject, direction = question.subject, question.direction
    if not (ground.assumptions.enforced and subject.is_pod):
        return False
    return bool(ground.touching(subject.namespace, direction)) or any(
        direction in policy.isolates
        or any(rule.direction is direction and rule.action is Action.DENY for rule in policy.rules)
        for policy in selecting
    )


def _selecting(ground: Ground, question: Question) -> Iterator[Policy]:
    """Policies that select the subject and speak about this direction, tier by tier."""
    subject, direction = question.subject, question.direction
    for tier in Tier if subject.is_pod else ():
        for policy in ground.policies(subject.namespace, tier):
            speaks = direction in policy.isolates or (
                tier is not Tier.NAMESPACE and any(rule.direction is direction for rule in policy.rules)
            )
            if speaks and any(matches_pod(one, subject) for one in policy.subjects):
                yield policy
