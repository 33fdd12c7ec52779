"""What will be stored of a reading: pruned, pods folded, hashed. Pure: the work precedes the writing."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import msgspec

from apps.engine import is_policy_kind
from apps.engine.model import ObjectRef, Unevaluated

from .coverage import qualified_kind, storable, unread_to_json
from .fold import Placement, fold, unfold
from .prune import prune
from .reading import Reading

# The widths of the columns of ObjectVersion; Kubernetes allows 253 and less.
_WIDTHS = {"apiVersion": 253, "kind": 253, "namespace": 253, "name": 320}


class ObjectKey(NamedTuple):
    """Which object it is, over all its versions."""

    api_version: str
    kind: str
    namespace: str
    name: str


class Kept(NamedTuple):
    """The canonical JSON of one object and its sha256."""

    sha256: str
    text: str


@dataclass(frozen=True, slots=True)
class Gathered:
    """`objects` hold one folded Pod for all pods of a workload that are alike; `placement` holds the rest."""

    objects: dict[ObjectKey, Kept]
    placement: Placement
    unread: tuple[Unevaluated, ...] = ()
    problems: tuple[str, ...] = ()
    coverage: dict[str, Any] = field(default_factory=dict)

    def bodies(self) -> list[dict[str, Any]]:
        """The objects with their pods, as `queries.load_objects` gives them once they are stored."""
        return unfold_bodies((decode_body(kept.text) for kept in self.objects.values()), self.placement)


def gather(reading: Reading) -> Gathered:
    """Takes of a reading what is stored. What cannot be told apart by a name is left out, and said so."""
    bodies = [prune(each.body) for each in reading.objects if each.body.get("kind") != "Secret"]
    templates, placement = fold(body for body in bodies if _is_pod(body))
    objects: dict[ObjectKey, Kept] = {}
    problems = [str(problem) for problem in reading.problems]
    unread = list(reading.unread)
    for body in [*(body for body in bodies if not _is_pod(body)), *templates]:
        key = _key(body)
        if isinstance(key, ObjectKey):
            objects[key] = _keep(body)
        else:
            problems.append(key)
            unread += _unnamed(body, key)
    coverage = {
        "read": dict(sorted(_count(objects, placement).items())),
        "unread": [unread_to_json(entry) for entry in unread],
        "problems": [storable(problem) for problem in problems],
    }
    return Gathered(objects, placement, tuple(unread), tuple(problems), coverage)


def unfold_bodies(bodies: Iterable[dict[str, Any]], placement: Placement | None) -> list[dict[str, Any]]:
    """Folded Pods become pods again; all in a fixed order, so that equal contents give equal answers."""
    folded: list[dict[str, Any]] = []
    rest: list[dict[str, Any]] = []
    for body in bodies:
        (folded if _is_pod(body) else rest).append(body)
    pods = unfold(folded, placement) if placement else []
    return sorted([*rest, *pods], key=_order)


def digest_of(objects: Mapping[ObjectKey, Kept], placement_sha: str, coverage: Mapping[str, Any]) -> str:
    """The sha256 of all that was read and of what could not be read."""
    lines = [f"{kept.sha256} {' '.join(key)}" for key, kept in sorted(objects.items())]
    lines += [f"placement {placement_sha}", canonical(coverage)]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def canonical(value: object) -> str:
    """JSON that is the same for equal values: keys sorted, no spaces, ASCII only."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def decode_body(text: str) -> dict[str, Any]:
    """An object again from its JSON. Twelve times as fast as Python's own reader, which alone takes half
    surrogates."""
    try:
        found: dict[str, Any] = msgspec.json.decode(text)
    except msgspec.DecodeError:
        found = json.loads(text)
    return found


def _keep(body: dict[str, Any]) -> Kept:
    text = canonical(body)
    return Kept(hashlib.sha256(text.encode()).hexdigest(), text)


def _key(body: Mapping[str, Any]) -> ObjectKey | str:
    """The object's key, or why it has none."""
    meta = body.get("metadata")
    meta = meta if isinstance(meta, Mapping) else {}
    parts = {
        "apiVersion": body.get("apiVersion"),
        "kind": body.get("kind"),
        "namespace": meta.get("namespace") or "",
        "name": meta.get("name"),
    }
    for label, value in parts.items():
        if not isinstance(value, str) or (not value and label != "namespace"):
            return f"{body.get('kind')}: metadata.{label}: must be a text"
        if len(value) > _WIDTHS[label] or not value.isprintable():
            return f"{body.get('kind')}: metadata.{label}: is no name that Kubernetes knows"
    return ObjectKey(*(str(value) for value in parts.values()))


def _unnamed(body: Mapping[str, Any], reason: str) -> list[Unevaluated]:
    """A policy that cannot be stored may decide about anything."""
    api_version, kind = str(body.get("apiVersion", "")), str(body.get("kind", ""))
    if not is_policy_kind(api_version.rpartition("/")[0], kind):
        return []
    return [Unevaluated(ObjectRef(kind, "", "?"), reason)]


def _count(objects: Iterable[ObjectKey], placement: Placement) -> Counter[str]:
    counts = Counter(qualified_kind(key.api_version, key.kind) for key in objects)
    if "Pod" in counts:
        counts["Pod"] = len(placement)
    return counts


def _is_pod(body: Mapping[str, Any]) -> bool:
    return body.get("kind") == "Pod" and body.get("apiVersion") == "v1"


def _order(body: Mapping[str, Any]) -> tuple[str, str, str, str]:
    meta = body["metadata"]
    return body["apiVersion"], body["kind"], meta.get("namespace") or "", meta["name"]
