"""Clusters to measure with: of any size, equal for equal arguments, with a mix like that of real ones.

- The first namespace is kube-system with CoreDNS behind the Service kube-dns. Each five namespaces share a
  `team`; `stage` is dev, test or prod; one in four is labelled `access: frontend`.
- Workloads are Deployments of the roles web, api, worker and db, spread over the namespaces so that a few
  hold many (the chance of the n-th falls with the square root of n). Each declares its role's ports by name,
  and each pod has an address of its own.
- Services select one workload each; every third calls its target port by name.
- Policies are those of `benchmarks/policies.py`.
"""

from __future__ import annotations

from ipaddress import IPv4Address
from math import sqrt
from random import Random
from typing import Any

from benchmarks.policies import DNS_PORTS, generate_policies

Object = dict[str, Any]

ROLES = {
    "web": {"http": 8080, "metrics": 9090},
    "api": {"http": 8080, "grpc": 9000, "metrics": 9090},
    "worker": {"metrics": 9090},
    "db": {"db": 5432, "metrics": 9187},
}
_FIRST_ADDRESS = IPv4Address("10.128.0.1")


def generate_cluster(
    namespaces: int, workloads: int, pods: int, services: int, policies: int, seed: int
) -> list[Object]:
    """Decoded Kubernetes objects: exactly as many of each kind as asked, and a Deployment a workload.

    ValueError where the numbers do not fit: every workload has a pod at least and one Service at most.
    """
    if min(namespaces, workloads, services) < 1 or not services <= workloads <= pods or policies < 0:
        raise ValueError("wanted: namespaces >= 1, 1 <= services <= workloads <= pods, policies >= 0")
    random = Random(seed)
    names = ["kube-system"] + [f"team-{n // 5:03d}-{n % 5}" for n in range(1, namespaces)]
    deployments = _deployments(names, workloads, random)
    return [
        *(_namespace(name, number) for number, name in enumerate(names)),
        *deployments,
        *_pods(deployments, pods, random),
        *(_service(deployment, number) for number, deployment in enumerate(deployments[:services])),
        *generate_policies(names, policies, random),
    ]


# --- what the cluster holds ------------------------------------------------------------------------


def _namespace(name: str, number: int) -> Object:
    labels = {"kubernetes.io/metadata.name": name, "team": f"team-{number // 5:03d}"}
    labels["stage"] = ("dev", "test", "prod")[number % 3]
    if number % 4 == 0:
        labels["access"] = "frontend"
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels}}


def _deployments(names: list[str], count: int, random: Random) -> list[Object]:
    weights = [1 / sqrt(n) for n in range(1, len(names) + 1)]
    homes = random.choices(names, weights, k=count - 1)
    dns = _deployment(
        names[0], "coredns", {"k8s-app": "kube-dns"}, {"dns": 53, "dns-tcp": 53, "metrics": 9153}
    )
    return [dns] + [
        _deployment(home, f"{role}-{number}", {"app": f"{role}-{number}", "role": role}, ROLES[role])
        for number, home in enumerate(homes)
        for role in [random.choice(list(ROLES))]
    ]


def _deployment(namespace: str, name: str, labels: dict[str, str], ports: dict[str, int]) -> Object:
    declared = [
        {"name": port, "containerPort": number, "protocol": "UDP" if port == "dns" else "TCP"}
        for port, number in ports.items()
    ]
    template = {"metadata": {"labels": labels}, "spec": {"containers": [{"name": "main", "ports": declared}]}}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {"selector": {"matchLabels": labels}, "template": template},
    }


def _pods(deployments: list[Object], count: int, random: Random) -> list[Object]:
    """Each Deployment has one pod, and the others fall where they fall."""
    owners = deployments + random.choices(deployments, k=count - len(deployments))
    return [_pod(owner, number) for number, owner in enumerate(owners)]


def _pod(deployment: Object, number: int) -> Object:
    name, namespace = deployment["metadata"]["name"], deployment["metadata"]["namespace"]
    template = deployment["spec"]["template"]
    replica_set = {
        "apiVersion": "apps/v1",
        "kind": "ReplicaSet",
        "name": f"{name}-5d4c8f",
        "controller": True,
    }
    address = str(_FIRST_ADDRESS + number)
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "name": f"{name}-5d4c8f-{number:05x}",
            "namespace": namespace,
            "labels": template["metadata"]["labels"] | {"pod-template-hash": "5d4c8f"},
            "ownerReferences": [replica_set],
        },
        "spec": template["spec"] | {"nodeName": f"node-{number % 50}"},
        "status": {
            "phase": "Running",
            "podIP": address,
            "podIPs": [{"ip": address}],
            "conditions": [{"type": "Ready", "status": "True"}],
        },
    }


def _service(deployment: Object, number: int) -> Object:
    """The workload's first port, http at 80; kube-dns asks for DNS as every cluster does."""
    meta, template = deployment["metadata"], deployment["spec"]["template"]
    first = template["spec"]["containers"][0]["ports"][0]
    target = first["name"] if number % 3 == 0 else first["containerPort"]
    number_shown = 80 if first["name"] == "http" else first["containerPort"]
    ports = [{"name": first["name"], "protocol": "TCP", "port": number_shown, "targetPort": target}]
    name = meta["name"]
    if name == "coredns":
        name = "kube-dns"
        ports = [entry | {"name": f"dns-{entry['protocol'].lower()}"} for entry in DNS_PORTS]
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": name, "namespace": meta["namespace"]},
        "spec": {"type": "ClusterIP", "selector": template["metadata"]["labels"], "ports": ports},
    }
