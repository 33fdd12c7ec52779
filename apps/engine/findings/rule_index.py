"""The rules of NetworkPolicies in one direction, found by what another rule has to take in to cover them.

Comparing each rule with each other one of its namespace would be quadratic. Whoever covers a rule governs
all of its subjects and takes in all of its ends, so one of each is enough to find the few that may.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from apps.engine.findings.coverage import Coverage
from apps.engine.gates import Gate
from apps.engine.model import Policy, Rule, Tier

# A rule that takes in more ends than this is a candidate for every other one instead of being listed at each.
_WIDE = 256


class PlacedRule(NamedTuple):
    """A rule of a policy; `order` is by the policy's name and then by place."""

    order: tuple[str, int]
    policy: Policy
    rule: Rule


class RuleIndex:
    """`gate` and `coverage` are of one reading of host-network pods: what covers in all covers in this."""

    def __init__(self, gate: Gate, coverage: Coverage) -> None:
        self._gate = gate
        self._coverage = coverage
        self._by_subject: dict[int, list[PlacedRule]] = defaultdict(list)
        self._by_end: dict[tuple[str, int], list[PlacedRule]] = defaultdict(list)
        self._wide: dict[str, list[PlacedRule]] = defaultdict(list)
        self._with_addresses: dict[str, list[PlacedRule]] = defaultdict(list)
        for placed in self.rules():
            self._add(placed)

    def rules(self) -> Iterator[PlacedRule]:
        """All of them, by policy and place."""
        for policy in self._gate.tiers[Tier.NAMESPACE]:
            for number, rule in enumerate(policy.rules):
                if rule.direction is self._gate.direction:
                    yield PlacedRule((policy.ref.name, number), policy, rule)

    def candidates(self, placed: PlacedRule) -> Sequence[PlacedRule]:
        """Every rule that may cover this one, which takes in something: the shorter of two lists."""
        space, ends = placed.policy.ref.namespace, self._coverage.ends(placed.rule.peers)
        by_subject = self._by_subject[self._gate.subjects[placed.policy.ref].min()]
        if not ends.selected:
            return min(by_subject, self._with_addresses[space], key=len)
        by_end, wide = self._by_end.get((space, ends.selected.min()), []), self._wide[space]
        return by_subject if len(by_subject) <= len(by_end) + len(wide) else by_end + wide

    def _add(self, placed: PlacedRule) -> None:
        space, ends = placed.policy.ref.namespace, self._coverage.ends(placed.rule.peers)
        for subject in self._gate.subjects[placed.policy.ref]:
            self._by_subject[subject].append(placed)
        if ends.addresses:
            self._with_addresses[space].append(placed)
        if len(ends.possibly) > _WIDE:
            self._wide[space].append(placed)
        else:
            for end in ends.possibly:
                self._by_end[space, end].append(placed)
