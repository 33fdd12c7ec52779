"""The evidence of a judged gate: the policies and rules that decide, and a sentence that says so."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from apps.engine.explain.gate import Judgement
from apps.engine.explain.ground import Ground
from apps.engine.explain.nearest import find_nearest
from apps.engine.explain.peers import Match
from apps.engine.explain.rules import Hit, peer_path, port_path
from apps.engine.model import Action, Citation, Direction, Policy, Rule, Side, Tier, Verdict

_VERBS = {Action.ALLOW: "allows it", Action.DENY: "denies it", Action.PASS: "passes it on"}
_DOUBTED_VERBS = {Action.ALLOW: "may allow it", Action.DENY: "may deny it", Action.PASS: "may pass it on"}
_WAYS = {Direction.INGRESS: "in", Direction.EGRESS: "out"}


def make_side(ground: Ground, judgement: Judgement) -> Side:
    """The gate as the answer shows it."""
    citations = tuple(_cite_deciding(judgement))
    cited = {citation.ref for citation in citations}
    direction = judgement.question.direction
    return Side(
        direction=direction,
        verdict=judgement.verdict,
        isolated=judgement.isolated,
        reason=_explain(judgement),
        citations=citations,
        others=tuple(cite_policy(p, direction) for p in judgement.selecting if p.ref not in cited),
        nearest=find_nearest(ground, judgement) if judgement.verdict is Verdict.DENIED else None,
    )


def cite_rule(hit: Hit) -> Citation:
    """The rule with the peer and port entries that match, the most telling first."""
    rule = hit.rule
    peers = [peer_path(rule, number) for number in hit.peers]
    ports = [port_path(hit.policy, rule, number) for number in hit.ports]
    return Citation(hit.policy.ref, rule.path, (*peers, *ports, rule.path), rule.action.value)


def cite_policy(policy: Policy, direction: Direction) -> Citation:
    """The policy as a whole: whom it selects, and for what."""
    if policy.tier is Tier.NAMESPACE:
        return Citation(policy.ref, "", ("spec.podSelector", "spec.policyTypes"), "isolate")
    first = next(rule for rule in policy.rules if rule.direction is direction)
    return Citation(policy.ref, "", ("spec.subject",), first.action.value)


def number_rule(rule: Rule) -> str:
    """`ingress rule 1`, counted as people count, from the rule's place in the manifest."""
    number = int(rule.path.rpartition("[")[2].rstrip("]")) + 1
    return f"{rule.direction} rule {number}"


def join_names(names: Iterable[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    *rest, last = names
    return f"{', '.join(rest)} and {last}" if rest else last


def _cite_deciding(judgement: Judgement) -> Iterable[Citation]:
    """Each Pass met, then the rule that decides, or all that allow, or all policies that isolate."""
    yield from map(cite_rule, judgement.hits)
    allowing = [h for h in judgement.hits if h.policy.tier is Tier.NAMESPACE and h.match is Match.YES]
    if not allowing:
        for policy in judgement.isolating:
            yield cite_policy(policy, judgement.question.direction)


def _explain(judgement: Judgement) -> str:
    """One sentence; for an undecided gate, what keeps it from being decided."""
    if judgement.exempt:
        return judgement.exempt
    if judgement.verdict is Verdict.UNKNOWN:
        return f"Not decided: {'; '.join(dict.fromkeys(judgement.doubts))}."
    clauses = [_explain_tier_hit(hit) for hit in judgement.hits if hit.policy.tier is Tier.ADMIN]
    if judgement.isolating:
        clauses.append(_explain_isolation(judgement))
    clauses += [_explain_tier_hit(hit) for hit in judgement.hits if hit.policy.tier is Tier.BASELINE]
    decided = any(hit.rule.action is not Action.PASS and hit.match is Match.YES for hit in judgement.hits)
    if not (decided or judgement.isolating):
        clauses.append(
            f"{judgement.question.subject.name} is not isolated for {judgement.question.direction}"
        )
    return "; ".join(clauses) + "."


def _explain_tier_hit(hit: Hit) -> str:
    verbs = _VERBS if hit.match is Match.YES else _DOUBTED_VERBS
    return f"{hit.policy.ref.kind} {hit.policy.ref.name}, {number_rule(hit.rule)}, {verbs[hit.rule.action]}"


def _explain_isolation(judgement: Judgement) -> str:
    question = judgement.question
    isolating = join_names(policy.ref.name for policy in judgement.isolating)
    start = f"{question.subject.name} is isolated for {question.direction} by {isolating}"
    hits = [hit for hit in judgement.hits if hit.policy.tier is Tier.NAMESPACE]
    if hits:
        return f"{start}; {_explain_allowing(hits, question.direction)}"
    port = f"{question.port}/{question.protocol}"
    if question.direction is Direction.INGRESS:
        return f"{start}, and no ingress rule there lets {question.other.name} in on {port}"
    return f"{start}, and no egress rule there lets it out to {question.other.name} on {port}"


def _explain_allowing(hits: Sequence[Hit], direction: Direction) -> str:
    rules = join_names(f"{hit.policy.ref.name}, {number_rule(hit.rule)}," for hit in hits)
    return f"{rules} {'lets' if len(hits) == 1 else 'let'} it {_WAYS[direction]}"
