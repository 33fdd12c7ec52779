"""What the fake API server streams to whoever watches a kind: events since a version, one a line."""

from __future__ import annotations

import time
from collections.abc import Iterator

import msgspec

from tests.fakes.kube_answers import status
from tests.fakes.kube_store import Kind, Object, Store

GLANCE = 0.02  # seconds
BOOKMARK = 0.3  # seconds of silence


def watched_kind(store: Store, path: str) -> Kind | None:
    """The kind that is listed at this path, over all namespaces."""
    root, *rest = path.strip("/").split("/")
    depth = 1 if root == "api" else 2
    api, where = "/".join(rest[:depth]), rest[depth:]
    return next((each for each in store.kinds if [each.plural] == where and each.api == api), None)


def stream(store: Store, kind: Kind, version: int, seconds: float) -> Iterator[bytes]:
    """Lines; an empty one when there is nothing to say."""
    if version < store.oldest:
        yield _line("ERROR", status(410, f"too old resource version: {version} ({store.oldest})"))
        return
    ends, silent = time.monotonic() + seconds, time.monotonic()
    while time.monotonic() < ends:
        for revision, type_, body in store.events(kind, version):
            version, silent = revision, time.monotonic()
            yield _line(type_, {"apiVersion": kind.api, "kind": kind.kind, **body})
        if time.monotonic() - silent > BOOKMARK:
            silent = time.monotonic()
            # Nothing of this kind happened up to here that was not told.
            meta = {"resourceVersion": str(version)}
            yield _line("BOOKMARK", {"apiVersion": kind.api, "kind": kind.kind, "metadata": meta})
        yield b""
        time.sleep(GLANCE)


def _line(type_: str, body: Object) -> bytes:
    return msgspec.json.encode({"type": type_, "object": body}) + b"\n"
