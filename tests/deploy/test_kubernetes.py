"""The Kubernetes manifests render, ask for no more than they need, and stand well in Portolan's own map."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from apps.engine import UNEVALUATED, assumptions_for, compute_reach, parse_cluster
from apps.engine.model import Verdict
from apps.snapshots.policy_kinds import CORE
from tests.test_repository import example_environment

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
OVERLAYS = ("with-services", "with-external-services", "example")

pytestmark = pytest.mark.skipif(not shutil.which("kubectl"), reason="kubectl is not installed")


@cache
def render(overlay: str) -> list[dict[str, Any]]:
    done = subprocess.run(
        ["kubectl", "kustomize", str(DEPLOY / overlay)], capture_output=True, text=True, check=True
    )
    return list(yaml.safe_load_all(done.stdout))


def of_kind(objects: list[dict[str, Any]], *kinds: str) -> list[dict[str, Any]]:
    return [each for each in objects if each["kind"] in kinds]


def pod_templates(objects: list[dict[str, Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
    for each in of_kind(objects, "Deployment", "StatefulSet", "Job"):
        yield each["metadata"]["name"], each["spec"]["template"]["spec"]


def containers(objects: list[dict[str, Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, pod in pod_templates(objects):
        for each in (*pod.get("initContainers", ()), *pod["containers"]):
            yield f"{name}/{each['name']}", each


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_every_object_is_portolans_own(overlay: str) -> None:
    objects = render(overlay)

    scattered = [
        each["metadata"]["name"]
        for each in objects
        if each["kind"] not in ("Namespace", "ClusterRole", "ClusterRoleBinding")
        and each["metadata"].get("namespace") != "portolan"
    ]
    assert scattered == []
    assert of_kind(objects, "Secret") == []  # it is made by whoever deploys, and never lies in a repository


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_pods_have_no_rights_that_they_do_not_need(overlay: str) -> None:
    objects = render(overlay)

    assert [name for name, pod in pod_templates(objects) if not pod["securityContext"]["runAsNonRoot"]] == []
    token = {name for name, pod in pod_templates(objects) if pod["automountServiceAccountToken"]}
    assert token == {"portolan-worker", "portolan-watch"}
    strict = {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert [name for name, each in containers(objects) if each["securityContext"] != strict] == []
    unbounded = [name for name, each in containers(objects) if "memory" not in each["resources"]["limits"]]
    assert unbounded == []


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_what_runs_for_long_is_probed(overlay: str) -> None:
    objects = render(overlay)

    silent = [
        each["metadata"]["name"]
        for each in of_kind(objects, "Deployment", "StatefulSet")
        if "livenessProbe" not in each["spec"]["template"]["spec"]["containers"][0]
    ]
    assert silent == []


def test_the_role_reads_what_portolan_reads_and_nothing_else() -> None:
    (role,) = of_kind(render("with-services"), "ClusterRole")

    assert {verb for rule in role["rules"] for verb in rule["verbs"]} == {"get", "list", "watch"}
    granted = {
        (group, kind) for rule in role["rules"] for group in rule["apiGroups"] for kind in rule["resources"]
    }
    needed = {(each.group, each.plural) for each in CORE}
    needed |= {
        ("policy.networking.k8s.io", kind)
        for kind in ("adminnetworkpolicies", "baselineadminnetworkpolicies", "clusternetworkpolicies")
    }
    needed |= {(group, plural(kind)) for group, kinds in UNEVALUATED.items() for kind in kinds}
    assert granted == needed


def plural(kind: str) -> str:
    name = kind.lower()
    return f"{name[:-1]}ies" if name.endswith("y") else name if name.endswith("s") else f"{name}s"


def test_settings_are_known_ones() -> None:
    settings = [
        each
        for each in of_kind(render("with-services"), "ConfigMap")
        if each["metadata"]["name"].startswith("portolan-settings")
    ]
    assert len(settings) == 1
    assert settings[0]["data"].keys() <= example_environment().keys()


def test_an_installation_names_its_image_and_settings() -> None:
    objects = render("example")
    images = {each["image"] for _, each in containers(objects)}
    assert {image for image in images if "portolan" in image} == {"registry.example.org/portolan:0.1.0"}
    (settings,) = of_kind(objects, "ConfigMap")
    assert settings["data"]["RETENTION"] == "90d"
    assert settings["data"]["PROXIES"] == "1"


def test_portolan_in_its_own_map() -> None:
    objects = list(render("with-services"))
    for space in ("kube-system", "ingress-nginx", "elsewhere"):
        objects.append({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": space}})
        objects.append(pod(space, {"k8s-app": "kube-dns"} if space == "kube-system" else {}))
    cluster = parse_cluster(objects)
    assert cluster.problems == ()

    reach = compute_reach(cluster, assumptions_for("", {}))
    verdicts = {(edge.source, edge.target): edge.verdict for edge in reach.edges()}
    assert verdicts["ingress-nginx", "portolan/portolan"] is Verdict.ALLOWED
    for target in ("portolan/portolan", "portolan/postgres", "portolan/redis"):
        assert verdicts["elsewhere", target] is Verdict.DENIED
    assert verdicts["ingress-nginx", "portolan/postgres"] is Verdict.DENIED
    # All but PostgreSQL's and Redis' own pods.
    assert verdicts["portolan", "portolan/postgres"] is Verdict.PARTIAL
    own = reach.isolation[reach.namespaces.index("portolan")]
    assert (own.ingress, own.egress) == ("all", "all")


def pod(namespace: str, labels: dict[str, str]) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "one", "namespace": namespace, "labels": labels},
        "spec": {"containers": [{"name": "main", "ports": [{"containerPort": 53, "protocol": "UDP"}]}]},
        "status": {"phase": "Running"},
    }
