"""One gate of the matrix: which policies govern a pod in one direction, and what their rules decide.

All sets are bitmaps of party numbers. A tier is folded into the *possible* outcomes of each party,
because a rule may match only possibly; an answer is sure when all outcomes agree.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import NamedTuple

from pyroaring import BitMap

from apps.engine.model import Action, Cluster, Direction, ObjectRef, Policy, Rule, Tier
from apps.engine.peer_sets import Match, PeerSets


class Row(NamedTuple):
    """Sources that are surely allowed, and those that possibly are; the first are a part of the second."""

    surely: BitMap
    possibly: BitMap


class Outcomes(NamedTuple):
    """What a tier may do with each party; several may be possible for one."""

    allowed: BitMap
    denied: BitMap
    onward: BitMap  # passed, or matched by no rule


class Hit(NamedTuple):
    """A rule of a policy, and the parties that it matches, seen from one target."""

    policy: Policy
    rule: Rule
    match: Match


def fold(hits: Sequence[Hit], everyone: BitMap) -> Outcomes:
    """The outcomes of a tier whose rules come in order: first match decides (A2, A3).

    Policies of one priority may be asked in any order, so each is folded from the same start.
    """
    allowed, denied, passed, open_ = BitMap(), BitMap(), BitMap(), everyone
    for _, group in groupby(hits, key=lambda hit: hit.policy.priority):
        ends = []
        for _, of_policy in groupby(group, key=lambda hit: hit.policy.ref):
            left = open_
            for _, rule, match in of_policy:
                possible = left & match.may
                if rule.action is Action.ALLOW:
                    allowed |= possible
                elif rule.action is Action.DENY:
                    denied |= possible
                else:
                    passed |= possible
                left = left - match.must
            ends.append(left)
        open_ = BitMap.intersection(*ends)
    return Outcomes(allowed, denied, open_ | passed)


def after(tier: Outcomes, inner: Row, everyone: BitMap) -> Row:
    """The Admin tier's decision where it has one, else what comes after it."""
    return Row(
        everyone - tier.denied - (tier.onward - inner.surely),
        tier.allowed | (tier.onward & inner.possibly),
    )


def by_default(tier: Outcomes, everyone: BitMap) -> Row:
    """The Baseline tier: what it does not deny is allowed."""
    return Row(everyone - tier.denied, tier.allowed | tier.onward)


class Gate:
    """The policies of one direction, indexed by the parties that they govern."""

    def __init__(self, cluster: Cluster, sets: PeerSets, direction: Direction) -> None:
        self.direction = direction
        self.subjects: dict[ObjectRef, BitMap] = {}
        self.tiers: dict[Tier, list[Policy]] = {tier: [] for tier in Tier}
        for policy in cluster.policies:
            if direction in policy.isolates or any(rule.direction is direction for rule in policy.rules):
                self.subjects[policy.ref] = sets.subjects(policy.subjects)
                self.tiers[policy.tier].append(policy)
        self.isolated = self._union(p for p in self.tiers[Tier.NAMESPACE] if direction in p.isolates)
        self.doubted, self.maybe_closed = self._touched(cluster, sets)
        self.closed = self.isolated | self.doubted | self.maybe_closed | self._denying()
        self._governing: dict[Tier, dict[int, list[Policy]]] | None = None

    def governing(self, tier: Tier, party: int) -> list[Policy]:
        """The policies of a tier that have this party as a subject, in order."""
        if self._governing is None:
            self._governing = {tier: defaultdict(list) for tier in Tier}
            for each, policies in self.tiers.items():
                for policy in policies:
                    for number in self.subjects[policy.ref]:
                        self._governing[each][number].append(policy)
        return self._governing[tier].get(party, [])

    def _union(self, policies: Iterable[Policy]) -> BitMap:
        return BitMap.union(BitMap(), *(self.subjects[policy.ref] for policy in policies))

    def _denying(self) -> BitMap:
        """Subjects of cluster-wide policies that deny something in this direction."""
        return self._union(
            policy
            for tier in (Tier.ADMIN, Tier.BASELINE)
            for policy in self.tiers[tier]
            if any(r.direction is self.direction and r.action is Action.DENY for r in policy.rules)
        )

    def _touched(self, cluster: Cluster, sets: PeerSets) -> tuple[BitMap, BitMap]:
        """Pods whose gate something that was not evaluated could change; and could only close."""
        doubted, maybe_closed = BitMap(), BitMap()
        for entry in cluster.unevaluated:
            if self.direction in entry.directions:
                touched = sets.namespace(entry.namespace) if entry.namespace else sets.pods
                if entry.only_restricts:
                    maybe_closed |= touched
                else:
                    doubted |= touched
        return doubted, maybe_closed
