"""The best verdict over all choices of labels: a search that stops where nothing better can come.

For each key only the values that a selector names count, one more that none names, and the key's absence.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from apps.engine.explain.peers import Match
from apps.engine.model import Requirement, Selector, Verdict
from apps.engine.potential.conditions import Choice
from apps.engine.potential.forms import Gate

RANKS = {
    Verdict.DENIED: 0,
    Verdict.UNKNOWN: 1,
    Verdict.PARTIAL: 2,
    Verdict.ALLOWED: 3,
    Verdict.UNRESTRICTED: 4,
}
BUDGET = 20_000  # targets looked at, once for each choice, before the answer is given up as unknown


class Crossing(NamedTuple):
    egress: Gate
    ingress: Gate


# One target: in each way of seeing host-network pods, a crossing in each address family.
Target = tuple[tuple[Crossing, ...], ...]


class Bound(NamedTuple):
    """No choice from here gives a better verdict; `exact`: every one gives this."""

    verdict: Verdict
    exact: bool


class Reached(NamedTuple):
    """What one target may come to, and whether it may be isolated: the answers still possible."""

    verdicts: frozenset[Verdict]
    isolated: frozenset[bool]


def find_best(targets: Sequence[Target]) -> Verdict:
    """The best verdict against all targets together; UNKNOWN when that takes more than `BUDGET`."""
    return _Search(targets).run()


class _Search:
    def __init__(self, targets: Sequence[Target]) -> None:
        self._targets = tuple(dict.fromkeys(targets))
        self._values = _values_by_key(self._targets)
        self._best = Verdict.DENIED
        self._looks = 0

    def run(self) -> Verdict:
        self._descend({})
        return Verdict.UNKNOWN if self._looks > BUDGET else self._best

    def _descend(self, chosen: dict[str, str | None]) -> None:
        bound, keys = self._look(chosen)
        if RANKS[bound.verdict] <= RANKS[self._best] or self._looks > BUDGET:
            return
        if bound.exact:
            self._best = bound.verdict
            return
        key = min(keys, key=lambda one: (-keys[one], one))
        for value in self._values[key]:
            self._descend({**chosen, key: value})

    def _look(self, chosen: dict[str, str | None]) -> tuple[Bound, dict[str, int]]:
        self._looks += len(self._targets)
        choice = Choice(chosen)
        bound = _bound([_reach(target, choice) for target in self._targets])
        return bound, choice.open_keys()


def _values_by_key(targets: Sequence[Target]) -> dict[str, list[str | None]]:
    """For each key: the values named, one that is not, and None for a pod without the key."""
    named: dict[str, set[str]] = {}
    for requirement in _requirements(targets):
        named.setdefault(requirement.key, set()).update(requirement.values)
    return {key: [*sorted(values), max(values, default="") + "-other", None] for key, values in named.items()}


def _requirements(targets: Sequence[Target]) -> set[Requirement]:
    selectors: set[Selector] = set()
    for gate in {gate for target in targets for way in target for crossing in way for gate in crossing}:
        for policy in (*gate.admin, *gate.baseline):
            selectors.update(
                policy.subject.selectors, *(condition.selectors for condition, _ in policy.rules)
            )
        for isolating in gate.isolating:
            selectors.update(isolating.subject.selectors, isolating.allows.selectors)
        selectors.update(gate.closed.selectors)
    return {requirement for selector in selectors for requirement in selector.requirements}


def _bound(reached: Sequence[Reached]) -> Bound:
    """The best that all targets together may come to, each taken for itself."""
    exact = all(len(one.verdicts) == 1 for one in reached)
    able = [number for number, one in enumerate(reached) if Verdict.ALLOWED in one.verdicts]
    closed = {number for number, one in enumerate(reached) if Verdict.DENIED in one.verdicts}
    if len(able) == len(reached):
        if not all(False in one.isolated for one in reached):
            return Bound(Verdict.ALLOWED, exact)
        return Bound(Verdict.UNRESTRICTED, exact and not any(True in one.isolated for one in reached))
    if any(Verdict.PARTIAL in one.verdicts for one in reached) or any(closed - {number} for number in able):
        return Bound(Verdict.PARTIAL, exact)
    if able or any(Verdict.UNKNOWN in one.verdicts for one in reached):
        return Bound(Verdict.UNKNOWN, exact)
    return Bound(Verdict.DENIED, exact)


def _reach(target: Target, choice: Choice) -> Reached:
    ways = [_merge_families(way, choice) for way in target]
    verdicts, isolated = ways[0]
    for other in ways[1:]:
        verdicts = frozenset(
            one if one is two else Verdict.UNKNOWN for one in verdicts for two in other.verdicts
        )
        isolated = frozenset(one or two for one in isolated for two in other.isolated)
    return Reached(verdicts, isolated)


def _merge_families(crossings: Sequence[Crossing], choice: Choice) -> Reached:
    """The same over all families, or partial, or unknown where one family's answer is (N26)."""
    first, *rest = [_cross(crossing, choice) for crossing in crossings]
    verdicts = first.verdicts
    for other in rest:
        verdicts = frozenset(_merge(one, two) for one in verdicts for two in other.verdicts)
    return Reached(verdicts, first.isolated)


def _merge(one: Verdict, two: Verdict) -> Verdict:
    if one is two:
        return one
    return Verdict.UNKNOWN if Verdict.UNKNOWN in (one, two) else Verdict.PARTIAL


def _cross(crossing: Crossing, choice: Choice) -> Reached:
    """Both gates must allow (N19)."""
    ingress = crossing.ingress.outcomes(choice)
    egress = crossing.egress.outcomes(choice)
    closed = [choice.outcomes(gate.closed) for gate in crossing]
    isolated = {one is Match.YES or two is Match.YES for one in closed[0] for two in closed[1]}
    return Reached(frozenset(_both(one, two) for one in egress for two in ingress), frozenset(isolated))


def _both(one: Verdict, two: Verdict) -> Verdict:
    for verdict in (Verdict.DENIED, Verdict.UNKNOWN):
        if verdict in (one, two):
            return verdict
    return Verdict.ALLOWED
