"""The rules of NetworkPolicies in one direction, found by what another rule has to take in to cover them.

Comparing each rule with each other one of its namespace would be quadratic. Whoever covers a rule governs
all of its subjects, takes in all of its ends and opens all of its ports, so one of each is enough to find
the few that may.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from apps.engine.findings.coverage import Coverage
from apps.engine.gates import Gate
from apps.engine.model import PROTOCOLS, Policy, Rule, Tier

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
        self._by_port: dict[tuple[str, str, int], list[PlacedRule]] = defaultdict(list)
        self._many_ports: dict[str, list[PlacedRule]] = defaultdict(list)
        for placed in self.rules():
            self._add(placed)

    def rules(self) -> Iterator[PlacedRule]:
        """All of them, by policy and place."""
        for policy in self._gate.tiers[Tier.NAMESPACE]:
            for number, rule in enumerate(policy.rules):
                if rule.direction is self._gate.direction:
                    yield PlacedRule((policy.ref.name, number), policy, rule)

    def candidates(self, placed: PlacedRule) -> Sequence[PlacedRule]:
        """Every rule that may cover this one, which takes in something: the shortest of several lists."""
        space, ends = placed.policy.ref.namespace, self._coverage.ends(placed.rule.peers)
        by_subject = self._by_subject[self._gate.subjects[placed.policy.ref].min()]
        if ends.selected:
            by_end = (self._by_end.get((space, ends.selected.min()), []), self._wide[space])
        else:
            by_end = ([], self._with_addresses[space])
        exact, many = self._opening(space, placed.rule), self._many_ports[space]
        lists = [([], by_subject), by_end] + ([] if exact is None else [(exact, many)])
        narrow, wide = min(lists, key=lambda two: len(two[0]) + len(two[1]))
        return narrow + wide if narrow else wide

    def _opening(self, space: str, rule: Rule) -> list[PlacedRule] | None:
        """Rules for single ports that open one of this rule's. None: its ports are not known by number."""
        if rule.ports is None:
            return []
        first = next((entry for entry in rule.ports if not entry.name and entry.first <= entry.last), None)
        if first is None:
            return None
        return self._by_port.get((space, first.protocol or PROTOCOLS[0], first.first), [])

    def _add_ports(self, placed: PlacedRule) -> None:
        space, ports = placed.policy.ref.namespace, placed.rule.ports
        if ports is None or any(entry.name or entry.first < entry.last for entry in ports):
            self._many_ports[space].append(placed)
        for entry in ports or ():
            if not entry.name and entry.first == entry.last:
                for protocol in (entry.protocol,) if entry.protocol else PROTOCOLS:
                    self._by_port[space, protocol, entry.first].append(placed)

    def _add(self, placed: PlacedRule) -> None:
        self._add_ports(placed)
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
