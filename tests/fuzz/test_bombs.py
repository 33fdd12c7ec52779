"""Kubeconfigs and uploads that mean harm, sent to the real views: refused, in bounded time and memory."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
import yaml
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from apps.snapshots.clusters import add_cluster
from apps.snapshots.manifests import read_bytes
from tests.fuzz.apart import MOST_MEMORY, peak, printed_apart
from tests.fuzz.conftest import THOROUGH

MEGABYTE = 2**20
CLUSTERS = "/api/v1/clusters/"
UPLOADS = f"{CLUSTERS}target/snapshots/"


def laughs() -> bytes:
    lines = ["a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]"]
    for number in range(1, 12):
        inside = ", ".join([f"*a{number - 1}"] * 9)
        lines.append(f"a{number}: &a{number} [{inside}]")
    return ("apiVersion: v1\nkind: Namespace\nmetadata: {name: x}\n" + "\n".join(lines)).encode()


def zipped() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for number in range(4):
            archive.writestr(f"{number}.yaml", b"a" * 64 * MEGABYTE)
    return out.getvalue()


BOMBS: dict[str, Callable[[], bytes]] = {
    "laughs": laughs,
    "zip": zipped,
    "gzip": lambda: gzip.compress(b"a" * 128 * MEGABYTE, 1),
    "deep flow": lambda: b"a: " + b"[" * 500_000,
    "deep block": lambda: b"".join(b" " * n + b"a:\n" for n in range(3000)),
    "deep json": lambda: b'{"a":' * 500_000,
    "many documents": lambda: b"---\na\n" * 1_000_000,
    "one long line": lambda: b"a: " + b"b" * 60 * MEGABYTE,
    "many keys": lambda: b"a: {" + b",".join(b"k%d: 1" % n for n in range(300_000)) + b"}",
    "merges": lambda: b"a: &a {x: 1}\nb: &b {<<: [" + b", ".join([b"*a"] * 120_000) + b"]}",
    "nothing": lambda: b"",
    "not text": lambda: bytes(range(256)) * 4096,
    "utf-16 halves": lambda: b"\xff\xfe" + b"\xd8" * 1001,
    "list in lists": lambda: json.dumps(nested(90)).encode(),
    "huge number": lambda: b"apiVersion: v1\nkind: Service\nspec: {ports: [{port: " + b"9" * 10_000 + b"}]}",
    "code": lambda: b"!!python/object/apply:os.system [id]",
}


def nested(depth: int) -> dict[str, Any]:
    items = [nested(depth - 1)] if depth else []
    return {"apiVersion": "v1", "kind": "List", "items": items}


def kubeconfig(cluster: Any = None, user: Any = None, **more: Any) -> str:
    found: dict[str, Any] = {
        "clusters": [{"name": "a", "cluster": cluster or {"server": "https://10.0.0.1"}}],
        "users": [{"name": "a", "user": user or {"token": "t"}}],
        "contexts": [{"name": "a", "context": {"cluster": "a", "user": "a"}}],
        "current-context": "a",
    }
    return yaml.safe_dump({**found, **more})


KUBECONFIGS = {
    "exec": kubeconfig(user={"exec": {"command": "sh", "args": ["-c", "touch /tmp/pwned"]}}),
    "auth provider": kubeconfig(user={"auth-provider": {"name": "gcp"}}),
    "token file": kubeconfig(user={"tokenFile": "/etc/shadow"}),
    "key file": kubeconfig(user={"client-key": "/etc/shadow"}),
    "authority file": kubeconfig({"server": "https://a", "certificate-authority": "/etc/shadow"}),
    "file scheme": kubeconfig({"server": "file:///etc/shadow"}),
    "metadata service": kubeconfig({"server": "http://169.254.169.254/latest"}),
    "credentials in address": kubeconfig({"server": "https://a:b@10.0.0.1"}),
    "line in header": kubeconfig(user={"token": "a\r\nHost: evil"}),
    "no certificate": kubeconfig({"server": "https://a", "certificate-authority-data": "AAAA"}),
    "proxy": kubeconfig({"server": "https://a", "proxy-url": "socks5://127.0.0.1"}),
    "odd server": kubeconfig({"server": ["https://a"]}),
    "no mappings": kubeconfig(clusters=[1, None, []]),
    "numbers": kubeconfig(contexts=3),
    "laughs": laughs().decode(),
    "deep": "a: " + "[" * 100_000,
    "nul": "\0",
    "surrogate": '"\\ud800"',
    "code": "!!python/object/apply:os.system [id]",
    "huge": "a: " + "b" * 3 * MEGABYTE,
    "empty": "",
}


@pytest.fixture
def admin(db: None) -> APIClient:
    found = APIClient(raise_request_exception=False)
    found.force_login(
        get_user_model().objects.create_user("chief", password="a long password", is_staff=True)
    )
    return found


@pytest.mark.parametrize("name", BOMBS)
@pytest.mark.parametrize("suffix", ["yaml", "json", "zip"] if THOROUGH else ["yaml"])
def test_uploads_are_refused(admin: APIClient, name: str, suffix: str) -> None:
    add_cluster(name="Target", source="manifests")
    before = peak()
    file = SimpleUploadedFile(f"bomb.{suffix}", BOMBS[name]())
    answer = admin.post(UPLOADS, {"files": [file]}, format="multipart")
    assert answer.status_code in (400, 413), (name, answer.content[:500])
    assert answer["Content-Type"] == "application/problem+json"
    assert len(answer.content) < MEGABYTE
    assert peak() - before < MOST_MEMORY + 3 * file.size / MEGABYTE  # the client's own copies


@pytest.mark.parametrize("name", KUBECONFIGS)
def test_kubeconfigs_are_refused(admin: APIClient, name: str) -> None:
    """Those that are refused only when their address is asked are told then: `test_destinations.py`."""
    body = {"name": "Evil", "source": "kubeconfig", "kubeconfig": KUBECONFIGS[name]}
    answer = admin.post(CLUSTERS, body, format="json")
    told = answer.json()
    if name in {"metadata service", "proxy"} and answer.status_code == 201:
        return
    assert answer.status_code in (400, 413), (name, told)
    fields = {each["field"].split(".")[0] for each in told["errors"]}
    assert fields == ({"kubeconfig"} if answer.status_code == 400 else set()), told
    assert "touch" not in answer.content.decode()


def test_memory_is_bounded() -> None:
    """Of a process that reads one after the other, as a web process does."""
    (told,) = printed_apart(__name__, "read_all()")
    print(f"peak memory of a process that reads every bomb: {told} MB")
    assert float(told) < MOST_MEMORY


def read_all() -> None:
    for make in BOMBS.values():
        read_bytes("bomb.yaml", make())
    print(round(peak()))
