"""What a snapshot could read and what not, as the JSON of `Snapshot.coverage`.

`{"read": {kind: count}, "unread": [entry, …], "problems": [line, …]}`; a kind of a group that is not
Kubernetes' own is written `Kind.group`, as kubectl does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from apps.engine.model import Direction, ObjectRef, Unevaluated


def storable(text: str) -> str:
    """A text from outside as both databases take it: PostgreSQL refuses NUL and half surrogates."""
    return text.encode("utf-8", "replace").decode().replace("\0", "?")


def qualified_kind(api_version: str, kind: str) -> str:
    group = api_version.rpartition("/")[0]
    return kind if not group or "." not in group or group.endswith(".k8s.io") else f"{kind}.{group}"


def unread_to_json(entry: Unevaluated) -> dict[str, Any]:
    return {
        "kind": storable(entry.ref.kind),
        "namespace": storable(entry.ref.namespace),
        "name": storable(entry.ref.name),
        "reason": storable(entry.reason),
        "touches": storable(entry.namespace),  # a namespace; empty: the whole cluster
        "directions": sorted(entry.directions),
        "only_restricts": entry.only_restricts,
    }


def unread_from_json(entry: Mapping[str, Any]) -> Unevaluated:
    return Unevaluated(
        ref=ObjectRef(entry["kind"], entry["namespace"], entry["name"]),
        reason=entry["reason"],
        namespace=entry["touches"],
        directions=frozenset(map(Direction, entry["directions"])),
        only_restricts=entry["only_restricts"],
    )


def hides(coverage: Mapping[str, Any], api_version: str, kind: str) -> bool:
    """Whether objects of this kind are unknown in a snapshot of this coverage.

    What could not be read is known by its kind's short name only. So if two groups have a kind of that name,
    the one of which objects were read is not hidden.
    """
    unread = {entry["kind"] for entry in coverage.get("unread", ()) if not entry["name"]}
    return kind in unread and qualified_kind(api_version, kind) not in coverage.get("read", {})


def hidden_kinds(coverage: Mapping[str, Any], kinds: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    """Those of the (API version, kind) pairs that the coverage hides."""
    return {(api_version, kind) for api_version, kind in kinds if hides(coverage, api_version, kind)}
