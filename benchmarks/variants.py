"""The largest cluster that Kubernetes supports, and others of its size, each hard in a way of its own."""

from __future__ import annotations

from copy import deepcopy
from ipaddress import IPv4Address
from random import Random

from benchmarks.generate import ROLES, Object, generate_cluster
from benchmarks.nodes import with_nodes
from benchmarks.slices import with_slices
from benchmarks.tiers import with_tiers

LARGEST = {
    "namespaces": 10_000,
    "workloads": 30_000,
    "pods": 150_000,
    "services": 10_000,
    "policies": 20_000,
}


def read_live(objects: list[Object]) -> list[Object]:
    """What is read of a running cluster: its pods and nothing of what made them, each kind in an API
    server's order, by namespace and name."""
    kept = [body for body in objects if body["kind"] != "Deployment"]
    return sorted(kept, key=lambda body: (body["kind"], _place(body["metadata"])))


def _place(meta: Object) -> tuple[str, str]:
    return meta.get("namespace", ""), meta["name"]


def standard() -> list[Object]:
    return read_live(generate_cluster(**LARGEST, seed=1))


def without_policies() -> list[Object]:
    return read_live(generate_cluster(**LARGEST | {"policies": 0}, seed=1))


def alike() -> list[Object]:
    """5,000 namespaces of 6 workloads, 30 pods, 2 Services and 4 policies each, all with the same names."""
    sample = read_live(generate_cluster(1, 6, 30, 2, 4, seed=1))
    return [
        moved
        for number in range(5_000)
        for body in sample
        for moved in [_moved(body, f"tenant-{number:04d}", number * 30)]
    ]


def _moved(body: Object, home: str, pods_before: int) -> Object:
    """The object in another namespace, a pod with an address of its own."""
    moved = deepcopy(body)
    if body["kind"] == "Namespace":
        moved["metadata"]["name"] = moved["metadata"]["labels"]["kubernetes.io/metadata.name"] = home
        return moved
    moved["metadata"]["namespace"] = home
    if body["kind"] == "Pod":
        address = str(IPv4Address(body["status"]["podIP"]) + pods_before)
        moved["status"] |= {"podIP": address, "podIPs": [{"ip": address}]}
    return moved


def cluster_wide() -> list[Object]:
    """Every policy speaks of pods of the whole cluster in both directions, no two in the same words."""
    random = Random(1)
    objects = standard()
    for number, body in enumerate(objects):
        if body["kind"] == "NetworkPolicy":
            body["spec"] = _wide_spec(number, random)
    return objects


def _wide_spec(number: int, random: Random) -> Object:
    def peer(role: str) -> Object:
        strangers = {"key": "role", "operator": "NotIn", "values": [role, f"no-role-{number}"]}
        return {
            "namespaceSelector": {},
            "podSelector": {"matchExpressions": [strangers, {"key": "app", "operator": "Exists"}]},
        }

    into, out = random.choices(list(ROLES), k=2)
    return {
        "podSelector": {"matchExpressions": [{"key": "role", "operator": "Exists"}]},
        "policyTypes": ["Ingress", "Egress"],
        "ingress": [{"from": [peer(into)]}],
        "egress": [{"to": [peer(out)], "ports": [{"protocol": "TCP", "port": 8080}]}, {"to": [peer(into)]}],
    }


def on_nodes() -> list[Object]:
    """5,000 Nodes with their addresses, and on each two pods that use its network."""
    return with_nodes(standard(), 5_000)


def end_points() -> list[Object]:
    """An EndpointSlice a Service, and 2,000 Services more that lead out of the cluster."""
    return with_slices(standard(), 2_000)


def in_tiers() -> list[Object]:
    """100 ClusterNetworkPolicies before and behind the NetworkPolicies."""
    return with_tiers(standard(), 100, seed=1)


def everything() -> list[Object]:
    """All three together."""
    return with_tiers(with_nodes(with_slices(standard(), 2_000), 5_000), 100, seed=1)


VARIANTS = {
    "standard mix": standard,
    "no policies": without_policies,
    "5,000 namespaces alike": alike,
    "cluster-wide selectors": cluster_wide,
    "host network, 5,000 nodes": on_nodes,
    "EndpointSlices": end_points,
    "ClusterNetworkPolicies": in_tiers,
    "the last three together": everything,
}
