"""Small Kubernetes objects for tests, as they come decoded from a manifest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from apps.engine.model import Cluster, Endpoint

Object = dict[str, Any]

_ADMIN = "policy.networking.k8s.io"


def namespace(name: str, **labels: str) -> Object:
    return _made("v1", "Namespace", name, "", labels)


def node(name: str, *addresses: str, **labels: str) -> Object:
    status = {"addresses": [{"type": "InternalIP", "address": text} for text in addresses]}
    return _made("v1", "Node", name, "", labels, status=status)


def pod(
    space: str,
    name: str,
    *,
    addresses: Sequence[str] = (),
    on: str = "",
    host: bool = False,
    ports: Sequence[Object] = (),
    **labels: str,
) -> Object:
    """A running pod; `on` is its node, `host` puts it on the node's network."""
    spec = {"nodeName": on, "hostNetwork": host, "containers": [{"name": "main", "ports": list(ports)}]}
    status = {"phase": "Running", "podIPs": [{"ip": text} for text in addresses]}
    return _made("v1", "Pod", name, space, labels, spec=spec, status=status)


def deployment(space: str, name: str, replicas: int = 1, **labels: str) -> Object:
    template = {"metadata": {"labels": labels}, "spec": {"containers": [{"name": "main"}]}}
    return _made("apps/v1", "Deployment", name, space, {}, spec={"replicas": replicas, "template": template})


def network_policy(space: str, name: str, *, pods: Mapping[str, str] | None = None, **spec: object) -> Object:
    """A NetworkPolicy for the pods with these labels, or for all."""
    selector = {"matchLabels": dict(pods or {})}
    spec = {"podSelector": selector, **spec}
    return _made("networking.k8s.io/v1", "NetworkPolicy", name, space, {}, spec=spec)


def admin_policy(name: str, priority: int, **spec: object) -> Object:
    """An AdminNetworkPolicy for all pods, unless `spec` has another subject."""
    spec = {"priority": priority, "subject": {"namespaces": {}}, **spec}
    return _made(f"{_ADMIN}/v1alpha1", "AdminNetworkPolicy", name, "", {}, spec=spec)


def baseline_policy(**spec: object) -> Object:
    spec = {"subject": {"namespaces": {}}, **spec}
    return _made(f"{_ADMIN}/v1alpha1", "BaselineAdminNetworkPolicy", "default", "", {}, spec=spec)


def cluster_policy(name: str, tier: str, priority: int, **spec: object) -> Object:
    spec = {"tier": tier, "priority": priority, "subject": {"namespaces": {}}, **spec}
    return _made(f"{_ADMIN}/v1alpha2", "ClusterNetworkPolicy", name, "", {}, spec=spec)


def other_policy(api_version: str, kind: str, space: str, name: str) -> Object:
    """A policy of a kind that is not evaluated."""
    return _made(api_version, kind, name, space, {}, spec={})


def deny_all(space: str) -> Object:
    return network_policy(space, "default-deny", policyTypes=["Ingress", "Egress"])


def port(name: str, number: int, protocol: str = "TCP") -> Object:
    return {"name": name, "containerPort": number, "protocol": protocol}


def end(cluster: Cluster, name: str, index: int = 0) -> Endpoint:
    """The pod `NS/NAME` (or a Deployment's pod by number), or an outside address."""
    if "/" not in name:
        return Endpoint(address=name)
    space, _, short = name.partition("/")
    (workload,) = (w for w in cluster.workloads if (w.namespace, w.name) == (space, short))
    return Endpoint(workload, workload.pods[index])


def ends_with_pods(cluster: Cluster) -> list[Endpoint]:
    return [Endpoint(workload, one) for workload in cluster.workloads for one in workload.pods]


def _made(
    api_version: str, kind: str, name: str, space: str, labels: Mapping[str, str], **rest: object
) -> Object:
    meta = {"name": name, "labels": dict(labels)} | ({"namespace": space} if space else {})
    return {"apiVersion": api_version, "kind": kind, "metadata": meta, **rest}
