"""What docs/operations.md says about deploying, followed on a real API server, which checks every field."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.dashboard.running import wait_for
from tests.kubernetes.conftest import Follow
from tests.kubernetes.server import ControlPlane

NEEDS_AN_ANNOTATION = "missing the kubectl.kubernetes.io/last-applied-configuration annotation"  # of `create`


@pytest.fixture(scope="module")
def told(follow: Follow) -> str:
    """What was printed when everything was applied."""
    follow("cp -r deploy/example deploy/mine")
    follow("kubectl create namespace portolan\npassword")
    return follow("kubectl apply -k deploy/mine")


def test_every_object_is_accepted_without_a_warning(told: str, plane: ControlPlane) -> None:
    made = [line for line in told.splitlines() if not line.startswith("Warning")]
    assert {line.split()[-1] for line in made} == {"created", "configured"}
    warnings = [line for line in told.splitlines() if line.startswith("Warning")]
    assert [line for line in warnings if NEEDS_AN_ANNOTATION not in line] == []
    assert len(made) > 20


def test_pods_come_up_under_the_restricted_standard(told: str, plane: ControlPlane) -> None:
    (namespace,) = plane.get("namespaces", "--selector=kubernetes.io/metadata.name=portolan")
    assert namespace["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == "restricted"
    expected = {"ReplicaSet portolan", "Job portolan", "StatefulSet postgres", "StatefulSet redis"}
    wait_for(lambda: owners_of_pods(plane) == expected, "controllers to make all pods", 60)
    failed = plane.get("events", "--namespace=portolan", "--field-selector=reason=FailedCreate")
    assert [event["message"] for event in failed] == []


def owners_of_pods(plane: ControlPlane) -> set[str]:
    pods = [pod["metadata"] for pod in plane.get("pods", "--namespace=portolan")]
    return {f"{pod['ownerReferences'][0]['kind']} {pod['labels']['app.kubernetes.io/name']}" for pod in pods}


def test_a_pod_with_rights_is_refused_there(told: str, plane: ControlPlane) -> None:
    """The check before this one can fail."""
    (web,) = plane.get("deployments", "--namespace=portolan", "--field-selector=metadata.name=portolan-web")
    spec = web["spec"]["template"]["spec"]
    spec["containers"][0]["securityContext"]["allowPrivilegeEscalation"] = True
    metadata = {"name": "root", "namespace": "portolan"}
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}
    with pytest.raises(AssertionError, match="allowPrivilegeEscalation"):
        plane.kubectl("create", "--dry-run=server", "--filename=-", stdin=json.dumps(pod))


def test_changed_settings_are_applied_once_the_job_is_gone(
    told: str, follow: Follow, plane: ControlPlane, desk: Path
) -> None:
    file = desk / "deploy/mine/kustomization.yaml"
    file.write_text(file.read_text().replace("RETENTION=90d", "RETENTION=30d"))
    refused = subprocess.run(
        ["kubectl", "apply", "-k", "deploy/mine"],
        cwd=desk,
        env=plane.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "field is immutable" in refused.stderr
    follow("kubectl -n portolan delete job portolan-migrate")
    follow("kubectl apply -k deploy/mine")
    (settings,) = {
        each["configMapRef"]["name"]
        for workload in plane.get("deployments,jobs", "--namespace=portolan")
        for container in workload["spec"]["template"]["spec"]["containers"]
        for each in container["envFrom"]
        if "configMapRef" in each
    }
    retention = "--output=jsonpath={.data.RETENTION}"
    assert plane.kubectl("get", "configmap", settings, "--namespace=portolan", retention) == "30d"
