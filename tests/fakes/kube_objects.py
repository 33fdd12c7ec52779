"""Objects as an API server would hold them, with the ballast of real ones where that matters."""

from __future__ import annotations

from typing import Any

Object = dict[str, Any]


def namespace(name: str, **labels: str) -> Object:
    return {
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": {"name": name, "labels": {"kubernetes.io/metadata.name": name, **labels}},
        "status": {"phase": "Active"},
    }


def node(name: str, address: str) -> Object:
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": name},
        "status": {"addresses": [{"type": "InternalIP", "address": address}]},
    }


def service(space: str, name: str, port: int = 80) -> Object:
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": name, "namespace": space},
        "spec": {
            "selector": {"app": name},
            "ports": [{"port": port, "protocol": "TCP"}],
            "type": "ClusterIP",
        },
    }


def endpoint_slice(space: str, name: str) -> Object:
    return {
        "apiVersion": "discovery.k8s.io/v1",
        "kind": "EndpointSlice",
        "metadata": {"name": name, "namespace": space, "labels": {"kubernetes.io/service-name": name}},
        "addressType": "IPv4",
        "endpoints": [{"addresses": ["10.0.0.9"]}],
        "ports": [{"port": 80, "protocol": "TCP"}],
    }


def policy(
    space: str, name: str, *, api: str = "networking.k8s.io/v1", kind: str = "NetworkPolicy"
) -> Object:
    """A policy of any kind; `space` empty: cluster-wide."""
    metadata = {"name": name, "namespace": space} if space else {"name": name}
    return {"apiVersion": api, "kind": kind, "metadata": metadata, "spec": {"podSelector": {}}}


def pod(space: str, name: str, *, number: int = 1) -> Object:
    """A pod of about 6 kB: environment, volumes, probes, managedFields and statuses as clusters hold them."""
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "name": name,
            "namespace": space,
            "labels": {"app": "web", "pod-template-hash": "5d4f8c7b9"},
            "annotations": {"kubectl.kubernetes.io/restartedAt": "2026-01-01T00:00:00Z", "note": "x" * 300},
            "ownerReferences": [
                {
                    "apiVersion": "apps/v1",
                    "kind": "ReplicaSet",
                    "name": "web-5d4f8c7b9",
                    "uid": "6e6f7420-6120-7365-6372-657400000000",
                    "controller": True,
                    "blockOwnerDeletion": True,
                }
            ],
            "managedFields": [_managed("kube-controller-manager"), _managed("kubelet")],
            "creationTimestamp": "2026-01-01T00:00:00Z",
        },
        "spec": {
            "nodeName": f"node-{number % 7}",
            "serviceAccountName": "web",
            "dnsPolicy": "ClusterFirst",
            "containers": [_container("web", 8080), _container("proxy", 15001)],
            "volumes": [
                {"name": f"volume-{each}", "configMap": {"name": f"config-{each}"}} for each in range(6)
            ],
            "tolerations": [
                {"key": "node.kubernetes.io/not-ready", "operator": "Exists", "effect": "NoExecute"}
            ]
            * 2,
        },
        "status": {
            "phase": "Running",
            "hostIP": "192.168.0.7",
            "podIP": f"10.{number // 65536}.{number // 256 % 256}.{number % 256}",
            "podIPs": [{"ip": f"10.{number // 65536}.{number // 256 % 256}.{number % 256}"}],
            "conditions": [
                {
                    "type": each,
                    "status": "True",
                    "lastTransitionTime": "2026-01-01T00:00:00Z",
                    "lastProbeTime": None,
                }
                for each in ("PodScheduled", "Initialized", "ContainersReady", "Ready")
            ],
            "containerStatuses": [
                {
                    "name": each,
                    "ready": True,
                    "restartCount": 0,
                    "imageID": f"registry.example/{each}@sha256:{'a' * 64}",
                    "containerID": f"containerd://{'b' * 64}",
                    "state": {"running": {"startedAt": "2026-01-01T00:00:00Z"}},
                }
                for each in ("web", "proxy")
            ],
        },
    }


def _managed(manager: str) -> Object:
    fields: Object = {f"f:field-{number}": {"f:type": {}, "f:status": {}} for number in range(22)}
    return {
        "manager": manager,
        "operation": "Update",
        "apiVersion": "v1",
        "fieldsType": "FieldsV1",
        "fieldsV1": fields,
    }


def _container(name: str, port: int) -> Object:
    return {
        "name": name,
        "image": f"registry.example/{name}:1.2.3",
        "env": [{"name": f"SETTING_{each}", "value": f"value-of-setting-{each}"} for each in range(10)],
        "ports": [{"name": "http", "containerPort": port, "protocol": "TCP"}],
        "resources": {
            "limits": {"cpu": "500m", "memory": "256Mi"},
            "requests": {"cpu": "50m", "memory": "64Mi"},
        },
        "livenessProbe": {"httpGet": {"path": "/healthz", "port": "http"}, "periodSeconds": 10},
        "readinessProbe": {"httpGet": {"path": "/readyz", "port": "http"}, "periodSeconds": 5},
        "volumeMounts": [{"name": f"volume-{each}", "mountPath": f"/etc/config-{each}"} for each in range(6)],
    }
