"""Objects with everything that a cluster says of them, and what is kept of it."""

METADATA = {
    "name": "a",
    "namespace": "shop",
    "labels": {"app": "web", "env": "prod"},
    "ownerReferences": [
        {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "a-1", "controller": True, "uid": "x"}
    ],
    "annotations": {"kubectl.kubernetes.io/last-applied-configuration": "{}"},
    "managedFields": [{"manager": "kubectl"}],
    "uid": "0f",
    "resourceVersion": "1",
    "creationTimestamp": "2026-01-01T00:00:00Z",
    "generation": 3,
}
KEPT_METADATA = {
    "name": "a",
    "namespace": "shop",
    "labels": {"app": "web", "env": "prod"},
    "ownerReferences": [{"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "a-1", "controller": True}],
}
CONTAINER = {
    "name": "web",
    "image": "web:1",
    "env": [{"name": "PASSWORD", "value": "x"}],
    "args": ["--password=x"],
    "command": ["web"],
    "ports": [{"name": "http", "containerPort": 8080, "protocol": "TCP", "hostIP": "10.0.0.1"}],
    "volumeMounts": [{"name": "v"}],
}
KEPT_PORTS = [{"name": "http", "containerPort": 8080, "protocol": "TCP"}]
POD_SPEC = {
    "nodeName": "n1",
    "hostNetwork": True,
    "dnsPolicy": "None",
    "dnsConfig": {"nameservers": ["10.0.0.10"], "searches": ["x"]},
    "hostname": "a",
    "subdomain": "s",
    "serviceAccountName": "sa",
    "containers": [CONTAINER],
    "initContainers": [{**CONTAINER, "restartPolicy": "Always"}],
    "volumes": [{"name": "v", "secret": {"secretName": "x"}}],
    "tolerations": [],
}
KEPT_SPEC = {
    "nodeName": "n1",
    "hostNetwork": True,
    "dnsPolicy": "None",
    "dnsConfig": {"nameservers": ["10.0.0.10"]},
    "hostname": "a",
    "subdomain": "s",
    "serviceAccountName": "sa",
    "containers": [{"name": "web", "ports": KEPT_PORTS}],
    "initContainers": [{"name": "web", "restartPolicy": "Always", "ports": KEPT_PORTS}],
}
TEMPLATE = {"metadata": {"labels": {"app": "web"}, "annotations": {"a": "b"}}, "spec": POD_SPEC}
KEPT_TEMPLATE = {"metadata": {"labels": {"app": "web"}}, "spec": KEPT_SPEC}


def body(api_version, kind, **rest):
    return {"apiVersion": api_version, "kind": kind, "metadata": METADATA, **rest}


def kept(api_version, kind, **rest):
    return {"apiVersion": api_version, "kind": kind, "metadata": KEPT_METADATA, **rest}
