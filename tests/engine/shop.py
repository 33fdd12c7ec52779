"""A small shop of three namespaces, and what an edit of it changes."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy

from apps.engine import ReachDiff, compare_reach, parse_cluster
from apps.engine.model import Assumptions
from tests.engine.objects import Object, namespace, network_policy, pod, port


def service(space: str, name: str, *, to: int | str = 80, on: int = 80, **selector: str) -> Object:
    """A Service for the pods with these labels."""
    ports = [{"port": on, "targetPort": to, "protocol": "TCP"}]
    meta = {"name": name, "namespace": space}
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": meta,
        "spec": {"selector": selector, "ports": ports},
    }


def shop() -> list[Object]:
    """`db` lets in namespaces with team=pay on port 80 alone; `crm` and `pay` have a pod each."""
    peers = [{"namespaceSelector": {"matchLabels": {"team": "pay"}}}]
    rule = {"from": peers, "ports": [{"port": 80}]}
    return [
        namespace("crm", team="sales"),
        namespace("db"),
        namespace("pay", team="pay"),
        pod("crm", "web", addresses=["10.0.0.1"], app="web"),
        pod("db", "db", addresses=["10.0.0.2"], ports=[port("sql", 80), port("stats", 81)], app="db"),
        pod("pay", "api", addresses=["10.0.0.3"], app="api"),
        service("db", "db", app="db"),
        network_policy("db", "allow-pay", policyTypes=["Ingress"], ingress=[rule]),
    ]


def differ(edit: Callable[[list[Object]], object], base: list[Object] | None = None) -> ReachDiff:
    """The difference that an edit of the shop makes."""
    before = shop() if base is None else base
    after = deepcopy(before)
    edit(after)
    return compare_reach(parse_cluster(before), parse_cluster(after), Assumptions())


def told(diff: ReachDiff) -> list[str]:
    return [str(cause) for cause in diff.causes]


def named(objects: list[Object], kind: str, name: str) -> Object:
    (found,) = (each for each in objects if (each["kind"], each["metadata"]["name"]) == (kind, name))
    return found


def allow_from(space: str) -> Object:
    peer = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": space}}}
    return network_policy("db", f"temp-{space}", policyTypes=["Ingress"], ingress=[{"from": [peer]}])
