"""What an object change can touch: a bound, never too small, on the edges that it may have changed.

Only a pair's own ends decide: policies that select one of them, their labels, their namespaces' labels,
and what stands behind the Service. So a change elsewhere is no cause and is not tried.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from apps.engine.diff.changes import ObjectChange
from apps.engine.labels import selects
from apps.engine.model import Cluster, Direction, ObjectRef, Policy, Unevaluated, Workload

# None: every namespace.
Spaces = frozenset[str] | None
_NOWHERE: Spaces = frozenset()


@dataclass(frozen=True, slots=True)
class Touch:
    """`sources`, `targets`: the namespaces whose edges it may change from that end. `services`: (namespace,
    name) of those that it may change. `near_nodes`: only where nodes matter. `labels`: of the pods, each as
    it was and is, where it may change a target only if the Service selects them."""

    sources: Spaces = _NOWHERE
    targets: Spaces = _NOWHERE
    services: frozenset[tuple[str, str]] = frozenset()
    near_nodes: bool = False
    labels: tuple[Mapping[str, str], ...] | None = None


def touches_of(before: Cluster, after: Cluster, changes: Sequence[ObjectChange]) -> tuple[Touch, ...]:
    """One for each change, in order."""
    return _Toucher(before, after, changes).touches()


class _Toucher:
    def __init__(self, before: Cluster, after: Cluster, changes: Sequence[ObjectChange]) -> None:
        self._sides = (before, after)
        self._changes = changes
        self._relabelled = {change.ref.name for change in changes if change.kind in ("label", "namespace")}
        self._policies: dict[ObjectRef, list[Policy | Unevaluated]] = {}
        self._workloads: dict[str, list[Workload]] = {}
        refs = {change.ref for change in changes}
        for side in self._sides:
            policies: tuple[Policy | Unevaluated, ...] = (*side.policies, *side.unevaluated)
            for policy in policies:
                if policy.ref in refs:
                    self._policies.setdefault(policy.ref, []).append(policy)
            for workload in side.workloads if any(change.kind == "workload" for change in changes) else ():
                self._workloads.setdefault(workload.key, []).append(workload)

    def touches(self) -> tuple[Touch, ...]:
        return tuple(self._touch(change) for change in self._changes)

    def _touch(self, change: ObjectChange) -> Touch:
        here: Spaces = frozenset((change.ref.namespace or change.ref.name,))
        if change.kind in ("namespace", "label"):
            return Touch(here, here)
        if change.kind == "workload":
            key = f"{change.ref.namespace}/{change.ref.kind}/{change.ref.name}"
            labels = tuple(workload.labels for workload in self._workloads[key])
            return Touch(here, here, near_nodes=change.placement, labels=labels)
        if change.kind == "policy":
            return self._of_policies(self._policies[change.ref])
        if change.kind == "node":
            return Touch(sources=None, near_nodes=True)
        return Touch(services=self._services(change))

    def _services(self, change: ObjectChange) -> frozenset[tuple[str, str]]:
        """Of a change of the domain, a Service that is nowhere: only aliases ask about every Service."""
        if change.kind != "slice":
            return frozenset({(change.ref.namespace, change.ref.name)})
        return frozenset(
            (part.namespace, part.service)
            for side in self._sides
            for part in side.slices
            if (part.namespace, part.name) == (change.ref.namespace, change.ref.name)
        )

    def _of_policies(self, policies: Iterable[Policy | Unevaluated]) -> Touch:
        sources, targets = _NOWHERE, _NOWHERE
        for policy in policies:
            directions, spaces = self._reach_of(policy)
            sources = _either(sources, spaces if Direction.EGRESS in directions else _NOWHERE)
            targets = _either(targets, spaces if Direction.INGRESS in directions else _NOWHERE)
        return Touch(sources, targets)

    def _reach_of(self, policy: Policy | Unevaluated) -> tuple[frozenset[Direction], Spaces]:
        """In which directions it speaks, and for the pods of which namespaces."""
        if isinstance(policy, Unevaluated):
            return policy.directions, frozenset((policy.namespace,)) if policy.namespace else None
        spaces: Spaces = _NOWHERE
        for subject in policy.subjects:
            if subject.namespace:
                spaces = _either(spaces, frozenset((subject.namespace,)))
            elif not subject.namespaces.requirements:
                spaces = None
            else:
                chosen = (
                    space.name
                    for side in self._sides
                    for space in side.namespaces
                    if selects(subject.namespaces, space.labels)
                )
                spaces = _either(spaces, frozenset(chosen) | self._relabelled)
        return policy.isolates | {rule.direction for rule in policy.rules}, spaces


def _either(one: Spaces, other: Spaces) -> Spaces:
    return None if one is None or other is None else one | other
