"""A small API server: Kubernetes' list protocol, enough for the `kubernetes` package and `kubectl get`.

    with KubeApi(objects, token="t0ken") as api:
        api.faults["/api/v1/pods"] = Fault(status=403, message="pods is forbidden")
        read_cluster(Access(kubeconfig=api.kubeconfig()), …)
        assert api.verbs == {"GET"}

By hand: `python -m tests.fakes.kube_api FOLDER --port 8001 --kubeconfig FILE` serves a folder of manifests.
It discovers, lists (whole, by namespace, in pages), gets and watches; it does not select by label or write.
"""

from __future__ import annotations

import base64
import json
import socket
import ssl
import struct
import tempfile
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

import msgspec

from tests.fakes.certificates import Authority, KeyPair
from tests.fakes.kube_answers import discovery, objects, status
from tests.fakes.kube_store import Expired, Object, Store
from tests.fakes.kube_watch import stream, watched_kind

CHUNK = 32768  # bytes of a chunked answer


class Asked(NamedTuple):
    verb: str
    path: str
    query: dict[str, str]


@dataclass
class Fault:
    """What goes wrong on a path. `times`: how often (-1: always); `continued`: not on a list's first page.

    In `message`, `<authorization>` becomes the header of that name, as careless proxies write it.
    """

    status: int = 0
    message: str = "fault"
    headers: tuple[tuple[str, str], ...] = ()
    garbage: bytes = b""  # the body instead of the right one, as HTML
    delay: float = 0.0  # seconds before the answer
    cut: int | None = None  # as many bytes of the body as sent, then the connection closes
    reset: bool = False  # the connection is reset before any answer
    null_items: bool = False  # `items: null`, as Go writes an empty slice
    times: int = -1
    continued: bool = False


