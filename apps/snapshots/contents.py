"""Which Kubernetes objects a decoded document holds: one, a List of them, or none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from apps.engine.model import ObjectRef
from apps.snapshots.fieldpaths import Part, join

# A document with two of these four means to be an object; Helm's values often have a `kind` of their own,
# and a Chart.yaml has an `apiVersion`.
_MARKS = ("apiVersion", "kind", "metadata", "spec")
_CLIENT_GROUP = "kustomize.config.k8s.io"  # read by kustomize on the client, never by a cluster


class Found(NamedTuple):
    """One object of a document (`path`: where, "" for the document itself), or why it is none.

    `body` None and `message` empty: an object that is known and not kept, such as a Secret.
    """

    path: str
    body: dict[str, Any] | None
    object: str = ""
    field: str = ""
    message: str = ""


def objects_in(value: Any) -> Iterator[Found]:
    """The objects of one document: itself, or the items of a List (also one inside another) or of a sequence.

    Secrets are dropped here. What is no Kubernetes object at all gives nothing.
    """
    if isinstance(value, list):
        yield from _items(value, {}, ())
    else:
        yield from _object(value, ())


def describe(body: Any) -> str:
    """`Kind/NS/NAME`, as far as an object says it."""
    if not isinstance(body, Mapping):
        return ""
    metadata = body.get("metadata")
    named = metadata if isinstance(metadata, Mapping) else {}
    parts = (body.get("kind"), named.get("namespace"), named.get("name"))
    return str(ObjectRef(*(part if isinstance(part, str) else "" for part in parts)))


def _object(body: Any, path: tuple[Part, ...]) -> Iterator[Found]:
    if not isinstance(body, dict) or sum(mark in body for mark in _MARKS) < 2:
        return
    for name in ("apiVersion", "kind"):
        word = body.get(name)
        if not isinstance(word, str) or not word:
            yield Found(join(path), None, describe(body), join((*path, name)), _fault(name, body))
            return
    kind: str = body["kind"]
    if kind == "List" or (kind.endswith("List") and "items" in body):
        yield from _list(body, path)
    elif kind == "Secret" or body["apiVersion"].startswith(f"{_CLIENT_GROUP}/"):
        yield Found(join(path), None)
    else:
        yield Found(join(path), body)


def _fault(name: str, body: Mapping[str, Any]) -> str:
    return "must be text that is not empty" if name in body else "is missing"


def _list(body: dict[str, Any], path: tuple[Part, ...]) -> Iterator[Found]:
    items = body.get("items")
    if items is not None and not isinstance(items, list):
        yield Found(join(path), None, describe(body), join((*path, "items")), "must be a list")
        return
    yield Found(join(path), None)
    yield from _items(items or [], _implied(body), (*path, "items"))


def _implied(body: Mapping[str, Any]) -> dict[str, Any]:
    """What the items of a typed list leave out, as an API server's answer does: `PodList` holds Pods."""
    if body["kind"] == "List":
        return {}
    return {"apiVersion": body["apiVersion"], "kind": body["kind"].removesuffix("List")}


def _items(items: list[Any], implied: dict[str, Any], path: tuple[Part, ...]) -> Iterator[Found]:
    for index, item in enumerate(items):
        place = (*path, index)
        if isinstance(item, dict):
            yield from _object(implied | item, place)
        elif path:
            yield Found(join(place), None, "", join(place), "must be an object")
