"""A gate with the source's labels left open: what stays of its policies once everything else is known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby, product
from typing import NamedTuple

from apps.engine.explain.peers import Match
from apps.engine.model import Action, Verdict
from apps.engine.potential.conditions import Choice, Condition

# What may come of some policies, as sets: of actions (and none), or of final answers.
_BITS = {Action.ALLOW: 1, Action.DENY: 2, Action.PASS: 4}
_NONE = 8
_ALLOWED, _DENIED, _EITHER = 1, 2, 3
_VERDICTS = {_ALLOWED: Verdict.ALLOWED, _DENIED: Verdict.DENIED, _EITHER: Verdict.UNKNOWN}


class TierPolicy(NamedTuple):
    """A policy of the Admin or Baseline tier: whom it governs, and its rules in order."""

    priority: int
    subject: Condition
    rules: tuple[tuple[Condition, Action], ...]


class Isolating(NamedTuple):
    """A NetworkPolicy: whom it isolates, and when it allows."""

    subject: Condition
    allows: Condition


@dataclass(frozen=True, slots=True, eq=False)
class Gate:
    """One gate. `closed`: when something closes it but for exceptions. `doubt`: what was not evaluated may
    `open` or close it, or only `restrict` it; else empty. `spared`: the other end may be on the pod's own
    node, so that what policies deny may be allowed (N17)."""

    admin: tuple[TierPolicy, ...]
    isolating: tuple[Isolating, ...]
    baseline: tuple[TierPolicy, ...]
    closed: Condition
    doubt: str
    spared: bool

    def outcomes(self, choice: Choice) -> frozenset[Verdict]:
        """All that the gate may still come to: allowed, denied, unknown. Exact once all labels are chosen."""
        baseline = _fold(self.baseline, {_ALLOWED}, {_ALLOWED}, choice)
        inner = set(_unite(self.isolating, baseline, choice))
        found = {_VERDICTS[answer] for answer in _fold(self.admin, inner, inner, choice)}
        if self.doubt == "open":
            return frozenset((Verdict.UNKNOWN,))
        if self.doubt == "restrict":
            found = {one if one is Verdict.DENIED else Verdict.UNKNOWN for one in found}
        if self.spared:
            found = {one if one is Verdict.ALLOWED else Verdict.UNKNOWN for one in found}
        return frozenset(found)


def _fold(policies: Iterable[TierPolicy], passed: set[int], after: set[int], choice: Choice) -> set[int]:
    """Final answers of a tier. `passed`: those behind a Pass, `after`: those where no rule matches."""
    levels = [list(level) for _, level in groupby(policies, key=lambda policy: policy.priority)]
    for level in reversed(levels):
        found: set[int] = set()
        for combination in product(*(_actions(policy, choice) for policy in level)):
            found |= _finish(combination, passed, after)
        after = found
    return after


def _finish(combination: tuple[int, ...], passed: set[int], after: set[int]) -> set[int]:
    """Policies of one priority have no order, so each action met is possible (A3)."""
    actions = 0
    for one in combination:
        actions |= one & ~_NONE
    answers = {actions & _EITHER}
    if actions & _BITS[Action.PASS]:
        answers = {one | other for one in answers for other in passed}
    if all(one & _NONE for one in combination):
        answers = {one | other for one in answers for other in after}
    return answers


def _actions(policy: TierPolicy, choice: Choice) -> set[int]:
    """Sets of actions that the policy may come to, with `_NONE` among them where no rule may match."""
    found = {_NONE}
    for condition, action in reversed(policy.rules):
        found = set(_apply(choice.outcomes(condition), _BITS[action], found))
    governs = choice.outcomes(policy.subject)
    return (found if Match.YES in governs else set()) | ({_NONE} if Match.NO in governs else set())


def _apply(matches: frozenset[Match], bit: int, after: set[int]) -> Iterator[int]:
    if Match.YES in matches:
        yield bit
    if Match.MAYBE in matches:
        yield from (bit | one for one in after)
    if Match.NO in matches:
        yield from after


def _unite(policies: tuple[Isolating, ...], baseline: set[int], choice: Choice) -> Iterator[int]:
    """Answers of the NetworkPolicies, or of the Baseline tier where none of them isolates (N6, A4)."""
    governs = [choice.outcomes(policy.subject) for policy in policies]
    allows = [choice.outcomes(policy.allows) for policy in policies]
    if all(Match.NO in one for one in governs):
        yield from baseline
    possible = {
        match for one, found in zip(governs, allows, strict=True) if Match.YES in one for match in found
    }
    # The least that a policy gives which isolates for sure: the union cannot come to less.
    least = max(
        (min(found) for one, found in zip(governs, allows, strict=True) if Match.NO not in one),
        default=Match.NO,
    )
    if Match.YES in possible:
        yield _ALLOWED
    if Match.MAYBE in possible and least < Match.YES:
        yield _EITHER
    if Match.NO in possible and least < Match.MAYBE:
        yield _DENIED
