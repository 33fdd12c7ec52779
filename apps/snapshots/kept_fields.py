"""Which fields of which kinds Portolan keeps, as shapes that follow the manifests.

A shape is a dict (these keys), a list of one shape (of every item), SCALAR (no collection), TEXTS (a flat
mapping or list of scalars, such as labels), WHOLE (everything below), or Only (some items of a list).
What no shape names is dropped: env, args, command, image, volumes, annotations, managedFields, data.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any, NamedTuple

from apps.engine import is_policy_kind


class Keep(Enum):
    SCALAR = "scalar"
    TEXTS = "texts"
    WHOLE = "whole"


class Only(NamedTuple):
    """Of a list, the items whose `key` says `value`, each in `shape`."""

    key: str
    value: str
    shape: dict[str, Any]


SCALAR, TEXTS, WHOLE = Keep
Shape = Keep | Only | dict[str, Any] | list[Any]


def _scalars(*names: str) -> dict[str, Shape]:
    return dict.fromkeys(names, SCALAR)


_METADATA: dict[str, Shape] = {
    **_scalars("name", "namespace"),
    "labels": TEXTS,
    "ownerReferences": [_scalars("apiVersion", "kind", "name", "controller")],
}
_HEAD: dict[str, Shape] = {**_scalars("apiVersion", "kind"), "metadata": _METADATA}
_PORTS: Shape = [_scalars("name", "containerPort", "hostPort", "protocol")]
_POD_SPEC: Shape = {
    **_scalars("nodeName", "hostNetwork", "dnsPolicy", "hostname", "subdomain", "serviceAccountName"),
    "dnsConfig": {"nameservers": TEXTS},
    "containers": [{"name": SCALAR, "ports": _PORTS}],
    "initContainers": [{"name": SCALAR, "restartPolicy": SCALAR, "ports": _PORTS}],
}
_TEMPLATE: Shape = {"metadata": {"labels": TEXTS}, "spec": _POD_SPEC}
_TARGET: Shape = _scalars("kind", "namespace", "name")

_POD: Shape = {
    **_HEAD,
    "metadata": {**_METADATA, "deletionTimestamp": SCALAR},
    "spec": _POD_SPEC,
    "status": {
        **_scalars("phase", "podIP", "hostIP"),
        "podIPs": [{"ip": SCALAR}],
        "conditions": Only("type", "Ready", _scalars("type", "status")),
    },
}
_WORKLOAD: Shape = {**_HEAD, "spec": {**_scalars("replicas", "serviceName"), "template": _TEMPLATE}}
_CRON_JOB: Shape = {**_HEAD, "spec": {"jobTemplate": {"spec": {"template": _TEMPLATE}}}}
_SERVICE: Shape = {**_HEAD, "spec": WHOLE, "status": {"loadBalancer": WHOLE}}
_SLICE: Shape = {
    **_HEAD,
    "addressType": SCALAR,
    "endpoints": [
        {
            **_scalars("nodeName", "hostname"),
            "addresses": TEXTS,
            "conditions": TEXTS,
            "targetRef": _TARGET,
        }
    ],
    "ports": [_scalars("name", "port", "protocol", "appProtocol")],
}
_ADDRESSES: Shape = [{**_scalars("ip", "nodeName", "hostname"), "targetRef": _TARGET}]
_ENDPOINTS: Shape = {
    **_HEAD,
    "subsets": [
        {
            "addresses": _ADDRESSES,
            "notReadyAddresses": _ADDRESSES,
            "ports": [_scalars("name", "port", "protocol")],
        }
    ],
}
_NODE: Shape = {**_HEAD, "status": {"addresses": [_scalars("type", "address")]}}
_POLICY: dict[str, Shape] = {**_HEAD, "spec": WHOLE, "specs": WHOLE}  # `specs`: Cilium's list of rules
# Evidence names the version that it cites. Of other kinds the number moves with every write of their status.
_CITED: Shape = {**_POLICY, "metadata": {**_METADATA, "resourceVersion": SCALAR}}

_SHAPES: Mapping[tuple[str, str], Shape] = {
    ("", "Pod"): _POD,
    ("", "Service"): _SERVICE,
    ("", "Endpoints"): _ENDPOINTS,
    ("", "Node"): _NODE,
    ("", "ReplicationController"): _WORKLOAD,
    ("discovery.k8s.io", "EndpointSlice"): _SLICE,
    **{
        (group, kind): _WORKLOAD
        for group in ("apps", "extensions")
        for kind in ("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet")
    },
    ("batch", "Job"): _WORKLOAD,
    ("batch", "CronJob"): _CRON_JOB,
    ("networking.k8s.io", "NetworkPolicy"): _CITED,
}
# Groups whose other kinds take part in policies too: tiers, network sets, peer authentication.
_POLICY_GROUPS = frozenset(
    {
        "policy.networking.k8s.io",
        "cilium.io",
        "projectcalico.org",
        "crd.projectcalico.org",
        "crd.antrea.io",
        "k8s.ovn.org",
        "network.openshift.io",
        "security.istio.io",
        "policy.linkerd.io",
        "consul.hashicorp.com",
        "networking.k8s.aws",
    }
)


def shape_of(api_version: Any, kind: Any) -> Shape:
    """What is kept of objects of this kind; of a kind that takes no part, its metadata."""
    group = api_version.rpartition("/")[0] if isinstance(api_version, str) else ""
    name = kind if isinstance(kind, str) else ""
    if (group, name) in _SHAPES:
        return _SHAPES[group, name]
    return _POLICY if group in _POLICY_GROUPS or is_policy_kind(group, name) else _HEAD
