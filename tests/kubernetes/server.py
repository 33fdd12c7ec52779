"""A real Kubernetes control plane on 127.0.0.1: API server, etcd and controllers. The kubelet is played."""

from __future__ import annotations

import json
import os
import secrets
import ssl
import subprocess
import urllib.request
from base64 import b64encode
from collections.abc import Iterable, Mapping
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.dashboard.running import free_port, wait_for

PROGRAMS = Path(os.environ.get("CONTROL_PLANE") or "not-built").absolute()
Object = Mapping[str, Any]


class ControlPlane:
    """Runs from `start` to `stop`, and may be started again: etcd keeps what there is."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._port, self._etcd_ports = free_port(), f"{free_port()} {free_port()}"
        self._token = secrets.token_hex()
        self._addresses = count(2)
        self._running: list[subprocess.Popen[bytes]] = []
        (folder / "tokens.csv").write_text(f'{self._token},admin,admin,"system:masters"\n')
        (folder / "accounts.pem").write_bytes(_private_key())

    def start(self) -> None:
        self._run("kube-apiserver", *self._server_flags())
        wait_for(self._is_ready, "the API server")
        self.kubeconfig.write_text(json.dumps(self._administrators()))
        keys = f"--service-account-private-key-file={self._folder}/accounts.pem"
        self._run("kube-controller-manager", f"--kubeconfig={self.kubeconfig}", "--leader-elect=false", keys)

    def stop(self) -> None:
        while self._running:
            process = self._running.pop()
            process.kill()
            process.wait()

    @property
    def kubeconfig(self) -> Path:
        """An administrator's."""
        return self._folder / "admin.kubeconfig"

    @property
    def environment(self) -> dict[str, str]:
        """For programs that look for `kubectl` and its kubeconfig."""
        path = f"{PROGRAMS}:{os.environ['PATH']}"
        return {**os.environ, "PATH": path, "KUBECONFIG": str(self.kubeconfig), "HOME": str(self._folder)}

    def kubectl(self, *words: str, stdin: str | None = None) -> str:
        """What it prints. Fails with what it says."""
        done = self._ask(*words, stdin=stdin)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def may(self, verb: str, kind: str, kubeconfig: Path) -> bool:
        """Whether the account of this kubeconfig may do so in all namespaces."""
        account = f"--kubeconfig={kubeconfig}"
        return self._ask("auth", "can-i", verb, kind, "--all-namespaces", account).stdout.strip() == "yes"

    def get(self, *words: str) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = json.loads(self.kubectl("get", *words, "--output=json"))["items"]
        return items

    def apply(self, objects: Iterable[Object]) -> None:
        self.kubectl("apply", "--filename=-", stdin=_as_list(objects))

    def run_pods(self) -> int:
        """Says of all pods that wait for a kubelet what it would say of them; returns how many these were."""
        waiting = [pod for pod in self.get("pods", "--all-namespaces") if not pod["status"].get("podIP")]
        for pod in waiting:
            number = next(self._addresses)
            address = f"10.244.{number // 250}.{number % 250 + 1}"
            ready = {"type": "Ready", "status": "True"}
            pod["status"] = {
                "phase": "Running",
                "podIP": address,
                "podIPs": [{"ip": address}],
                "conditions": [ready],
            }
        if waiting:
            self.kubectl("replace", "--subresource=status", "--filename=-", stdin=_as_list(waiting))
        return len(waiting)

    def _ask(self, *words: str, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
        command = [PROGRAMS / "kubectl", *words]
        return subprocess.run(
            command, env=self.environment, input=stdin, capture_output=True, text=True, check=False
        )

    def _server_flags(self) -> list[str]:
        return [
            "--bind-address=127.0.0.1",
            f"--secure-port={self._port}",
            f"--cert-dir={self._folder}",
            f"--token-auth-file={self._folder}/tokens.csv",
            "--authorization-mode=RBAC",
            "--service-account-issuer=https://kubernetes.default.svc",
            f"--service-account-key-file={self._folder}/accounts.pem",
            f"--service-account-signing-key-file={self._folder}/accounts.pem",
            "--service-cluster-ip-range=10.96.0.0/16",
        ]

    def _run(self, program: str, *flags: str) -> None:
        store = {"ETCD_DIR": str(self._folder / "etcd"), "ETCD_PORTS": self._etcd_ports}
        with self._log(program).open("ab") as log:
            command = [PROGRAMS / program, *flags]
            self._running.append(
                subprocess.Popen(command, env={**os.environ, **store}, stdout=log, stderr=log)
            )

    def _is_ready(self) -> bool:
        assert self._running[0].poll() is None, self._log("kube-apiserver").read_text()[-2000:]
        with suppress(OSError):
            context = ssl.create_default_context(cafile=str(self._folder / "apiserver.crt"))
            address = f"https://127.0.0.1:{self._port}/readyz"
            return bool(urllib.request.urlopen(address, context=context, timeout=5))
        return False

    def _log(self, program: str) -> Path:
        return self._folder / f"{program}.log"

    def _administrators(self) -> Object:
        certificate = b64encode((self._folder / "apiserver.crt").read_bytes()).decode()
        cluster = {"server": f"https://127.0.0.1:{self._port}", "certificate-authority-data": certificate}
        return {
            "clusters": [{"name": "real", "cluster": cluster}],
            "users": [{"name": "admin", "user": {"token": self._token}}],
            "contexts": [{"name": "real", "context": {"cluster": "real", "user": "admin"}}],
            "current-context": "real",
        }


def _as_list(objects: Iterable[Object]) -> str:
    return json.dumps({"apiVersion": "v1", "kind": "List", "items": list(objects)})


def _private_key() -> bytes:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )
