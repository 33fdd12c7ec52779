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
    if not (_are_told_apart(before) and _are_told_apart(after)):
        return None
    old, new = _others(before, after), _others(after, before)
    same = {ref for ref in old.keys() & new.keys() if old[ref] == new[ref]}
    return PolicyChanges(
        tuple(old[ref] for ref in sorted(old.keys() - same)),
        tuple(new[ref] for ref in sorted(new.keys() - same)),
    )


def _are_told_apart(cluster: Cluster) -> bool:
    return len({policy.ref for policy in cluster.policies}) == len(cluster.policies)


def _others(cluster: Cluster, other: Cluster) -> dict[ObjectRef, Policy]:
    """The policies that are not the very same value in both."""
    shared = set(map(id, other.policies))
    return {policy.ref: policy for policy in cluster.policies if id(policy) not in shared}
