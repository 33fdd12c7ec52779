"""What a filter is answered from: one snapshot, and others of its cluster where it asks what changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from pyroaring import BitMap

from apps.engine import Finding, Governed, Reach, ReachDiff, compute_reach, find_findings, governed_by
from apps.engine.model import Assumptions, Cluster, ObjectRef

PortKey = tuple[str, str, int, str]  # namespace, Service, port, protocol
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
        diff = self.compare(since)
        numbers = np.array([self.numbers.get(name, -1) for name in diff.namespaces], dtype=np.int64)
        names = [_KINDS[kind] for kind in kinds]
        found = {}
        for port in diff.ports:
            namespace, service, number, protocol = port.key
            joint = BitMap.union(*(getattr(port, name) for name in names))
            found[namespace, service, number, protocol] = _renumber(joint, numbers)
        return found


def _renumber(joint: BitMap, numbers: np.ndarray[tuple[int], np.dtype[np.int64]]) -> BitMap:
    """From the numbers of both sides together to those of the later; a namespace that went has none."""
    found = numbers[np.fromiter(joint, dtype=np.int64, count=len(joint))]
    return BitMap(found[found >= 0])
