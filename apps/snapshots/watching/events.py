"""What an API server streams to whoever watches: a JSON object a line.

Source: "Efficient detection of changes", Kubernetes API concepts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

import msgspec

from apps.snapshots.asking import ListExpired, NotReadable
from apps.snapshots.paging import Page

LARGEST_LINE = 64 * 1024 * 1024  # bytes; etcd holds objects of 1.5 MB


class Seen(NamedTuple):
    """`body`: the object as its list would have it; None of a bookmark, which only says `version`."""

    is_gone: bool
    body: dict[str, Any] | None
    version: str


class _Metadata(msgspec.Struct, rename="camel"):
    resource_version: str = ""


class _About(msgspec.Struct):
    metadata: _Metadata = msgspec.field(default_factory=_Metadata)
    code: int = 0
    message: str | None = None


class _Event(msgspec.Struct):
    type: str
    object: msgspec.Raw


_event = msgspec.json.Decoder(_Event)
_about = msgspec.json.Decoder(_About)


def read_events(pieces: Iterable[bytes], decode: Callable[[bytes], Page]) -> Iterator[Seen]:
    """`decode`: that of the kind's lists. Raises ListExpired when the server no longer knows the version
    that was asked for, NotReadable for any other error that it tells, and for what is no event."""
    for line in _lines(pieces):
        try:
            event = _event.decode(line)
            about = _about.decode(event.object)
        except msgspec.DecodeError as error:
            raise NotReadable(0, f"a watch answers with something else than events ({error})") from None
        if event.type == "ERROR":
            kind = ListExpired if about.code == 410 else NotReadable
            raise kind(about.code, (about.message or "no reason given")[:300])
        version = about.metadata.resource_version
        yield Seen(event.type == "DELETED", _body(event, decode), version)


def _body(event: _Event, decode: Callable[[bytes], Page]) -> dict[str, Any] | None:
    if event.type == "BOOKMARK":
        return None
    page = decode(b'{"kind":"List","metadata":{},"items":[%b]}' % bytes(event.object))
    return page.items[0]


def _lines(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Whole lines; a rest without an end is one that the connection broke in, and will come again."""
    rest = b""
    for piece in pieces:
        *lines, rest = (rest + piece).split(b"\n")
        if len(rest) > LARGEST_LINE:
            raise NotReadable(0, f"a watch sends more than {LARGEST_LINE} bytes as one event")
        yield from filter(None, lines)
