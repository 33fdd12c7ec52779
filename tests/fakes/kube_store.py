"""What the fake API server holds: objects by kind, lists whose pages stay as the list was when it began."""

from __future__ import annotations

import base64
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

Object = dict[str, Any]


@dataclass
class Kind:
    """One served kind. `api`: group and version."""

    api: str
    plural: str
    kind: str
    namespaced: bool = True
    short: tuple[str, ...] = ()
    verbs: tuple[str, ...] = ("get", "list")
    objects: dict[tuple[str, str], Object] = field(default_factory=dict)  # by namespace and name

    @property
    def group(self) -> str:
        return self.api.rpartition("/")[0]

    @property
    def version(self) -> str:
        return self.api.rpartition("/")[2]


def always_served() -> list[Kind]:
    """What every cluster has."""
    return [
        Kind("v1", "namespaces", "Namespace", namespaced=False, short=("ns",)),
        Kind("v1", "nodes", "Node", namespaced=False, short=("no",)),
        Kind("v1", "pods", "Pod", short=("po",)),
        Kind("v1", "services", "Service", short=("svc",)),
        Kind("discovery.k8s.io/v1", "endpointslices", "EndpointSlice"),
        Kind("networking.k8s.io/v1", "networkpolicies", "NetworkPolicy", short=("netpol",)),
    ]


class Expired(Exception):
    """The continue token is not known, or not any more."""


class Store:
    """All methods may be called from any thread."""

    def __init__(self, objects: Iterable[Object] = ()) -> None:
        self.kinds = always_served()
        self.revision = 1
        self.preferred: set[str] = set()  # versions that are a group's preferred one; else its first
        self.oldest = 0  # versions before it can no longer be watched from
        self._log: list[tuple[int, str, str, Object]] = []  # revision, type, kind, object
        self._lists: dict[str, list[Object]] = {}  # the rest of a list, by continue token
        self._lock = threading.RLock()
        self.add(*objects)

    def serve(self, kind: Kind) -> None:
        """Offers one more kind, as installing a CustomResourceDefinition does."""
        with self._lock:
            self.kinds.append(kind)

    def add(self, *objects: Object) -> None:
        """Adds objects, or replaces those of the same name; a kind that is not served yet is from now on."""
        with self._lock:
            for body in objects:
                self.revision += 1
                kind, key = self._kind_of(body), _key(body)
                happened = "MODIFIED" if key in kind.objects else "ADDED"
                kind.objects[key] = _stored(body, self.revision)
                self._log.append((self.revision, happened, kind.kind, kind.objects[key]))

    replace = add

    def remove(self, kind: str, namespace: str, name: str) -> None:
        with self._lock:
            self.revision += 1
            body = next(each for each in self.kinds if each.kind == kind).objects.pop((namespace, name))
            self._log.append((self.revision, "DELETED", kind, _stored(body, self.revision)))

    def events(self, kind: Kind, version: int) -> list[tuple[int, str, Object]]:
        """What happened to a kind after a version: revision, type and object."""
        with self._lock:
            found = [each for each in self._log if each[0] > version and each[2] == kind.kind]
            return [(revision, happened, body) for revision, happened, _, body in found]

    def forget(self) -> None:
        """Nothing that happened until now can be watched any more."""
        with self._lock:
            self.revision += 1
            self.oldest = self.revision
            self._log.clear()

    def page(self, kind: Kind, namespace: str, limit: int, token: str) -> Object:
        """A Kubernetes list: `limit` objects of it (0: all) from where `token` stands."""
        with self._lock:
            if token and token not in self._lists:
                raise Expired
            left = self._lists[token] if token else _sorted(kind, namespace)
            page, rest = (left[:limit], left[limit:]) if limit else (left, [])
            meta: Object = {"resourceVersion": str(self.revision)}
            if rest:
                meta["continue"] = self._keep(rest)
                meta["remainingItemCount"] = len(rest)
            return {"kind": f"{kind.kind}List", "apiVersion": kind.api, "metadata": meta, "items": page}

    def _keep(self, rest: list[Object]) -> str:
        # Signs that must be quoted in an address stand in it on purpose.
        token = base64.b64encode(f"\xff\xfb{len(self._lists)}".encode("latin-1")).decode() + "+/="
        self._lists[token] = rest
        return token

    def _kind_of(self, body: Object) -> Kind:
        for kind in self.kinds:
            if (kind.api, kind.kind) == (body["apiVersion"], body["kind"]):
                return kind
        name = body["kind"].lower()
        plural = f"{name[:-1]}ies" if name.endswith("y") else f"{name}s"
        found = Kind(body["apiVersion"], plural, body["kind"], namespaced="namespace" in body["metadata"])
        self.kinds.append(found)
        return found


def _key(body: Object) -> tuple[str, str]:
    return body["metadata"].get("namespace", ""), body["metadata"]["name"]


def _stored(body: Object, revision: int) -> Object:
    """As API servers do, lists of built-in kinds leave out what the list itself says."""
    metadata = {**body["metadata"], "resourceVersion": str(revision), "uid": f"uid-{revision}"}
    return {
        **{key: value for key, value in body.items() if key not in {"kind", "apiVersion"}},
        "metadata": metadata,
    }


def _sorted(kind: Kind, namespace: str) -> list[Object]:
    return [body for key, body in sorted(kind.objects.items()) if not namespace or key[0] == namespace]
