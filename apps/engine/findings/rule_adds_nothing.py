"""A rule of a NetworkPolicy that another rule makes superfluous (N6): rules only add up.

The other one may stand in the same policy, or in any that governs at least the same pods.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from apps.engine.findings.coverage import Coverage
from apps.engine.findings.finding import Finding, Place, Severity
from apps.engine.findings.rule_index import PlacedRule, RuleIndex
from apps.engine.findings.survey import Survey
from apps.engine.gates import Gate
from apps.engine.model import Direction

ID = "rule-adds-nothing"


class _Reading(NamedTuple):
    """One direction in one reading of host-network pods."""

    gate: Gate
    coverage: Coverage

    def covers(self, outer: PlacedRule, inner: PlacedRule) -> bool:
        subjects = self.gate.subjects[inner.policy.ref]
        return subjects <= self.gate.subjects[outer.policy.ref] and self.coverage.includes(
            outer.rule, inner.rule, subjects
        )

    def is_empty(self, placed: PlacedRule) -> bool:
        subjects = self.gate.subjects[placed.policy.ref]
        return not subjects or self.coverage.is_empty(placed.rule, subjects)


def find(survey: Survey) -> Iterator[Finding]:
    """A rule that takes in nothing is left to other findings: its peers or its policy match nothing."""
    coverages = [Coverage(survey.scene.parties, world.sets) for world in survey.worlds]
    for direction in Direction:
        gates = [world.gates[direction] for world in survey.worlds]
        readings = list(map(_Reading, gates, coverages))
        index = RuleIndex(gates[0], coverages[0])
        for placed in index.rules():
            if not readings[0].is_empty(placed) and (other := _find_cover(readings, index, placed)):
                yield _finding(placed, other)


def _find_cover(readings: list[_Reading], index: RuleIndex, placed: PlacedRule) -> PlacedRule | None:
    """A rule that takes in all that this one does, in every reading; of two that are equal, the first."""
    for other in index.candidates(placed):
        if other.order != placed.order and all(each.covers(other, placed) for each in readings):
            equal = all(each.covers(placed, other) for each in readings)
            if not equal or other.order < placed.order:
                return other
    return None


def _finding(placed: PlacedRule, other: PlacedRule) -> Finding:
    ref, path = placed.policy.ref, placed.rule.path
    return Finding(
        id=ID,
        severity=Severity.LOW,
        object=ref,
        message=(
            f"{path} of {ref} adds nothing: {other.rule.path} of {other.policy.ref} already allows all of it"
            " to the same pods."
        ),
        advice="Remove one of the two, and keep the direction among the policyTypes if no rule is left.",
        evidence=(Place(ref, path), Place(other.policy.ref, other.rule.path)),
        path=path,
    )
