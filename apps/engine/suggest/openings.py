"""What the kept edges need of the two gates: which pods must be open to whom, on which of their ports."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from apps.engine.model import Assumptions, Cluster, Service, Workload
from apps.engine.services import ServiceIndex, Target
from apps.engine.suggest.selectors import Labels

Place = tuple[str, int, str]  # a Service port: NS/SERVICE, number and protocol


class PodPort(NamedTuple):
    """A port of pods: by `name` where they do not agree on the number, which is then 0."""

    protocol: str
    number: int
    name: str = ""


class End(NamedTuple):
    """Pods of one namespace by their labels; or one address that is no pod's."""

    namespace: str
    labels: frozenset[Labels]
    address: str = ""


class Pods:
    """The pods that policies govern, or may govern, by namespace, as selectors see them."""

    def __init__(self, cluster: Cluster, assumptions: Assumptions) -> None:
        self._host_too = assumptions.host_network != "node"
        self.labels: dict[str, set[Labels]] = defaultdict(set)
        self.selectors: dict[str, list[Mapping[str, str]]] = defaultdict(list)
        for workload in cluster.workloads:
            if self.governs(workload):
                self.labels[workload.namespace].add(labels_of(workload))
        for service in cluster.services:
            if service.selector:
                self.selectors[service.namespace].append(service.selector)

    def governs(self, workload: Workload) -> bool:
        return self._host_too or not workload.host_network


class Ends:
    """What stands behind Service ports, in the words of policies."""

    def __init__(self, index: ServiceIndex, pods: Pods) -> None:
        self._index = index
        self._pods = pods
        self.behind = lru_cache(maxsize=None)(self._behind)

    def _behind(self, place: Place) -> frozenset[tuple[End, PodPort]]:
        """The ends of a Service port and their ports; pods on their node's network are none, because no
        policy governs them and no selector sees them."""
        target, number, protocol = place
        namespace, _, name = target.partition("/")
        service = self._index.by_key[namespace, name]
        targets = self._index.resolve(service, number, protocol).targets
        asked_for = self._asked_for(service, number, protocol)
        labels: dict[tuple[str, PodPort], set[Labels]] = defaultdict(set)
        found: set[tuple[End, PodPort]] = set()
        for one in targets:
            if one.workload is None:
                found.add((End("", frozenset(), one.address), PodPort(protocol, one.port)))
            elif self._pods.governs(one.workload):
                port = _pod_port(one, targets, asked_for)
                labels[one.workload.namespace, port].add(labels_of(one.workload))
        found |= {(End(space, frozenset(alike)), port) for (space, port), alike in labels.items()}
        return frozenset(found)

    def _asked_for(self, service: Service, number: int, protocol: str) -> str:
        """The name by which the Service calls its target port, if it does."""
        final, _ = self._index.follow(service)
        ports = final.ports if final and not final.headless else ()
        return next((p.target.name for p in ports if (p.number, p.protocol) == (number, protocol)), "")


def labels_of(workload: Workload) -> Labels:
    return tuple(sorted(workload.labels.items()))


def _pod_port(one: Target, targets: tuple[Target, ...], name: str) -> PodPort:
    """The number that all pods share; else the name, if in each pod it means that one port."""
    pods = [target for target in targets if target.workload]
    if len({target.port for target in pods}) == 1 or not name:
        return PodPort(one.protocol, one.port)
    clear = all(target.workload and _numbers(target.workload, name, one.protocol) == 1 for target in pods)
    return PodPort(one.protocol, 0, name) if clear else PodPort(one.protocol, one.port)


def _numbers(workload: Workload, name: str, protocol: str) -> int:
    return len({port.number for port in workload.ports if (port.name, port.protocol) == (name, protocol)})
