"""What a filter is answered from: one snapshot, and others of its cluster where it asks what changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from pyroaring import BitMap

from apps.engine import Finding, Governed, Reach, ReachDiff, compute_reach, find_findings, governed_by
from apps.engine.model import Assumptions, Cluster, ObjectRef
from apps.reachability.against import PortKey, set_against

_KINDS = {"new": "opened", "closed": "closed", "changed": "changed"}


@dataclass(frozen=True)
class Ground:
    """`compare`: the difference from the snapshot of that number to this one."""

    cluster: Cluster
    assumptions: Assumptions
    compare: Callable[[int], ReachDiff]

    @cached_property
    def reach(self) -> Reach:
        return compute_reach(self.cluster, self.assumptions)

    @cached_property
    def everything(self) -> BitMap:
        return BitMap(range(len(self.reach.namespaces)))

    @cached_property
    def numbers(self) -> Mapping[str, int]:
        """The numbers of namespaces, by name."""
        return {name: number for number, name in enumerate(self.reach.namespaces)}

    @cached_property
    def labels(self) -> Mapping[str, Mapping[str, str]]:
        """Of each namespace, by its name."""
        return {space.name: space.labels for space in self.cluster.namespaces}

    @cached_property
    def types(self) -> Mapping[str, str]:
        """Of each Service, by its key."""
        return {service.key: service.type for service in self.cluster.services}

    @cached_property
    def policies(self) -> tuple[ObjectRef, ...]:
        return tuple(policy.ref for policy in self.cluster.policies)

    @property
    def findings(self) -> tuple[Finding, ...]:
        return find_findings(self.cluster, self.assumptions)

    def governed(self, policies: Iterable[ObjectRef]) -> Governed:
        return governed_by(self.cluster, self.assumptions, policies)

    def changed(self, since: int, kinds: Iterable[str]) -> Mapping[PortKey, BitMap]:
        """The sources whose edges are `new`, `closed` or `changed`, by Service port."""
        names = [_KINDS[kind] for kind in kinds]
        marks = set_against(since, self.compare(since), self.reach).marks
        return {key: BitMap.union(*(getattr(each, name) for name in names)) for key, each in marks.items()}
