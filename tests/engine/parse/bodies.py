"""Manifests that are right, and how to make them wrong."""

from __future__ import annotations

import copy
from typing import Any

from tests.engine.objects import Object, network_policy, pod

POLICY = network_policy(
    "shop",
    "web",
    ingress=[
        {"from": [{"ipBlock": {"cidr": "10.0.0.0/8", "except": ["10.1.0.0/16"]}}], "ports": [{"port": 80}]}
    ],
)
SERVICE: Object = {
    "apiVersion": "v1",
    "kind": "Service",
    "metadata": {"name": "web", "namespace": "shop"},
    "spec": {"selector": {"app": "web"}, "ports": [{"port": 80, "targetPort": "http"}]},
}
POD = pod("shop", "web", ports=[{"name": "http", "containerPort": 8080}], app="web")


def changed(body: Object, path: str, value: Any) -> Object:
    """The object with another value at `a.b.0.c`."""
    body = copy.deepcopy(body)
    *parents, last = [int(key) if key.isdigit() else key for key in path.split(".")]
    place: Any = body
    for key in parents:
        place = place[key]
    place[last] = value
    return body
