"""A cluster cut down to what decides some of its edges, so that asking again costs little."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from apps.engine.addresses import parse_address
from apps.engine.dns import find_dns_service, resolve_name
from apps.engine.model import Cluster, EndpointSlice, Service
from apps.engine.services import ServiceIndex

_LONGEST_CHAIN = 16


@dataclass(frozen=True, slots=True)
class Scope:
    """Source namespaces by name, and Services by (namespace, name)."""

    sources: frozenset[str]
    services: frozenset[tuple[str, str]]


def narrow(cluster: Cluster, scope: Scope) -> Cluster:
    """What gives the edges from the scope's sources to its Services, and the sources' DNS, the same answers.

    Verdict, backend and DNS are the same; the numbers of pairs need not be. Nor need the address families in
    use: pods without addresses, whom that concerns, are judged alike over each of them.
    """
    index = ServiceIndex(cluster)
    services = set(_services(index, scope))
    slices = [part for part in cluster.slices if (part.namespace, part.service) in services]
    spaces = scope.sources | {namespace for namespace, _ in services} | _owners(cluster, slices)
    return replace(
        cluster,
        namespaces=tuple(space for space in cluster.namespaces if space.name in spaces),
        workloads=tuple(workload for workload in cluster.workloads if workload.namespace in spaces),
        services=tuple(one for one in cluster.services if (one.namespace, one.name) in services),
        slices=tuple(slices),
        policies=tuple(one for one in cluster.policies if one.ref.namespace in spaces | {""}),
        notes=(),
        problems=(),
    )


def _services(index: ServiceIndex, scope: Scope) -> Iterator[tuple[str, str]]:
    """The Services, what they are aliases of, and the cluster's DNS with the same."""
    dns = find_dns_service(index)
    wanted = [index.by_key[key] for key in scope.services if key in index.by_key]
    for service in wanted + ([dns] if dns else []):
        yield service.namespace, service.name
        for alias in _chain(index, service):
            yield alias.namespace, alias.name


def _chain(index: ServiceIndex, service: Service) -> Iterator[Service]:
    for _ in range(_LONGEST_CHAIN):
        if service.type != "ExternalName":
            return
        found = resolve_name(index, service.namespace, service.external_name.rstrip(".") + ".")
        if found is None:
            return
        service = found
        yield service


def _owners(cluster: Cluster, slices: Iterable[EndpointSlice]) -> set[str]:
    """The namespaces of the pods whose addresses the slices name."""
    named = {parse_address(end.address) for part in slices for end in part.endpoints}
    if not named:
        return set()
    return {
        workload.namespace
        for workload in cluster.workloads
        for pod in workload.pods
        for text in pod.addresses
        if parse_address(text) in named
    }
