"""A real API server is read with the account and the kubeconfig that docs/operations.md has made."""

from __future__ import annotations

import time
from collections.abc import Iterable
from itertools import product
from pathlib import Path

import pytest

from apps.engine import Reach, assumptions_for, compute_reach, parse_cluster
from apps.reachability.queries import load_reach
from apps.reachability.take import run_snapshot
from apps.reachability.tasks import request_snapshot
from apps.reachability.watch_clusters import Watcher
from apps.snapshots.clusters import add_cluster, change_cluster
from apps.snapshots.gather import gather
from apps.snapshots.manifests import read_bytes
from apps.snapshots.models import Cluster, Snapshot
from tests.dashboard.running import wait_for
from tests.fakes.kube_objects import namespace, policy
from tests.kubernetes.conftest import ROOT, Follow
from tests.kubernetes.server import ControlPlane, Object

SAMPLE = ROOT / "examples/sample"
KINDS = "namespaces,nodes,pods,services,endpointslices,networkpolicies,ciliumnetworkpolicies"
CILIUM: Object = {
    "apiVersion": "apiextensions.k8s.io/v1",
    "kind": "CustomResourceDefinition",
    "metadata": {"name": "ciliumnetworkpolicies.cilium.io"},
    "spec": {
        "group": "cilium.io",
        "scope": "Namespaced",
        "names": {"kind": "CiliumNetworkPolicy", "plural": "ciliumnetworkpolicies"},
        "versions": [
            {
                "name": "v2",
                "served": True,
                "storage": True,
                "schema": {
                    "openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
                },
            }
        ],
    },
}


@pytest.fixture(scope="module")
def kubeconfig(plane: ControlPlane, follow: Follow, desk: Path) -> str:
    """Of the sample cluster, whose pods all run."""
    plane.apply([CILIUM])
    plane.kubectl("wait", "--for=condition=Established", "crd/ciliumnetworkpolicies.cilium.io")
    everything = [f"--filename={file}" for file in (SAMPLE / "cluster.yaml", SAMPLE)]
    plane.kubectl("apply", *everything)
    wait_for(lambda: plane.run_pods() == 0 and _are_all_ready(plane), "all pods to run", 120)
    follow("kubectl create namespace portolan\nkubectl -n portolan apply")
    return (desk / "reader.kubeconfig").read_text()


def _are_all_ready(plane: ControlPlane) -> bool:
    sets = plane.get("deployments,statefulsets", "--all-namespaces")
    return all(each["status"].get("readyReplicas", 0) == each["spec"]["replicas"] for each in sets)


@pytest.fixture
def cluster(db: None, kubeconfig: str) -> Cluster:
    return add_cluster(name="Real", source=Cluster.Source.KUBECONFIG, kubeconfig=kubeconfig)


def take(cluster: Cluster) -> Snapshot:
    snapshot = request_snapshot(cluster)
    run_snapshot(snapshot.pk)
    snapshot.refresh_from_db()
    return snapshot


def exported(plane: ControlPlane) -> Reach:
    """What the engine says of what kubectl exports."""
    yaml = plane.kubectl("get", KINDS, "--all-namespaces", "--output=yaml")
    gathered = gather(read_bytes("export.yaml", yaml.encode()))
    return compute_reach(parse_cluster(gathered.bodies(), unread=gathered.unread), assumptions_for("", {}))


def test_what_is_read_is_what_kubectl_exports(cluster: Cluster, plane: ControlPlane) -> None:
    snapshot = take(cluster)
    assert (snapshot.state, snapshot.coverage["unread"]) == (Snapshot.State.COMPLETE, [])
    found, expected = load_reach(snapshot), exported(plane)
    edges = [str(edge) for edge in found.edges()]
    assert edges == [str(edge) for edge in expected.edges()]
    assert {str(edge.verdict) for edge in found.edges()} >= {"allowed", "denied", "unrestricted", "unknown"}


def test_the_account_reads_what_is_needed_and_nothing_else(
    kubeconfig: str, plane: ControlPlane, desk: Path
) -> None:
    def may(verb: str, kind: str) -> bool:
        return plane.may(verb, kind, desk / "reader.kubeconfig")

    kinds = KINDS.split(",")
    assert all(may(*each) for each in product(("get", "list", "watch"), kinds))
    changes = ("create", "update", "patch", "delete")
    assert not any(may(*each) for each in product(changes, ("pods", "networkpolicies")))
    assert not any(may("get", kind) for kind in ("secrets", "configmaps", "events", "serviceaccounts"))


def test_a_list_of_many_pages_is_whole(cluster: Cluster, plane: ControlPlane) -> None:
    plane.apply([namespace("many"), *(policy("many", f"p{number}") for number in range(1100))])
    snapshot = take(cluster)
    assert snapshot.state == Snapshot.State.COMPLETE
    standing = cluster.versions.filter(kind="NetworkPolicy", namespace="many", last__isnull=True)
    assert standing.count() == 1100
    plane.kubectl("delete", "namespace", "many")


def test_what_the_account_may_not_read_is_unknown(cluster: Cluster, plane: ControlPlane) -> None:
    rules = plane.kubectl("get", "clusterrole", "portolan-reader", "--output=yaml")
    plane.kubectl("replace", "--filename=-", stdin=rules.replace("- networkpolicies\n", "- nothing\n"))
    try:
        snapshot = take(cluster)
    finally:
        plane.kubectl("replace", "--force", "--filename=-", stdin=rules)
    assert snapshot.state == Snapshot.State.PARTIAL
    (unread,) = [each for each in snapshot.coverage["unread"] if each["kind"] == "NetworkPolicy"]
    assert "HTTP 403" in unread["reason"]
    assert "portolan-reader" in unread["reason"]
    assert {str(edge.verdict) for edge in load_reach(snapshot).edges()} == {"unknown", "empty"}


def test_a_watch_outlives_the_api_server(cluster: Cluster, plane: ControlPlane) -> None:
    watcher = Watcher()
    change_cluster(cluster, watch=True)

    def turn() -> set[str]:
        watcher.tick()
        for snapshot in cluster.snapshots.filter(state=Snapshot.State.QUEUED):
            run_snapshot(snapshot.pk)
        time.sleep(0.05)
        standing = cluster.versions.filter(kind="NetworkPolicy", namespace="dev", last__isnull=True)
        return set(standing.values_list("name", flat=True))

    def follows(names: Iterable[str]) -> None:
        wait_for(lambda: set(names) <= turn(), f"{names} to be seen", 60)

    try:
        turn()
        plane.apply([policy("dev", "first")])
        follows(["first"])
        plane.stop()
        turn()
        plane.start()
        plane.apply([policy("dev", "second")])
        follows(["first", "second"])
    finally:
        watcher.end()
