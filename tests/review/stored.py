"""A small cluster whose policies come and go, stored snapshot by snapshot."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import yaml

from apps.engine import EdgeKey
from apps.reachability.take import snapshot_from_reading
from apps.review.guardrails import read_guardrails
from apps.review.models import StoredGuardrail
from apps.review.save_guardrails import save_guardrails
from apps.snapshots.clusters import add_cluster
from apps.snapshots.manifests import read_bytes
from apps.snapshots.models import Cluster, Snapshot
from apps.snapshots.reading import Reading, ReadObject
from tests.fakes.kube_objects import namespace, service

Object = dict[str, Any]

WEB = EdgeKey("lab", "shop/web", 80, "TCP")


def deployment(space: str, name: str = "web") -> Object:
    template = {
        "metadata": {"labels": {"app": name}},
        "spec": {"containers": [{"name": "main", "ports": [{"containerPort": 80}]}]},
    }
    meta = {"namespace": space, "name": name}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": meta, "spec": {"template": template}}


def network_policy(space: str, name: str, **spec: Any) -> Object:
    meta = {"namespace": space, "name": name}
    body = {"podSelector": {}, "policyTypes": ["Ingress"], **spec}
    return {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": meta, "spec": body}


def from_namespace(*names: str) -> dict[str, Any]:
    key = "kubernetes.io/metadata.name"
    return {"from": [{"namespaceSelector": {"matchLabels": {key: name}}} for name in names]}


CLOSED = [network_policy("shop", "deny"), network_policy("lab", "deny")]
OPENED = network_policy("shop", "let-lab-in", ingress=[from_namespace("lab")])


def store(cluster: Cluster | None = None, *policies: Object, more: Iterable[Object] = ()) -> Snapshot:
    """The next snapshot: namespaces shop (env=prod), lab (env=dev) and gate, a workload `web` and a Service
    in each, closed for ingress in shop and lab, with these policies beside."""
    cluster = cluster or add_cluster(name="Bay", source=Cluster.Source.MANIFESTS)
    objects = [namespace("shop", env="prod"), namespace("lab", env="dev"), namespace("gate")]
    objects += [
        each for space in ("shop", "lab", "gate") for each in (deployment(space), service(space, "web"))
    ]
    reading = Reading(objects=[ReadObject(body) for body in [*objects, *CLOSED, *policies, *more]])
    return snapshot_from_reading(cluster, reading)


def guardrail(name: str = "dev-stays-out", **spec: Any) -> Object:
    deny = {
        "from": [{"namespaceSelector": {"matchLabels": {"env": "dev"}}}],
        "to": [{"namespaceSelector": {"matchLabels": {"env": "prod"}}}],
    }
    body = {"apiVersion": "portolan/v1", "kind": "Guardrail", "metadata": {"name": name}}
    return {**body, "spec": spec or {"deny": deny}}


def save(cluster: Cluster, *bodies: Object, by: str = "ann") -> list[StoredGuardrail]:
    text = yaml.safe_dump_all(bodies or [guardrail()])
    return save_guardrails(cluster, read_guardrails(read_bytes("rules.yaml", text.encode())), by=by)
