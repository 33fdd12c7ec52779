"""A rule of a NetworkPolicy that another rule makes superfluous (N6): rules only add up.

The other one may stand in the same policy, or in any that governs at least the same pods.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from pyroaring import BitMap

from apps.engine.findings.coverage import Coverage
from apps.engine.findings.finding import Finding, Place, Severity
from apps.engine.findings.survey import Survey
from apps.engine.gates import Gate
from apps.engine.model import Direction, Policy, Rule, Tier

ID = "rule-adds-nothing"


class _Entry(NamedTuple):
    """A rule of a policy; `order` is by the policy's name and then by place."""

    order: tuple[str, int]
    policy: Policy
    rule: Rule


class _World(NamedTuple):
    """One direction in one reading of host-network pods."""

    gate: Gate
    coverage: Coverage

    def subjects(self, entry: _Entry) -> BitMap:
        return self.gate.subjects[entry.policy.ref]

    def covers(self, outer: _Entry, inner: _Entry) -> bool:
        subjects = self.subjects(inner)
        return subjects <= self.subjects(outer) and self.coverage.includes(outer.rule, inner.rule, subjects)


def find(survey: Survey) -> Iterator[Finding]:
    coverages = [Coverage(survey.scene.parties, world.sets) for world in survey.worlds]
    for direction in Direction:
        worlds = [
            _World(world.gates[direction], coverage)
            for world, coverage in zip(survey.worlds, coverages, strict=True)
        ]
        for policy in worlds[0].gate.tiers[Tier.NAMESPACE]:
            for entry in _entries(policy, direction):
                other = _find_cover(worlds, entry, direction)
                if other:
                    yield _finding(entry, other)


def _entries(policy: Policy, direction: Direction) -> list[_Entry]:
    return [
        _Entry((policy.ref.name, number), policy, rule)
        for number, rule in enumerate(policy.rules)
        if rule.direction is direction
    ]


def _find_cover(worlds: list[_World], entry: _Entry, direction: Direction) -> _Entry | None:
    """A rule that takes in all that this one does, in every reading; of two that are equal, the first.

    A rule that takes in nothing is left to other findings: its peers or its policy match nothing.
    """
    gate, coverage = worlds[0]
    subjects = worlds[0].subjects(entry)
    if not subjects or coverage.is_empty(entry.rule, subjects):
        return None
    # Whoever governs all of the subjects governs this one of them: the only policies to compare with.
    for policy in gate.governing(Tier.NAMESPACE, subjects.min()):
        for other in _entries(policy, direction):
            if other.order != entry.order and all(world.covers(other, entry) for world in worlds):
                equal = all(world.covers(entry, other) for world in worlds)
                if not equal or other.order < entry.order:
                    return other
    return None


def _finding(entry: _Entry, other: _Entry) -> Finding:
    ref, path = entry.policy.ref, entry.rule.path
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
