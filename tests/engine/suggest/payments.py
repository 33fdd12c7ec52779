"""A small cluster, and what is suggested for its namespace `payments`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import count
from typing import Any

from apps.engine import EdgeKey, Suggestion, parse_cluster, suggest_policies
from apps.engine.model import Assumptions
from tests.engine.objects import Object, pod

# --- objects -------------------------------------------------------------------------------------

_numbers = count(10)


def running(space: str, name: str, *, ports: Sequence[Object] = (), **labels: str) -> Object:
    """A pod with an address of its own, as a Service's end points have."""
    return pod(space, name, addresses=[f"10.0.0.{next(_numbers)}"], ports=ports, **labels)


def service(
    space: str, name: str, *, number: int = 80, target: int | str = 0, protocol: str = "TCP", **selector: str
) -> Object:
    ports = [{"port": number, "protocol": protocol, "targetPort": target or number}]
    return service_of(space, name, selector=selector, ports=ports)


def alias(space: str, name: str, host: str) -> Object:
    return service_of(space, name, type="ExternalName", externalName=host, ports=[{"port": 80}])


def service_of(space: str, name: str, **spec: Any) -> Object:
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": name, "namespace": space},
        "spec": spec,
    }


def space_called(*names: str) -> Object:
    key = "kubernetes.io/metadata.name"
    if len(names) == 1:
        return {"namespaceSelector": {"matchLabels": {key: names[0]}}}
    return {
        "namespaceSelector": {"matchExpressions": [{"key": key, "operator": "In", "values": list(names)}]}
    }


CLUSTER = (
    running("payments", "db", app="db"),
    running("payments", "api", app="api"),
    running("orders", "web", app="web"),
    running("reports", "job", app="job"),
    running("kube-system", "coredns", **{"k8s-app": "kube-dns"}),
    service("payments", "db", number=5432, app="db"),
    service("payments", "api", target=8080, app="api"),
    service("orders", "web", app="web"),
    service_of(
        "kube-system",
        "kube-dns",
        selector={"k8s-app": "kube-dns"},
        ports=[
            {"name": "udp", "port": 53, "protocol": "UDP", "targetPort": 5353},
            {"name": "tcp", "port": 53, "protocol": "TCP", "targetPort": 5353},
        ],
    ),
)


# --- its edges, and the question -----------------------------------------------------------------


def edge(source: str, target: str, number: int = 80, protocol: str = "TCP") -> EdgeKey:
    return EdgeKey(source, target, number, protocol)


DB = edge("orders", "payments/db", 5432)
INWARD = {
    edge(source, target, number)
    for source in ("kube-system", "orders", "payments", "reports")
    for target, number in (("payments/db", 5432), ("payments/api", 80))
}
OUTWARD = {
    edge("payments", "payments/db", 5432),
    edge("payments", "payments/api"),
    edge("payments", "orders/web"),
    edge("payments", "kube-system/kube-dns", 53, "UDP"),
    edge("payments", "kube-system/kube-dns", 53, "TCP"),
}
NOTHING_ASSUMED = Assumptions()


def suggest(*objects: Object, keep: Iterable[EdgeKey], dns: bool = False) -> Suggestion:
    """For the namespace `payments`."""
    cluster = parse_cluster(objects)
    assert not cluster.problems
    return suggest_policies(cluster, NOTHING_ASSUMED, "payments", keep, dns=dns)


def specs(found: Suggestion) -> dict[str, Object]:
    return {policy["metadata"]["name"]: policy["spec"] for policy in found.policies}


def why(found: Suggestion) -> dict[EdgeKey, str]:
    return {one.edge: one.reason for one in found.impossible}
