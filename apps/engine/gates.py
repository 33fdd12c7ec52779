"""One gate of the matrix: which policies govern a pod in one direction, and what their rules decide.

All sets are bitmaps of party numbers. A tier is folded into the *possible* outcomes of each party,
because a rule may match only possibly; an answer is sure when all outcomes agree.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from itertools import groupby
from typing import NamedTuple

from pyroaring import BitMap

from apps.engine.model import Action, Cluster, Direction, ObjectRef, Policy, Rule, Tier
from apps.engine.peer_sets import Match, PeerSets
from apps.engine.policy_changes import PolicyChanges


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


def _replaced(policies: Sequence[Policy], gone: Sequence[Policy], new: Sequence[Policy]) -> list[Policy]:
    """The policies of one tier without some and with others, in the order in which they are asked."""
    refs = {policy.ref for policy in gone}
    left = [policy for policy in policies if policy.ref not in refs]
    return sorted([*left, *new], key=lambda policy: (policy.priority, policy.ref))


class Gate:
    """The policies of one direction, indexed by the parties that they govern."""

    def __init__(self, cluster: Cluster, sets: PeerSets, direction: Direction) -> None:
        self.direction = direction
        self.subjects: dict[ObjectRef, BitMap] = {}
        self.tiers: dict[Tier, list[Policy]] = {tier: [] for tier in Tier}
        for policy in filter(self._speaks, cluster.policies):
            self.subjects[policy.ref] = sets.subjects(policy.subjects)
            self.tiers[policy.tier].append(policy)
        self.isolated = self._union(p for p in self.tiers[Tier.NAMESPACE] if direction in p.isolates)
        self.doubted, self.maybe_closed = self._touched(cluster, sets)
        self.closed = self.isolated | self.doubted | self.maybe_closed | self._denying()
        self._governing: dict[int, list[Policy]] | None = None

    def governing(self, tier: Tier, party: int) -> list[Policy]:
        """The policies of a tier that have this party as a subject, in order.

        NetworkPolicies are many, each for few; those of the other tiers are few, each for many.
        """
        if tier is Tier.NAMESPACE:
            return self._by_subject().get(party, [])
        return [policy for policy in self.tiers[tier] if party in self.subjects[policy.ref]]

    def renewed(self, changes: PolicyChanges, sets: PeerSets) -> Gate:
        """The gate after these changes and no others; this one where they come to nothing in its direction.

        `sets`: of the same parties.
        """
        gone = [policy for policy in changes.gone if self._speaks(policy)]
        new = [policy for policy in changes.new if self._speaks(policy)]
        if list(map(self.words, gone)) == list(map(self.words, new)):
            return self
        found = copy(self)
        found.subjects = self.subjects.copy()
        for policy in gone:
            del found.subjects[policy.ref]
        found.subjects |= {policy.ref: sets.subjects(policy.subjects) for policy in new}
        found.tiers = {
            tier: _replaced(policies, gone, [policy for policy in new if policy.tier is tier])
            for tier, policies in self.tiers.items()
        }
        touched = self._union(gone) | found._union(new)
        found._governing = self._governing_after(gone, new, found.subjects, touched)
        found.isolated = (self.isolated - touched) | BitMap(filter(found._is_isolated, touched))
        found.closed = found.isolated | found.doubted | found.maybe_closed | found._denying()
        return found

    def _speaks(self, policy: Policy) -> bool:
        """Whether the policy says anything of this direction."""
        direction = self.direction
        return direction in policy.isolates or any(rule.direction is direction for rule in policy.rules)

    def words(self, policy: Policy) -> tuple[object, ...]:
        """All that the policy says of this direction, and of whom."""
        rules = [rule for rule in policy.rules if rule.direction is self.direction]
        shuts = self.direction in policy.isolates
        return policy.ref, policy.tier, policy.priority, policy.subjects, shuts, rules

    def _is_isolated(self, party: int) -> bool:
        return any(self.direction in policy.isolates for policy in self.governing(Tier.NAMESPACE, party))

    def _by_subject(self) -> dict[int, list[Policy]]:
        if self._governing is None:
            found: dict[int, list[Policy]] = defaultdict(list)
            for policy in self.tiers[Tier.NAMESPACE]:
                for number in self.subjects[policy.ref]:
                    found[number].append(policy)
            self._governing = found
        return self._governing

    def _governing_after(
        self,
        gone: Sequence[Policy],
        new: Sequence[Policy],
        subjects: Mapping[ObjectRef, BitMap],
        touched: BitMap,
    ) -> dict[int, list[Policy]]:
        found = dict(self._by_subject())
        if all(policy.tier is not Tier.NAMESPACE for policy in (*gone, *new)):
            return found
        for number in touched:
            here = [p for p in new if p.tier is Tier.NAMESPACE and number in subjects[p.ref]]
            found[number] = _replaced(found.get(number, ()), gone, here)
        return found

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
