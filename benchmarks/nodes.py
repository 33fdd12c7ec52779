"""Nodes under a generated cluster, with agents on the network of each."""

from __future__ import annotations

from ipaddress import IPv4Address
from typing import Any

Object = dict[str, Any]

_FIRST_ADDRESS = IPv4Address("172.16.0.1")
AGENTS = {"node-exporter": 9100, "log-shipper": 9880}


def with_nodes(objects: list[Object], count: int) -> list[Object]:
    """The same on `count` Nodes, each with an address, and on each a pod of two DaemonSets that use the
    Node's network. The other pods are dealt out to the Nodes in turn."""
    pods = [body for body in objects if body["kind"] == "Pod"]
    for number, pod in enumerate(pods):
        pod["spec"]["nodeName"] = f"node-{number % count}"
    nodes = [_node(number) for number in range(count)]
    agents = [_agent(name, port, number) for name, port in AGENTS.items() for number in range(count)]
    return [*objects, *nodes, *agents, *(_in_front(name, port) for name, port in AGENTS.items())]


def _address(number: int) -> str:
    return str(_FIRST_ADDRESS + number)


def _node(number: int) -> Object:
    labels = {"kubernetes.io/hostname": f"node-{number}", "zone": f"zone-{number % 3}"}
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": f"node-{number}", "labels": labels},
        "status": {"addresses": [{"type": "InternalIP", "address": _address(number)}]},
    }


def _agent(name: str, port: int, number: int) -> Object:
    owner = {"apiVersion": "apps/v1", "kind": "DaemonSet", "name": name, "controller": True}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "name": f"{name}-{number:05x}",
            "namespace": "kube-system",
            "labels": {"app": name, "role": "agent"},
            "ownerReferences": [owner],
        },
        "spec": {
            "hostNetwork": True,
            "nodeName": f"node-{number}",
            "containers": [
                {"name": "main", "image": name, "ports": [{"name": "metrics", "containerPort": port}]}
            ],
        },
        "status": {
            "phase": "Running",
            "podIP": _address(number),
            "podIPs": [{"ip": _address(number)}],
            "conditions": [{"type": "Ready", "status": "True"}],
        },
    }


def _in_front(name: str, port: int) -> Object:
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": name, "namespace": "kube-system"},
        "spec": {"selector": {"app": name}, "ports": [{"name": "metrics", "port": port, "protocol": "TCP"}]},
    }
