"""What a draft would do to the guardrails. Nothing is stored."""

from __future__ import annotations

from typing import NamedTuple

from apps.engine import compute_reach
from apps.reachability.comparison import Comparison
from apps.reachability.queries import load_reach
from apps.review.guardrails import Checker, Outcome, Result, read_guardrail
from apps.review.queries import standing_versions
from apps.snapshots.queries import assumptions_of, load_cluster


class Tried(NamedTuple):
    """A guardrail that stands: what it comes to on the snapshot, and with the draft over it."""

    name: str
    before: Outcome
    after: Result

    @property
    def is_worse(self) -> bool:
        """It passed, and would no longer; or it was not decided, and would break."""
        order = [Outcome.PASS, Outcome.UNKNOWN, Outcome.BROKEN]
        return order.index(self.after.outcome) > order.index(self.before)


def try_guardrails(found: Comparison) -> list[Tried]:
    """The guardrails that stand for the cluster of this draft, by name. Raises NothingStored."""
    versions = list(standing_versions(found.before.cluster))
    drafted = found.diff.after
    if not versions or drafted is None:
        return []
    assumptions = assumptions_of(found.before)
    now = Checker(load_cluster(found.before), load_reach(found.before), assumptions)
    then = Checker(drafted, compute_reach(drafted, assumptions), assumptions)
    guardrails = [read_guardrail(version.body) for version in versions]
    return [Tried(each.name, now.check(each).outcome, then.check(each)) for each in guardrails]
