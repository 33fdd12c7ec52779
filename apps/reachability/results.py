"""The answers of `manage.py reach` as plain data, key by key as its contract has them."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from apps.engine import (
    Connections,
    Reach,
    ServiceIndex,
    compute_reach,
    explain_edge,
    find_connections,
    format_allowed,
    full_name,
)
from apps.engine.model import Assumptions, Cluster, Edge, Note, Service, Verdict

# Explaining more unknown edges than this would only repeat the reasons.
_MOST_REASONS = 500

_NOTHING_ENFORCED = Note(
    "warning",
    "NetworkPolicy",
    "the network plugin enforces no NetworkPolicy: every edge is unrestricted, whatever the policies say",
)


def by_service(
    cluster: Cluster, assumptions: Assumptions, source: str | None = None, target: str | None = None
) -> dict[str, Any]:
    """Services, edges and notes; `source`: a namespace, `target`: NS, NS/SERVICE or NS/SERVICE:PORT."""
    reach = compute_reach(cluster, assumptions)
    place, _, port = (target or "").partition(":")
    edges = [edge for edge in reach.edges(source, place or None) if not port or edge.port == int(port)]
    return {
        "services": _services(cluster, reach, place),
        "edges": [edge_row(edge) for edge in edges],
        "notes": notes_of(cluster, assumptions, _unknown_edges(cluster, assumptions, edges)),
    }


def by_workload(
    cluster: Cluster, assumptions: Assumptions, source: str | None = None, target: str | None = None
) -> dict[str, Any]:
    """Workloads, connections between them and outside addresses, and notes; both filters: a namespace."""
    found = find_connections(cluster, assumptions)
    return {
        "workloads": list(found.workloads),
        "connections": [
            {"source": each.source, "target": each.target, "allowed": format_allowed(each.allowed)}
            for each in found.connections
            if _within(each.source, source) and _within(each.target, target)
        ],
        "external": [
            {
                "workload": each.workload,
                "direction": str(each.direction),
                "cidrs": list(each.cidrs),
                "allowed": format_allowed(each.allowed),
            }
            for each in found.external
            if _within(each.workload, source if each.direction == "egress" else target)
        ],
        "notes": notes_of(cluster, assumptions, _undecided(found)),
    }


def only_notes(cluster: Cluster, assumptions: Assumptions) -> dict[str, Any]:
    return {"notes": notes_of(cluster, assumptions, [])}


def edge_row(edge: Edge) -> dict[str, Any]:
    """The keys of an edge, in the order of the contract."""
    return {
        "source": edge.source,
        "target": edge.target,
        "port": edge.port,
        "protocol": edge.protocol,
        "verdict": str(edge.verdict),
        "allowed_pairs": edge.allowed_pairs,
        "pairs": edge.pairs,
        "dns": str(edge.dns),
        "backend": str(edge.backend),
        "potential": str(edge.potential),
    }


def notes_of(cluster: Cluster, assumptions: Assumptions, more: list[Note]) -> list[dict[str, str]]:
    """What the reader of an answer should know, most important first, each once."""
    notes = [*cluster.notes, *(_unread(cluster)), *_service_notes(cluster), *more]
    if not assumptions.enforced:
        notes.insert(0, _NOTHING_ENFORCED)
    ordered = sorted(dict.fromkeys(notes), key=lambda note: (note.level != "warning", note.object))
    return [{"level": note.level, "object": note.object, "message": note.message} for note in ordered]


def _services(cluster: Cluster, reach: Reach, place: str) -> list[dict[str, Any]]:
    index = ServiceIndex(cluster)
    services = [each for each in cluster.services if place in ("", each.namespace, each.key)]
    return [service_row(index, reach, service) for service in services]


def service_row(index: ServiceIndex, reach: Reach, service: Service) -> dict[str, Any]:
    """The keys of a Service; an alias has the ports of what it stands for."""
    return {
        "namespace": service.namespace,
        "name": service.name,
        "fqdn": full_name(index, service),
        "type": service.type,
        "ports": [
            {
                "name": port.name,
                "port": port.number,
                "protocol": port.protocol,
                "backends": _backends(reach, service.key, port.number, port.protocol),
            }
            for port in index.ports_of(service)
        ],
    }


def _backends(reach: Reach, service: str, port: int, protocol: str) -> list[dict[str, Any]]:
    each = reach.find_port(service, port, protocol)
    return [{"workload": key, "port": number} for key, number in each.backends] if each else []


def _unread(cluster: Cluster) -> list[Note]:
    """What could not be read; kinds that are not evaluated have their notes already."""
    noted = {note.object for note in cluster.notes}
    return [
        Note("warning", str(entry.ref), f"{entry.reason}: what it touches is unknown")
        for entry in cluster.unevaluated
        if str(entry.ref) not in noted
    ]


def _service_notes(cluster: Cluster) -> list[Note]:
    """Services that answer nothing, and headless ones whose clients arrive on another port (S4, S5)."""
    index = ServiceIndex(cluster)
    notes = []
    for service in cluster.services:
        name = f"Service/{service.namespace}/{service.name}"
        for port in index.ports_of(service):
            problem = index.resolve(service, port.number, port.protocol).problem
            if problem:
                notes.append(Note("info", name, f"port {port.number}/{port.protocol}: {problem}"))
            elif service.headless and port.target.number not in (0, port.number):
                message = (
                    f"is headless, so nothing translates port {port.number} to {port.target.number}: "
                    f"clients arrive on {port.number}"
                )
                notes.append(Note("warning", name, message))
    return notes


def _unknown_edges(cluster: Cluster, assumptions: Assumptions, edges: list[Edge]) -> list[Note]:
    """One note for each Service port and reason for which sources are unknown."""
    reasons: dict[tuple[str, int, str, str], list[str]] = defaultdict(list)
    unknown = [edge for edge in edges if edge.verdict is Verdict.UNKNOWN]
    for edge in unknown[:_MOST_REASONS]:
        why = explain_edge(cluster, assumptions, edge.source, edge.target, edge.port, edge.protocol).reason
        reasons[edge.target, edge.port, edge.protocol, why].append(edge.source)
    notes = [
        Note("warning", f"Service/{target}", f"{port}/{protocol} from {', '.join(sources)} is unknown: {why}")
        for (target, port, protocol, why), sources in reasons.items()
    ]
    if len(unknown) > _MOST_REASONS:
        notes.append(Note("info", "Service", f"{len(unknown) - _MOST_REASONS} more edges are unknown"))
    return notes


def _undecided(found: Connections) -> list[Note]:
    return [
        Note("warning", source, f"more connections to {target} may be allowed: it cannot be decided which")
        for source, target in found.undecided
    ]


def _within(key: str, namespace: str | None) -> bool:
    return namespace is None or key.startswith(f"{namespace}/")
