"""kubectl accepts the fake API server: what our reader is tested against is Kubernetes' own protocol."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.fakes.kube_api import KubeApi
from tests.fakes.kube_objects import namespace, pod, policy, service

KUBECTL = shutil.which("kubectl")
# On a desk a missing kubectl shows as a skip; where skips fail (CI), these tests are not there.
__test__ = bool(KUBECTL) or os.environ.get("CI") != "true"
pytestmark = pytest.mark.skipif(not KUBECTL, reason="kubectl is not installed")


def _kubectl(api: KubeApi, folder: Path, *words: str) -> str:
    (folder / "kubeconfig").write_text(api.kubeconfig())
    options = ["--kubeconfig", str(folder / "kubeconfig"), "--cache-dir", str(folder / "cache")]
    done = subprocess.run(
        [KUBECTL or "", *options, *words], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def api() -> KubeApi:
    objects = [
        namespace("shop"),
        service("shop", "web"),
        policy("shop", "deny"),
        policy("", "guard", api="policy.networking.k8s.io/v1alpha1", kind="AdminNetworkPolicy"),
        *(pod("shop", f"web-{number}") for number in range(5)),
    ]
    return KubeApi(objects, token="t0ken", tls=True)


def test_kubectl_lists_everything(api: KubeApi, tmp_path: Path) -> None:
    with api:
        out = _kubectl(api, tmp_path, "get", "ns,pods,svc,netpol,adminnetworkpolicies", "-A", "-o", "name")
    assert out.split() == [
        "namespace/shop",
        *(f"pod/web-{number}" for number in range(5)),
        "service/web",
        "networkpolicy.networking.k8s.io/deny",
        "adminnetworkpolicy.policy.networking.k8s.io/guard",
    ]
    assert api.verbs == {"GET"}


def test_kubectl_prints_a_table(api: KubeApi, tmp_path: Path) -> None:
    with api:
        out = _kubectl(api, tmp_path, "get", "pods", "-A")
    assert [line.split()[:2] for line in out.splitlines()[:2]] == [["NAMESPACE", "NAME"], ["shop", "web-0"]]


def test_kubectl_pages(api: KubeApi, tmp_path: Path) -> None:
    with api:
        out = _kubectl(api, tmp_path, "get", "pods", "-n", "shop", "--chunk-size=2", "-o", "name")
        pages = [each for each in api.asked if each.path == "/api/v1/namespaces/shop/pods"]
    assert out.split() == [f"pod/web-{number}" for number in range(5)]
    assert len(pages) == 3


def test_kubectl_reads_one_object(api: KubeApi, tmp_path: Path) -> None:
    with api:
        out = _kubectl(api, tmp_path, "get", "pod", "web-3", "-n", "shop", "-o", "jsonpath={.spec.nodeName}")
    assert out == "node-1"
