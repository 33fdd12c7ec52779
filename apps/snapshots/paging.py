"""Kubernetes lists, page by page: `limit` and `continue`, and starting over when the token has expired.

Source: "Retrieving large results sets in chunks", Kubernetes API concepts.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, NamedTuple, Protocol, TypeVar
from urllib.parse import quote

import msgspec

from apps.snapshots.asking import ListExpired, NotReadable

PAGE = 500  # objects a page, as kubectl asks for

T = TypeVar("T")
Progress = Callable[[str, int, int | None], None]


class Resource(NamedTuple):
    """One listable kind. `api`: group and version, such as `v1` or `networking.k8s.io/v1`."""

    api: str
    plural: str
    kind: str

    @property
    def group(self) -> str:
        return self.api.rpartition("/")[0]

    @property
    def path(self) -> str:
        return f"/{'apis' if self.group else 'api'}/{self.api}/{self.plural}"

    def __str__(self) -> str:
        return f"{self.plural}.{self.group}" if self.group else self.plural


class ListMeta(msgspec.Struct, rename="camel"):
    continue_: str | None = msgspec.field(name="continue", default=None)
    remaining_item_count: int | None = None
    resource_version: str = ""


class ObjectList(msgspec.Struct, Generic[T]):
    """A list as the API sends it. `items` may be null: Go writes an empty slice so."""

    kind: str
    items: list[T] | None
    metadata: ListMeta = msgspec.field(default_factory=ListMeta)


class Page(NamedTuple):
    items: list[dict[str, Any]]
    meta: ListMeta


class Listed(NamedTuple):
    """A whole list. `version`: its resourceVersion, from which a watch goes on."""

    objects: list[dict[str, Any]]
    version: str


class Ask(Protocol):
    """GET a path and decode the answer: `asking.ask` with the transport and the patience filled in."""

    def __call__(self, path: str, decode: Callable[[bytes | bytearray], T], /) -> T: ...


_objects = msgspec.json.Decoder(ObjectList[dict[str, Any]])


def decode_objects(body: bytes | bytearray) -> Page:
    """A page with its objects whole. Raises msgspec.DecodeError if it is no Kubernetes list."""
    found = _objects.decode(body)
    return Page(found.items or [], found.metadata)


def read_list(
    ask: Ask,
    resource: Resource,
    *,
    decode: Callable[[bytes | bytearray], Page],
    progress: Progress,
    restarts: int,
) -> Listed:
    """All objects of a kind, each with the `apiVersion` and `kind` that lists leave out.

    Raises NotReadable, also when the list expired more than `restarts` times while it was read.
    """
    for _ in range(restarts + 1):
        try:
            return _read_pages(ask, resource, decode, progress)
        except ListExpired:
            continue
    raise NotReadable(410, f"the list of {resource} expired {restarts + 1} times while it was read")


def _read_pages(
    ask: Ask, resource: Resource, decode: Callable[[bytes | bytearray], Page], progress: Progress
) -> Listed:
    objects: list[dict[str, Any]] = []
    token = ""
    while True:
        page = ask(
            f"{resource.path}?limit={PAGE}" + (f"&continue={quote(token, safe='')}" if token else ""), decode
        )
        for item in page.items:
            item.update(apiVersion=resource.api, kind=resource.kind)
        objects += page.items
        following = page.meta.continue_ or ""
        progress(str(resource), len(objects), _total(len(objects), page.meta))
        if not following:
            return Listed(objects, page.meta.resource_version)
        if following == token:
            raise NotReadable(0, f"the list of {resource} does not get on: the same page is offered again")
        token = following


def _total(done: int, meta: ListMeta) -> int | None:
    """The size of the whole list, as far as the server says (None: it does not)."""
    if not meta.continue_:
        return done
    return None if meta.remaining_item_count is None else done + meta.remaining_item_count
