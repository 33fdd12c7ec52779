"""Asking a small cluster for its findings."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from apps.engine import Finding, assumptions_for, find_findings, parse_cluster
from apps.engine.model import Unevaluated
from tests.engine.objects import Object


def findings(
    id_: str, *objects: Object, plugin: str = "calico", unread: Iterable[Unevaluated] = ()
) -> list[Finding]:
    """The findings of this kind, in order."""
    cluster = parse_cluster(objects, unread=unread)
    return [each for each in find_findings(cluster, assumptions_for(plugin)) if each.id == id_]


def paths(id_: str, *objects: Object, **under: Any) -> list[tuple[str, str]]:
    """(object, path) of the findings of this kind."""
    found = findings(id_, *objects, **under)
    return [(str(each.object), each.path) for each in found]


def service(space: str, name: str, *ports: Object, **spec: object) -> Object:
    """A Service of all pods labelled app=<name>, on port 80 unless `ports` say otherwise."""
    spec = {"selector": {"app": name}, "ports": list(ports) or [{"port": 80}], **spec}
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": name, "namespace": space},
        "spec": spec,
    }


def endpoint_slice(space: str, owner: str, *addresses: str) -> Object:
    meta = {"name": f"{owner}-x", "namespace": space, "labels": {"kubernetes.io/service-name": owner}}
    return {
        "apiVersion": "discovery.k8s.io/v1",
        "kind": "EndpointSlice",
        "metadata": meta,
        "addressType": "IPv4",
        "ports": [{"name": "", "port": 80}],
        "endpoints": [{"addresses": [text]} for text in addresses],
    }
