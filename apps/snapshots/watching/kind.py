"""Following one kind: a list, then a watch from its version on, and a list again when that has expired.

A connection that breaks costs nothing: the watch goes on from the version that was seen last. After a list
that had to be made again, what differs is found by comparing it with what was known.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Mapping
from threading import Event
from typing import Any

import msgspec

from apps.snapshots.asking import ClusterUnreachable, Interrupted, ListExpired, NotReadable
from apps.snapshots.gather import canonical
from apps.snapshots.live import Line, decoder_of
from apps.snapshots.paging import Resource, read_list
from apps.snapshots.prune import prune
from apps.snapshots.watching.events import Seen, read_events

WATCH = 60  # seconds after which the server ends a watch
_SILENCE = 75.0  # seconds of silence after which a connection is dead
_FIRST_WAIT, _LONGEST_WAIT = 0.2, 30.0  # seconds before trying again; doubles
_RESTARTS = 3

_Key = tuple[str, str]  # namespace and name


class KindWatch:
    """`changed` is called whenever something that Portolan stores of this kind may have changed.

    `trouble` is empty, or says why the kind cannot be followed now.
    """

    def __init__(self, line: Line, resource: Resource, changed: Callable[[Resource], None]) -> None:
        self.resource = resource
        self.trouble = ""
        self._line = line
        self._decode = decoder_of(resource)
        self._changed = changed
        self._known: dict[_Key, bytes] | None = None  # a digest of what is stored of each object
        self._version = ""

    def run(self, stopped: Event) -> None:
        """Follows until `stopped` is set, whatever goes wrong on the way."""
        failures = 0
        while not stopped.is_set():
            began = self._version
            try:
                self._follow(stopped)
                failures, self.trouble = 0, ""
                continue
            except ListExpired:
                began = self._version = ""
            except (NotReadable, ClusterUnreachable, Interrupted, msgspec.DecodeError) as failure:
                self.trouble = f"{self.resource}: {failure}"
            got_on = self._version != began
            failures = 1 if got_on else failures + 1
            longest = min(_FIRST_WAIT * 2.0 ** (failures - 1), _LONGEST_WAIT)
            stopped.wait(longest * random.uniform(0.5, 1.0))  # noqa: S311 - no secret

    def _follow(self, stopped: Event) -> None:
        """One watch, to its end."""
        if not self._version:
            self._list()
        path = (
            f"{self.resource.path}?watch=1&allowWatchBookmarks=true"
            f"&resourceVersion={self._version}&timeoutSeconds={WATCH}"
        )
        for seen in read_events(self._line.stream(path, _SILENCE), self._decode):
            if stopped.is_set():
                return
            self._note(seen)

    def _list(self) -> None:
        """The first list tells of a change too: nobody knows what happened before."""
        listed = read_list(
            self._line.ask, self.resource, decode=self._decode, progress=_ignore, restarts=_RESTARTS
        )
        found = {_key(body): _digest(body) for body in listed.objects}
        if found != self._known:
            self._changed(self.resource)
        self._known, self._version = found, listed.version

    def _note(self, seen: Seen) -> None:
        """The version is moved on last: what is told of twice does no harm."""
        known = self._known if self._known is not None else {}
        if seen.body is not None:
            seen.body.update(apiVersion=self.resource.api, kind=self.resource.kind)
            key, digest = _key(seen.body), _digest(seen.body)
            if seen.is_gone:
                differs = known.pop(key, None) is not None
            else:
                differs = known.get(key) != digest
                known[key] = digest
            if differs:
                self._changed(self.resource)
        self._version = seen.version or self._version


def _ignore(step: str, done: int, total: int | None) -> None:
    """Nobody waits for these lists."""


def _key(body: Mapping[str, Any]) -> _Key:
    meta = body.get("metadata") or {}
    return meta.get("namespace") or "", meta.get("name") or ""


def _digest(body: Mapping[str, Any]) -> bytes:
    return hashlib.blake2b(canonical(prune(body)).encode(), digest_size=16).digest()
