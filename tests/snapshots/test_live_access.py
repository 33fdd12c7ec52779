"""The ways to identify oneself: token, client certificate, service account, and what an operator may use."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from apps.snapshots.live import Access, ClusterUnreachable, read_cluster
from tests.fakes.kube_api import KubeApi
from tests.fakes.kube_objects import namespace
from tests.fakes.kube_reading import Reader, names

TOKEN = "s3cr3t-token-0123456789"


def test_a_client_certificate() -> None:
    with KubeApi([namespace("shop")], client_certificates=True) as api:
        client = api.authority.sign("reader", client=True)
        assert names(Reader().read(api, token="", client=client), "Namespace") == ["shop"]
        with pytest.raises(ClusterUnreachable):
            Reader().read(api, token="")


def test_the_key_of_a_certificate_is_on_disk_only_while_it_is_needed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    seen: set[tuple[str, int]] = set()

    def look(*step: object) -> None:
        seen.update((file.name, file.parent.stat().st_mode & 0o777) for file in tmp_path.rglob("*.pem"))

    with KubeApi([namespace("shop")], client_certificates=True) as api:
        kubeconfig = api.kubeconfig(token="", client=api.authority.sign("reader", client=True))
        read_cluster(Access(kubeconfig=kubeconfig), progress=look)
    assert seen == {("cert.pem", 0o700), ("key.pem", 0o700)}
    assert list(tmp_path.iterdir()) == []


@pytest.mark.filterwarnings("ignore::urllib3.exceptions.InsecureRequestWarning")
def test_tls_may_be_unchecked_only_where_that_is_allowed() -> None:
    with KubeApi([namespace("shop")], token=TOKEN, tls=True) as api:
        text = json.loads(api.kubeconfig())
        cluster = text["clusters"][0]["cluster"]
        del cluster["certificate-authority-data"]
        cluster["insecure-skip-tls-verify"] = True
        with pytest.raises(ClusterUnreachable, match="insecure-skip-tls-verify"):
            Reader().read_by(Access(kubeconfig=json.dumps(text)))
        assert api.asked == []
        reading = Reader().read_by(Access(kubeconfig=json.dumps(text), allow_insecure=True))
    assert names(reading, "Namespace") == ["shop"]


def test_another_context() -> None:
    with KubeApi([namespace("shop")], token=TOKEN) as api:
        text = json.loads(api.kubeconfig())
        text["contexts"].append({"name": "broken", "context": {"cluster": "gone", "user": "reader"}})
        text["clusters"].append({"name": "gone", "cluster": {"server": "http://127.0.0.1:1"}})
        text["current-context"] = "broken"
        reading = Reader().read_by(Access(kubeconfig=json.dumps(text), context="fake"))
        with pytest.raises(ClusterUnreachable, match="does not accept connections"):
            Reader().read_by(Access(kubeconfig=json.dumps(text)))
    assert names(reading, "Namespace") == ["shop"]


@pytest.fixture
def pod_api(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[KubeApi]:
    """An API server as a pod of the cluster meets it; the token lies in `tmp_path / "token"`."""
    with KubeApi([namespace("shop")], token=TOKEN, tls=True) as api:
        (tmp_path / "token").write_text(TOKEN)
        (tmp_path / "ca.crt").write_text(api.authority.certificate)
        # The files that Kubernetes mounts into a pod, but for their folder.
        module = "kubernetes.config.incluster_config"
        monkeypatch.setattr(f"{module}.SERVICE_TOKEN_FILENAME", str(tmp_path / "token"))
        monkeypatch.setattr(f"{module}.SERVICE_CERT_FILENAME", str(tmp_path / "ca.crt"))
        monkeypatch.setenv("KUBERNETES_SERVICE_HOST", "127.0.0.1")
        monkeypatch.setenv("KUBERNETES_SERVICE_PORT", api.url.rpartition(":")[2])
        # Every question is asked as if the minute for which a token is kept were over.
        over = property(
            lambda loader: datetime.min,  # noqa: DTZ901 - the client's library compares without a zone
            lambda loader, value: None,
        )
        monkeypatch.setattr(f"{module}.InClusterConfigLoader.token_expires_at", over, raising=False)
        yield api


def test_a_service_account_and_its_token_that_is_renewed(pod_api: KubeApi, tmp_path: Path) -> None:
    def renew(step: str, done: int, total: int | None) -> None:
        pod_api.token = f"{TOKEN}-after-{step}"
        (tmp_path / "token").write_text(pod_api.token)

    reading = read_cluster(Access(in_cluster=True), progress=renew)
    assert (names(reading, "Namespace"), reading.unread) == (["shop"], [])
    assert pod_api.token == f"{TOKEN}-after-pods"


def test_a_token_that_cannot_be_renewed(pod_api: KubeApi, tmp_path: Path) -> None:
    def lose(step: str, done: int, total: int | None) -> None:
        (tmp_path / "token").write_text("")

    with pytest.raises(ClusterUnreachable, match="cannot be renewed"):
        read_cluster(Access(in_cluster=True), progress=lose)


def test_no_service_account(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KUBERNETES_SERVICE_HOST", raising=False)
    with pytest.raises(ClusterUnreachable, match="Run it as a pod of the cluster"):
        Reader().read_by(Access(in_cluster=True))


def _with_user(api: KubeApi, user: dict[str, Any]) -> str:
    text = json.loads(api.kubeconfig())
    text["users"][0]["user"] = user
    return json.dumps(text)


def test_the_operator_may_use_a_plugin_and_nobody_else(tmp_path: Path) -> None:
    credential = {
        "apiVersion": "client.authentication.k8s.io/v1",
        "kind": "ExecCredential",
        "status": {"token": TOKEN},
    }
    script = tmp_path / "plugin.py"
    script.write_text(
        f"open({str(tmp_path / 'ran')!r}, 'w').close(); print({json.dumps(json.dumps(credential))})"
    )
    plugin = {"apiVersion": credential["apiVersion"], "command": sys.executable, "args": [str(script)]}
    with KubeApi([namespace("shop")], token=TOKEN) as api:
        text = _with_user(api, {"exec": plugin})
        with pytest.raises(ClusterUnreachable, match=r"users\[reader\]\.user\.exec: starts a program"):
            Reader().read_by(Access(kubeconfig=text))
        assert not (tmp_path / "ran").exists()
        reading = Reader().read_by(Access(kubeconfig=text, trusted=True))
    assert (tmp_path / "ran").exists()
    assert names(reading, "Namespace") == ["shop"]


def test_the_operator_may_name_files_and_nobody_else(tmp_path: Path) -> None:
    (tmp_path / "token").write_text(TOKEN)
    with KubeApi([namespace("shop")], token=TOKEN) as api:
        text = _with_user(api, {"tokenFile": str(tmp_path / "token")})
        with pytest.raises(ClusterUnreachable, match=r"users\[reader\]\.user\.tokenFile"):
            Reader().read_by(Access(kubeconfig=text))
        reading = Reader().read_by(Access(kubeconfig=text, trusted=True))
    assert names(reading, "Namespace") == ["shop"]


@pytest.mark.parametrize("text", ["", "[]", "contexts: [", "{}", f"users: [{TOKEN}]\ncontexts: 7"])
def test_a_broken_kubeconfig_of_the_operator(text: str) -> None:
    with pytest.raises(ClusterUnreachable, match="The kubeconfig cannot be used") as raised:
        Reader().read_by(Access(kubeconfig=text, trusted=True))
    assert TOKEN not in str(raised.value)
