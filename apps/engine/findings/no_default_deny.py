"""A namespace some of whose pods nothing isolates, one finding a direction."""

from __future__ import annotations

from collections.abc import Iterator

from pyroaring import BitMap

from apps.engine.findings.blocks import takes_every_address
from apps.engine.findings.finding import Finding, Place, Severity
from apps.engine.findings.survey import Survey
from apps.engine.gates import Gate
from apps.engine.model import Action, Direction, ObjectRef, Rule, Tier

ID = "no-default-deny-{direction}"
_SEVERITIES = {Direction.INGRESS: Severity.MEDIUM, Direction.EGRESS: Severity.LOW}
_THEN = {
    Direction.INGRESS: "then allow who needs to come in",
    Direction.EGRESS: "then allow what its pods need, DNS first",
}


def find(survey: Survey) -> Iterator[Finding]:
    for direction in Direction:
        gate = survey.gate(direction)
        # What is not evaluated may isolate its pods, so nothing is said of them here.
        spoken_for = gate.isolated | gate.doubted | gate.maybe_closed | _closed_cluster_wide(survey, gate)
        for namespace in survey.reach.namespaces:
            pods = survey.pods_of(namespace)
            if not pods <= spoken_for:
                yield _finding(survey, namespace, direction, pods, pods - spoken_for)


def _closed_cluster_wide(survey: Survey, gate: Gate) -> BitMap:
    """Subjects of policies of the other tiers that deny everything that no rule before it allows.

    A Deny of one port or of a few peers is no default deny, although it isolates."""
    return BitMap.union(
        BitMap(),
        *(
            gate.subjects[policy.ref]
            for tier in (Tier.ADMIN, Tier.BASELINE)
            for policy in gate.tiers[tier]
            if any(_denies_all(survey, gate, rule) for rule in policy.rules)
        ),
    )


def _denies_all(survey: Survey, gate: Gate, rule: Rule) -> bool:
    """Every pod on every port; and every address, which an ingress rule of these tiers cannot name (A5)."""
    if rule.direction is not gate.direction or rule.action is not Action.DENY or rule.ports is not None:
        return False
    sets = survey.worlds[0].sets
    every_pod = all(sets.pods <= sets.match(rule.peers, family).must for family in survey.families)
    inward = gate.direction is Direction.INGRESS
    return every_pod and (
        inward or all(takes_every_address(rule.peers, family) for family in survey.families)
    )


def _finding(survey: Survey, namespace: str, direction: Direction, pods: BitMap, open_: BitMap) -> Finding:
    affected, workloads = len(survey.workloads(open_)), len(survey.workloads(pods))
    space = ObjectRef("Namespace", "", namespace)
    return Finding(
        id=ID.format(direction=direction),
        severity=_SEVERITIES[direction],
        object=space,
        message=f"No policy isolates {affected} of {workloads} workloads of {namespace} for {direction}.",
        advice=(
            f"Add a NetworkPolicy to {namespace} with an empty podSelector and policyTypes"
            f" [{direction.capitalize()}], {_THEN[direction]}."
        ),
        evidence=(Place(space),),
    )