class KubeApi:
    """Listens on 127.0.0.1 while it is entered. `store` may change between requests."""

    def __init__(
        self,
        objects: Iterable[Object] = (),
        *,
        token: str = "",
        tls: bool = False,
        client_certificates: bool = False,
        port: int = 0,
    ) -> None:
        self.store = Store(objects)
        self.token = token
        self.faults: dict[str, Fault] = {}
        self.asked: list[Asked] = []
        self.cuts = 0  # so often all watches were cut off
        self.authority = Authority()
        self._server = _Server(self, port)
        self.tls = tls or client_certificates
        if self.tls:
            self._server.socket = self._wrapped(client_certificates)

    @property
    def url(self) -> str:
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self._server.server_port}"

    @property
    def verbs(self) -> set[str]:
        return {each.verb for each in self.asked}

    @property
    def paths(self) -> list[str]:
        return [each.path for each in self.asked]

    def kubeconfig(
        self, *, token: str | None = None, client: KeyPair | None = None, cluster: Object | None = None
    ) -> str:
        """The text of a kubeconfig with the context `fake`; `cluster`: fields to add or replace there."""
        about: Object = {"server": self.url}
        if self.tls:
            about["certificate-authority-data"] = _base64(self.authority.certificate)
        user: Object = {"token": self.token if token is None else token}
        if client:
            user |= {
                "client-certificate-data": _base64(client.certificate),
                "client-key-data": _base64(client.key),
            }
        return json.dumps(
            {
                "apiVersion": "v1",
                "kind": "Config",
                "clusters": [{"name": "fake", "cluster": {**about, **(cluster or {})}}],
                "users": [{"name": "reader", "user": user}],
                "contexts": [{"name": "fake", "context": {"cluster": "fake", "user": "reader"}}],
                "current-context": "fake",
            },
            indent=1,
        )

    def __enter__(self) -> KubeApi:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def cut_watches(self) -> None:
        """Breaks every connection that watches, in the middle of an event if there is one."""
        self.cuts += 1

    def fault_for(self, path: str, query: dict[str, str]) -> Fault | None:
        fault = self.faults.get(path) or self.faults.get("*")
        if not fault or not fault.times or (fault.continued and "continue" not in query):
            return None
        fault.times -= 1
        return fault

    def _wrapped(self, client_certificates: bool) -> socket.socket:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        pair = self.authority.sign("fake-api.test")
        with tempfile.NamedTemporaryFile("w", suffix=".pem") as file:
            file.write(pair.certificate + pair.key)
            file.flush()
            context.load_cert_chain(file.name)
        if client_certificates:
            context.verify_mode = ssl.CERT_REQUIRED
            context.load_verify_locations(cadata=self.authority.certificate)
        return context.wrap_socket(self._server.socket, server_side=True, do_handshake_on_connect=False)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, api: KubeApi, port: int) -> None:
        self.api = api
        super().__init__(("127.0.0.1", port), _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that hang up are part of the tests; nothing to print."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def __getattr__(self, name: str) -> Any:
        if name.startswith("do_"):  # every verb is recorded, and none but GET does anything
            return self._answer
        raise AttributeError(name)

    def log_message(self, *words: Any) -> None:
        """Tests read `asked` instead."""

    def _answer(self) -> None:
        api, parts = self.server.api, urlsplit(self.path)
        query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
        api.asked.append(Asked(self.command, parts.path, query))
        fault = api.fault_for(parts.path, query) or Fault()
        time.sleep(fault.delay)
        if fault.reset:
            self._reset()
            return
        if "watch" in query and not fault.status and self._may_pass(api.token):
            self._stream(parts.path, query)
            return
        code, body = (fault.status, None) if fault.status else self._looked_up(parts.path, query)
        if fault.garbage:
            code = fault.status or 200
        content: Any = body or status(code, self._quoted(fault.message) if fault.status else "")
        if fault.null_items:
            content = {**content, "items": None}
        self._send(code, fault, fault.garbage or msgspec.json.encode(content))

    def _looked_up(self, path: str, query: dict[str, str]) -> tuple[int, Object | None]:
        api = self.server.api
        if self.command != "GET":
            return 405, None
        if not self._may_pass(api.token):
            return 401, None
        try:
            found = discovery(api.store, path) or objects(api.store, path, query)
        except Expired:
            return 410, None
        return (200, found) if found else (404, None)

    def _may_pass(self, token: str) -> bool:
        if not token:
            return True
        scheme, _, given = (self.headers["Authorization"] or "").partition(" ")
        return scheme.lower() == "bearer" and given == token

    def _stream(self, path: str, query: dict[str, str]) -> None:
        api = self.server.api
        kind, cuts = watched_kind(api.store, path), api.cuts
        if kind is None:
            self._send(404, Fault(), msgspec.json.encode(status(404, "")))
            return
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        seconds = float(query.get("timeoutSeconds", 60))
        for line in stream(api.store, kind, int(query["resourceVersion"]), seconds):
            if api.cuts != cuts:
                self.wfile.write(_chunk(line[: len(line) // 2]) if line else b"")
                self._reset()
                return
            self.wfile.write(_chunk(line) if line else b"")
        self.wfile.write(b"0\r\n\r\n")

    def _quoted(self, message: str) -> str:
        return message.replace("<authorization>", self.headers["Authorization"] or "")

    def _send(self, code: int, fault: Fault, body: bytes) -> None:
        self.send_response(code)
        self.send_header("Content-Type", "text/html" if fault.garbage else "application/json")
        if len(body) < 2048:
            self.send_header("Content-Length", str(len(body)))
        else:  # as Go's servers do
            self.send_header("Transfer-Encoding", "chunked")
            body = _in_chunks(body)
        for name, value in fault.headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body[: fault.cut])
        self.close_connection = fault.cut is not None

    def _reset(self) -> None:
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        self.rfile.close()
        self.connection.close()


def _in_chunks(body: bytes) -> bytes:
    pieces = (body[start : start + CHUNK] for start in range(0, len(body), CHUNK))
    return b"".join(map(_chunk, pieces)) + b"0\r\n\r\n"


def _chunk(piece: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(piece), piece)


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


if __name__ == "__main__":
    from tests.fakes.kube_folder import main

    main()
