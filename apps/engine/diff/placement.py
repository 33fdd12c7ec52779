"""Which changes of pods and EndpointSlices anything can notice.

Each roll-out gives every pod another name, address and node. Policies see of an address only between
which bounds of their CIDRs it lies, and EndpointSlices count where a Service has no selector.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from functools import cached_property
from typing import Any

from apps.engine.addresses import parse_address
from apps.engine.classes import Bounds, all_peers
from apps.engine.model import BlockPeer, Cluster, Pod, Workload

# One pod has no pair with itself, two have; more of the same make no difference.
_ENOUGH = 2


class Eye:
    """Compares objects as policies and Services of both clusters together see them."""

    def __init__(self, before: Cluster, after: Cluster) -> None:
        self._sides = (before, after)

    @cached_property
    def _manual(self) -> set[tuple[str, str]]:
        """Services that have no selector."""
        services = (service for side in self._sides for service in side.services)
        return {(service.namespace, service.name) for service in services if service.selector is None}

    @cached_property
    def _bounds(self) -> Bounds:
        sides = self._sides
        parts = (part for side in sides for part in side.slices if self._counts(part))
        ends = {end.address for part in parts for end in part.endpoints}
        nodes = {text for side in sides for node in side.nodes for text in node.addresses}
        blocks = (peer for side in sides for peer in all_peers(side) if isinstance(peer, BlockPeer))
        return Bounds(blocks, map(parse_address, ends | nodes))

    def notices(self, kind: str, was: Sequence[Any], now: Sequence[Any], *, nodes: bool = True) -> bool:
        """Whether an object that differs may count. `nodes`: so may the node on which a pod is."""
        if kind == "slice":
            return any(self._counts(part) for part in (*was, *now))
        return kind != "workload" or self._pods(was, nodes) != self._pods(now, nodes)

    def _counts(self, part: Any) -> bool:
        return (part.namespace, part.service) in self._manual

    def _pods(self, workloads: Sequence[Workload], nodes: bool) -> dict[Hashable, int]:
        """The pods of one owner without names, alike addresses as one, and no more than two alike."""
        counted: Counter[Hashable] = Counter()
        for workload in workloads:
            shared = (
                frozenset(workload.labels.items()),
                workload.ports,
                workload.host_network,
                workload.dns_policy,
                workload.nameservers,
            )
            counted.update((shared, self._pod(pod, nodes)) for pod in workload.pods)
        return {seen: min(count, _ENOUGH) for seen, count in counted.items()}

    def _pod(self, pod: Pod, nodes: bool) -> Hashable:
        atoms = tuple(self._bounds.atom(parse_address(text)) for text in pod.addresses)
        return atoms, pod.node if nodes else "", pod.state, pod.expects_address
