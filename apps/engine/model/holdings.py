"""What a cluster holds: namespaces, nodes, workloads and Services."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class Namespace:
    name: str
    labels: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Node:
    name: str
    labels: Mapping[str, str]
    addresses: tuple[str, ...]


class ContainerPort(NamedTuple):
    """A declared container port. `sidecar`: declared by an init container with restartPolicy Always."""

    name: str
    protocol: str
    number: int
    sidecar: bool = False


class PodState(StrEnum):
    """What Services make of a pod. Finished pods are left out when the cluster is read."""

    READY = "ready"
    NOT_READY = "not ready"
    SERVING = "terminating, still serving"
    TERMINATING = "terminating"


class Pod(NamedTuple):
    """One pod of a workload. A pod made up from a template has no address and no node (both unknown)."""

    name: str
    addresses: tuple[str, ...] = ()  # one of each family at most
    node: str = ""
    state: PodState = PodState.READY
    hostname: str = ""  # "<hostname>.<subdomain>" where a headless Service gives the pod a name
    # A template's pods will get an address; a pod that the cluster shows without one is no end point.
    expects_address: bool = False


@dataclass(frozen=True, slots=True)
class Workload:
    """Pods that share namespace, top owner, labels, declared ports and network settings."""

    namespace: str
    kind: str  # of the top owner, or Pod
    name: str
    labels: Mapping[str, str]
    ports: tuple[ContainerPort, ...]
    host_network: bool
    dns_policy: str
    nameservers: tuple[str, ...]
    service_account: str
    pods: tuple[Pod, ...]

    @property
    def key(self) -> str:
        """`NS/Kind/NAME`, shared by all workloads of one owner."""
        return f"{self.namespace}/{self.kind}/{self.name}"


@dataclass(frozen=True, slots=True)
class TargetPort:
    """Where a Service port leads: a number, or the name of a container port."""

    number: int = 0
    name: str = ""


@dataclass(frozen=True, slots=True)
class ServicePort:
    name: str
    number: int
    protocol: str
    target: TargetPort


@dataclass(frozen=True, slots=True)
class Service:
    namespace: str
    name: str
    type: str  # ClusterIP, NodePort, LoadBalancer or ExternalName
    selector: Mapping[str, str] | None  # None: EndpointSlices decide
    ports: tuple[ServicePort, ...]
    headless: bool = False
    external_name: str = ""
    cluster_ips: tuple[str, ...] = ()
    external_ips: tuple[str, ...] = ()
    families: tuple[int, ...] = ()  # of 4 and 6; empty: as its pods have them
    publish_not_ready: bool = False
    internal_local: bool = False  # internalTrafficPolicy: Local
    external_local: bool = False  # externalTrafficPolicy: Local

    @property
    def key(self) -> str:
        return f"{self.namespace}/{self.name}"


@dataclass(frozen=True, slots=True)
class SliceEndpoint:
    """One address of an EndpointSlice that is in use (ready, or ready not said)."""

    address: str
    node: str = ""


@dataclass(frozen=True, slots=True)
class EndpointSlice:
    namespace: str
    name: str
    service: str
    ports: tuple[tuple[str, str, int], ...]  # (name, protocol, number)
    endpoints: tuple[SliceEndpoint, ...]
    kind: str = "EndpointSlice"  # or Endpoints, of which the cluster makes slices
