"""EndpointSlices of a generated cluster: those that its Services have anyway, and some that lead outside."""

from __future__ import annotations

from collections import defaultdict
from ipaddress import IPv4Address
from typing import Any

Object = dict[str, Any]

_FIRST_OUTSIDE = IPv4Address("198.18.0.1")
_OUTSIDE_ENDS = 3


def with_slices(objects: list[Object], outside: int) -> list[Object]:
    """The same with a slice for each Service, as the cluster writes it, and `outside` more Services without a
    selector that lead to addresses outside the cluster. They are dealt out to the namespaces in turn."""
    names = [body["metadata"]["name"] for body in objects if body["kind"] == "Namespace"]
    by_app: dict[tuple[str, str], list[str]] = defaultdict(list)
    for body in objects:
        if body["kind"] == "Pod":
            by_app[_home(body), body["metadata"]["labels"].get("app", "")].append(body["status"]["podIP"])
    services = [body for body in objects if body["kind"] == "Service"]
    slices = [
        _slice(service, by_app[_home(service), service["spec"]["selector"].get("app", "")])
        for service in services
    ]
    more = [part for number in range(outside) for part in _outside(names[number % len(names)], number)]
    return [*objects, *slices, *more]


def _home(body: Object) -> str:
    namespace: str = body["metadata"]["namespace"]
    return namespace


def _slice(service: Object, addresses: list[str]) -> Object:
    name = service["metadata"]["name"]
    labels = {"kubernetes.io/service-name": name}
    return {
        "apiVersion": "discovery.k8s.io/v1",
        "kind": "EndpointSlice",
        "metadata": {"name": f"{name}-x7k2p", "namespace": _home(service), "labels": labels},
        "addressType": "IPv4",
        "ports": [
            {"name": port["name"], "port": port["port"], "protocol": port["protocol"]}
            for port in service["spec"]["ports"]
        ],
        "endpoints": [{"addresses": [address], "conditions": {"ready": True}} for address in addresses],
    }


def _outside(namespace: str, number: int) -> tuple[Object, Object]:
    service = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": f"partner-{number}", "namespace": namespace},
        "spec": {"ports": [{"name": "https", "protocol": "TCP", "port": 443}]},
    }
    first = _FIRST_OUTSIDE + number * _OUTSIDE_ENDS
    return service, _slice(service, [str(first + end) for end in range(_OUTSIDE_ENDS)])
