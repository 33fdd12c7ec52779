"""One namespace and one Service of a snapshot, with all that is to be said of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from apps.engine import PortReach, Selecting, ServiceIndex, full_name, policies_selecting, resolve_name
from apps.engine.model import Dns, Service, ServicePort, Verdict
from apps.reachability.names import UnknownName
from apps.reachability.namespace_table import NamespaceRow, namespace_rows
from apps.reachability.queries import load_reach
from apps.reachability.selection import pick_ports
from apps.snapshots.models import Snapshot
from apps.snapshots.queries import assumptions_of, load_cluster

Counts = Mapping[Verdict, int]


@dataclass(frozen=True, slots=True)
class NamespaceProfile:
    """`inward`: edges of each verdict to its Services, by namespaces and ports; `outward`: from it.

    `selecting`: the policies that select its pods, wherever they stand.
    """

    row: NamespaceRow
    inward: Counts
    outward: Counts
    selecting: Sequence[Selecting]
    services: Sequence[Service]


class ServedPort(NamedTuple):
    """A port of a Service. `reach` is None where the Service leads to nothing that could be judged."""

    port: ServicePort
    reach: PortReach | None

    @property
    def counts(self) -> Counts:
        """Namespaces by verdict."""
        return _count([self.reach] if self.reach else [])


class Meaning(NamedTuple):
    """What a name means to a pod; `service` is `NS/NAME`, or empty where it means no Service."""

    name: str
    service: str


@dataclass(frozen=True, slots=True)
class ServiceProfile:
    """`stands_for`: the Service at the end of a chain of aliases; `problem`: why there is none."""

    service: Service
    fqdn: str
    ports: Sequence[ServedPort]
    stands_for: Service | None
    problem: str


def namespace_profile(snapshot: Snapshot, name: str) -> NamespaceProfile:
    """Raises UnknownName for `namespace`."""
    row = next((row for row in namespace_rows(snapshot) if row.name == name), None)
    if row is None:
        raise UnknownName("namespace", f"There is no namespace {name!r}")
    cluster, reach = load_cluster(snapshot), load_reach(snapshot)
    number = reach.namespaces.index(name)
    return NamespaceProfile(
        row=row,
        inward=_count(pick_ports(reach, name)),
        outward={
            verdict: sum(number in port.by_verdict[verdict] for port in reach.ports) for verdict in Verdict
        },
        selecting=policies_selecting(cluster, assumptions_of(snapshot), name),
        services=[service for service in cluster.services if service.namespace == name],
    )


def service_profile(snapshot: Snapshot, key: str) -> ServiceProfile:
    """`key`: `NS/NAME`. Raises UnknownName for `service`."""
    cluster, reach = load_cluster(snapshot), load_reach(snapshot)
    service = next((service for service in cluster.services if service.key == key), None)
    if service is None:
        raise UnknownName("service", f"There is no Service {key!r}")
    index = ServiceIndex(cluster)
    final, problem = index.follow(service)
    ports = [
        ServedPort(port, reach.find_port(key, port.number, port.protocol)) for port in index.ports_of(service)
    ]
    return ServiceProfile(service, full_name(index, service), ports, final, problem)


def meanings(snapshot: Snapshot, profile: ServiceProfile, source: str) -> tuple[Dns, list[Meaning]]:
    """May pods of namespace `source` ask names, and what each way to write the Service's name means there.

    Raises UnknownName for `source`.
    """
    cluster, reach = load_cluster(snapshot), load_reach(snapshot)
    if source not in reach.namespaces:
        raise UnknownName("source", f"There is no namespace {source!r}")
    service, index = profile.service, ServiceIndex(cluster)
    short = service.name
    names = (short, f"{short}.{service.namespace}", f"{short}.{service.namespace}.svc", profile.fqdn)
    found = [(name, resolve_name(index, source, name)) for name in names]
    told = [Meaning(name, meant.key if meant else "") for name, meant in found]
    return reach.dns[reach.namespaces.index(source)], told


def _count(ports: Sequence[PortReach]) -> Counts:
    return {verdict: sum(len(port.by_verdict[verdict]) for port in ports) for verdict in Verdict}
