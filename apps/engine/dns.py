"""Names: where pods ask them, and what a name means to a pod (D1 to D5).

Source: github.com/kubernetes/dns, docs/specification.md, and kubernetes.io, DNS for Services and Pods.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from apps.engine.addresses import parse_address
from apps.engine.model import Service, Workload
from apps.engine.services import ServiceIndex, Target

PROTOCOLS = ("UDP", "TCP")
PORT = 53

# Where distributions put the cluster's DNS Service; else the Service of the pods labelled for it.
_KNOWN_PLACES = (("kube-system", "kube-dns"), ("openshift-dns", "dns-default"))
_LABEL = ("k8s-app", "kube-dns")
_NDOTS = 5


@dataclass(frozen=True, slots=True)
class Resolvers:
    """What a workload's pods ask for names: targets by protocol. `unknown`: why they are not known."""

    targets: dict[str, tuple[Target, ...]]
    unknown: str = ""


def find_dns_service(index: ServiceIndex) -> Service | None:
    """The Service in front of the cluster's DNS, if the cluster shows one."""
    for place in _KNOWN_PLACES:
        if place in index.by_key:
            return index.by_key[place]
    key, value = _LABEL
    for service in index.cluster.services:
        if service.namespace == "kube-system" and (service.selector or {}).get(key) == value:
            return service
    return None


def resolvers_of(index: ServiceIndex, workload: Workload) -> Resolvers:
    """What the pods' dnsPolicy makes them ask (D3); `ClusterFirst` on the node's network is `Default`."""
    policy = workload.dns_policy
    if policy == "ClusterFirst" and workload.host_network:
        policy = "Default"
    if policy == "Default":
        return Resolvers({}, "its pods ask their node's resolver, which a snapshot does not show")
    if workload.nameservers:
        return Resolvers({protocol: _nameservers(workload, protocol) for protocol in PROTOCOLS})
    if policy == "None":
        return Resolvers({}, "dnsPolicy is None and no nameserver is named")
    return _cluster_dns(index)


def resolve_name(index: ServiceIndex, namespace: str, name: str) -> Service | None:
    """The Service that a name means to a pod in this namespace, by the resolver's search path (D5)."""
    return next(filter(None, (_lookup(index, full) for full in _candidates(index, namespace, name))), None)


def full_name(index: ServiceIndex, service: Service) -> str:
    return f"{service.name}.{service.namespace}.svc.{index.cluster.domain}"


def _cluster_dns(index: ServiceIndex) -> Resolvers:
    service = find_dns_service(index)
    if service is None:
        return Resolvers({}, "no Service of a cluster DNS is known")
    found = {protocol: index.resolve(service, PORT, protocol).targets for protocol in PROTOCOLS}
    if not any(found.values()):
        return Resolvers({}, f"the cluster's DNS Service {service.key} has no end points")
    return Resolvers(found)


def _nameservers(workload: Workload, protocol: str) -> tuple[Target, ...]:
    return tuple(Target(PORT, protocol, address=text) for text in workload.nameservers if _is_address(text))


def _is_address(text: str) -> bool:
    try:
        parse_address(text)
    except ValueError:
        return False
    return True


def _candidates(index: ServiceIndex, namespace: str, name: str) -> Iterator[str]:
    """Full names in the order in which the resolver tries them; a final dot is absolute."""
    name = name.lower()
    if name.endswith("."):
        yield name[:-1]
        return
    domain = index.cluster.domain
    searched = [f"{name}.{suffix}" for suffix in (f"{namespace}.svc.{domain}", f"svc.{domain}", domain)]
    yield from [*searched, name] if name.count(".") < _NDOTS else [name, *searched]


def _lookup(index: ServiceIndex, full: str) -> Service | None:
    """The Service that a full name is, or the headless one that names one of its pods so."""
    suffix = f".svc.{index.cluster.domain}"
    if not full.endswith(suffix):
        return None
    labels = full.removesuffix(suffix).split(".")
    if len(labels) == 2:
        return index.by_key.get((labels[1], labels[0]))
    if len(labels) == 3:
        service = index.by_key.get((labels[2], labels[1]))
        if service is not None and service.headless and _names_pod(index, service, labels[0]):
            return service
    return None


def _names_pod(index: ServiceIndex, service: Service, hostname: str) -> bool:
    wanted = f"{hostname}.{service.name}"
    return any(pod.hostname.lower() == wanted for pod in index.selected_pods(service))
