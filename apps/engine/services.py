"""A Service's end points: which pods and addresses answer, and on which port (S1 to S12).

Policies are judged after the address of the Service has been translated (S1), so everything else in the
engine speaks of these targets and never of a Service's own address or port.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from apps.engine.addresses import Address, parse_address
from apps.engine.labels import equality, selects
from apps.engine.model import (
    Backend,
    Cluster,
    EndpointSlice,
    Pod,
    PodState,
    Service,
    ServicePort,
    TargetPort,
    Workload,
)

# More hops than this is a loop, or nothing that a resolver would follow.
_LONGEST_CHAIN = 16


@dataclass(frozen=True, slots=True)
class Target:
    """Pods of one workload, or an address that is no pod's, and the port on which they answer."""

    port: int
    protocol: str
    workload: Workload | None = None
    pods: tuple[Pod, ...] = ()
    address: str = ""


@dataclass(frozen=True, slots=True)
class Resolved:
    """What a Service port leads to. `problem`: why there are no targets, as the command line says it
    (`no-endpoints`, `no-such-port`, `unresolvable`, `external`, `unreadable`), else empty."""

    targets: tuple[Target, ...] = ()
    backend: Backend = Backend.READY
    problem: str = ""


class ServiceIndex:
    """Looks up Services and their targets in one cluster."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        self.by_key = {(service.namespace, service.name): service for service in cluster.services}
        self._slices: dict[tuple[str, str], list[EndpointSlice]] = defaultdict(list)
        for part in cluster.slices:
            self._slices[part.namespace, part.service].append(part)
        self._slices_unread = any(entry.ref.kind == "EndpointSlice" for entry in cluster.unevaluated)
        self._pods = _pods_by_address(cluster) if cluster.slices else {}
        self._resolved: dict[tuple[str, str, int, str], Resolved] = {}

    def resolve(self, service: Service, number: int, protocol: str) -> Resolved:
        """The targets behind one port of the Service, as a client that dials it by name finds them."""
        key = (service.namespace, service.name, number, protocol)
        if key not in self._resolved:
            self._resolved[key] = self._resolve(service, number, protocol)
        return self._resolved[key]

    def _resolve(self, service: Service, number: int, protocol: str) -> Resolved:
        final, problem = self.follow(service)
        if final is None:
            return Resolved(backend=Backend.EXTERNAL, problem=problem)
        backend = Backend.EXTERNAL if final is not service else None
        for port in final.ports:
            if (port.number, port.protocol) == (number, protocol):
                return self._port(final, port, backend)
        if final.headless and final.selector is not None:
            return self._port(final, ServicePort("", number, protocol, TargetPort(number)), backend)
        return Resolved(backend=backend or Backend.NONE, problem="no-such-port")

    def ports_of(self, service: Service) -> tuple[ServicePort, ...]:
        """The ports on which the Service may be dialled: an alias has those of what it stands for (S7)."""
        final, _ = self.follow(service)
        return final.ports if final else service.ports

    def follow(self, service: Service) -> tuple[Service | None, str]:
        """The Service at the end of a chain of ExternalNames; else None and why (S7)."""
        for _ in range(_LONGEST_CHAIN):
            if service.type != "ExternalName":
                return service, ""
            place = self._in_cluster(service.external_name)
            if place is None:
                return None, "external"
            if place not in self.by_key:
                return None, "unresolvable"
            service = self.by_key[place]
        return None, "unresolvable"

    def selected_pods(self, service: Service) -> Iterator[Pod]:
        """The pods that the Service's selector picks, whatever their state."""
        for workload in self._selected(service):
            yield from workload.pods

    @cached_property
    def _labelled(self) -> Mapping[tuple[str, str, str], list[Workload]]:
        """Workloads by namespace and label; names are looked up without them."""
        found: dict[tuple[str, str, str], list[Workload]] = defaultdict(list)
        for workload in self.cluster.workloads:
            for key, value in workload.labels.items():
                found[workload.namespace, key, value].append(workload)
        return found

    def _selected(self, service: Service) -> list[Workload]:
        """The workloads that the Service's selector picks, looked for among those with its rarest label."""
        labels = service.selector or {}
        listed = [self._labelled.get((service.namespace, *pair), []) for pair in labels.items()]
        selector = equality(labels)
        return [each for each in min(listed, key=len, default=[]) if selects(selector, each.labels)]

    def pod_at(self, address: str) -> tuple[Workload, Pod] | None:
        """The pod whose own address this is; only clusters that show EndpointSlices are asked for it."""
        return self._pods.get(parse_address(address))

    def _in_cluster(self, host: str) -> tuple[str, str] | None:
        """(namespace, name) when the host is a Service's full name; it is absolute, so no search path."""
        suffix = f".svc.{self.cluster.domain}"
        name, dot, namespace = host.rstrip(".").lower().removesuffix(suffix).partition(".")
        inside = host.rstrip(".").lower().endswith(suffix) and dot and "." not in namespace
        return (namespace, name) if inside else None

    def _port(self, service: Service, port: ServicePort, backend: Backend | None) -> Resolved:
        manual = service.selector is None
        if manual and self._slices_unread:
            return Resolved(backend=backend or Backend.MANUAL, problem="unreadable")
        targets = self._from_slices(service, port) if manual else self._from_pods(service, port)
        if not targets:
            return Resolved(backend=backend or Backend.NONE, problem="no-endpoints")
        return Resolved(tuple(targets), backend or (Backend.MANUAL if manual else Backend.READY))

    def _from_pods(self, service: Service, port: ServicePort) -> list[Target]:
        """End points of a Service with a selector, by the rules of S2, S5 and S8."""
        found = [
            (workload, number)
            for workload in self._selected(service)
            if (number := _target_number(service, port, workload))
        ]
        wanted = _states(service, (pod for workload, _ in found for pod in workload.pods))
        targets = []
        for workload, number in found:
            pods = tuple(pod for pod in workload.pods if pod.state in wanted and _addressed(pod))
            if pods:
                targets.append(Target(number, port.protocol, workload, pods))
        return targets

    def _from_slices(self, service: Service, port: ServicePort) -> list[Target]:
        """End points of a Service without a selector: what its EndpointSlices say, each once (S6)."""
        pods: dict[tuple[int, int], list[Pod]] = defaultdict(list)
        owners: dict[tuple[int, int], Workload] = {}
        addresses: dict[tuple[Address, int], str] = {}
        for number, address in self._slice_addresses(service, port):
            owner = self.pod_at(address)
            if owner is None:
                addresses[parse_address(address), number] = address
            elif owner[1] not in pods[id(owner[0]), number]:
                owners[id(owner[0]), number] = owner[0]
                pods[id(owner[0]), number].append(owner[1])
        return [
            *(Target(key[1], port.protocol, owners[key], tuple(pods[key])) for key in owners),
            *(Target(number, port.protocol, address=text) for (_, number), text in sorted(addresses.items())),
        ]

    def _slice_addresses(self, service: Service, port: ServicePort) -> Iterable[tuple[int, str]]:
        for part in self._slices.get((service.namespace, service.name), ()):
            for name, protocol, number in part.ports:
                if (name, protocol) == (port.name, port.protocol):
                    yield from ((number, endpoint.address) for endpoint in part.endpoints)


def _pods_by_address(cluster: Cluster) -> dict[Address, tuple[Workload, Pod]]:
    """Pods by their own address; host-network pods have only their node's, which is no pod's."""
    return {
        parse_address(address): (workload, pod)
        for workload in cluster.workloads
        if not workload.host_network
        for pod in workload.pods
        for address in pod.addresses
    }


def _target_number(service: Service, port: ServicePort, workload: Workload) -> int:
    """The pod port, or 0 when the pod does not declare the named one.

    A headless Service translates nothing: its clients arrive on the number they dial (S5).
    """
    if service.headless:
        return port.number
    if not port.target.name:
        return port.target.number
    for declared in workload.ports:
        if (declared.name, declared.protocol) == (port.target.name, port.protocol):
            return declared.number
    return 0


def _states(service: Service, pods: Iterable[Pod]) -> set[PodState]:
    """The states in which a pod is an end point: ready ones; none ready: those that still serve (S8)."""
    if service.publish_not_ready:
        return set(PodState)
    if any(pod.state is PodState.READY and _addressed(pod) for pod in pods):
        return {PodState.READY}
    return {PodState.SERVING}


def _addressed(pod: Pod) -> bool:
    return bool(pod.addresses) or pod.expects_address
