"""Policies that came, went or changed between two states of a cluster."""

from __future__ import annotations

from typing import NamedTuple

from apps.engine.model import Cluster, ObjectRef, Policy


class PolicyChanges(NamedTuple):
    """One that changed is among both."""

    gone: tuple[Policy, ...]
    new: tuple[Policy, ...]

    @property
    def all(self) -> tuple[Policy, ...]:
        return self.gone + self.new


def find_policy_changes(before: Cluster, after: Cluster) -> PolicyChanges | None:
    """None where a name does not tell which policy is meant."""
    old, new = _by_ref(before), _by_ref(after)
    if len(old) < len(before.policies) or len(new) < len(after.policies):
        return None
    changed = [ref for ref in old.keys() & new.keys() if _differ(old[ref], new[ref])]
    return PolicyChanges(
        tuple(old[ref] for ref in sorted({*changed, *(old.keys() - new.keys())})),
        tuple(new[ref] for ref in sorted({*changed, *(new.keys() - old.keys())})),
    )


def _by_ref(cluster: Cluster) -> dict[ObjectRef, Policy]:
    return {policy.ref: policy for policy in cluster.policies}


def _differ(old: Policy, new: Policy) -> bool:
    return old is not new and old != new
