"""Policies of one tier and priority that may disagree about the same pods: their order is undefined (A3)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from apps.engine.findings.finding import Finding, Place, Severity
from apps.engine.findings.survey import Survey
from apps.engine.model import Direction, Policy, Tier

ID = "equal-priorities"


def find(survey: Survey) -> Iterator[Finding]:
    """One for each policy that some earlier one of its priority, by name, may contradict."""
    tiered = [policy for policy in survey.cluster.policies if policy.tier is not Tier.NAMESPACE]
    for _, group in groupby(tiered, key=lambda policy: (policy.tier, policy.priority)):
        before: list[Policy] = []
        for policy in group:
            other = next((first for first in before if _may_disagree(survey, first, policy)), None)
            if other:
                yield _finding(other, policy)
            before.append(policy)


def _may_disagree(survey: Survey, first: Policy, second: Policy) -> bool:
    """Whether both speak about some pod in one direction, and not with one and the same action."""
    for direction in Direction:
        found = [_actions(first, direction), _actions(second, direction)]
        if all(found) and len(found[0] | found[1]) > 1:
            subjects = [world.gates[direction].subjects for world in survey.worlds]
            if any(each[first.ref].intersect(each[second.ref]) for each in subjects):
                return True
    return False


def _actions(policy: Policy, direction: Direction) -> set[str]:
    return {rule.action for rule in policy.rules if rule.direction is direction}


def _finding(first: Policy, second: Policy) -> Finding:
    return Finding(
        id=ID,
        severity=Severity.MEDIUM,
        object=second.ref,
        message=(
            f"{second.ref} and {first.ref} have the same priority ({second.priority}) and speak about the"
            " same pods: where they disagree, it is not defined which decides."
        ),
        advice="Give them different priorities; the lower number is asked first.",
        evidence=(Place(second.ref, "spec.priority"), Place(first.ref, "spec.priority")),
    )
