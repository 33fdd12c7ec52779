"""Policies that allow exactly the edges one chooses to keep, for screen and REST. Nothing is stored."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from pyroaring import BitMap

from apps.engine import EdgeKey, Reach, Suggestion, suggest_policies
from apps.engine.model import Verdict
from apps.reachability.names import check_namespace
from apps.reachability.queries import load_reach
from apps.snapshots.models import Snapshot
from apps.snapshots.positions import render
from apps.snapshots.queries import assumptions_of, load_cluster

MOST_KEPT = 10_000
MOST_IMPOSSIBLE = 500
_OPEN = (Verdict.ALLOWED, Verdict.UNRESTRICTED)


class KeepRefused(ValueError):
    """An edge that cannot be kept, because there is none like it. `field`: which of the list."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


def suggest(
    snapshot: Snapshot, *, namespace: str, keep: Sequence[EdgeKey] | None, dns: bool = False
) -> dict[str, Any]:
    """The suggestion for one namespace as JSON (docs/architecture.md). `keep` None: what is allowed now.

    Raises UnknownName for the namespace and KeepRefused for an edge, or for more than MOST_KEPT of them.
    """
    cluster, reach = load_cluster(snapshot), load_reach(snapshot)
    check_namespace(cluster, "namespace", namespace)
    kept = _allowed_now(reach, namespace) if keep is None else _checked(reach, keep)
    try:
        found = suggest_policies(cluster, assumptions_of(snapshot), namespace, kept, dns=dns)
    except ValueError as error:  # it neither starts nor ends in the namespace
        raise KeepRefused("keep", str(error).removeprefix("keep: ")) from None
    return {"namespace": namespace, "kept_count": len(kept), **_tell(found)}


def _allowed_now(reach: Reach, namespace: str) -> list[EdgeKey]:
    """The edges from the namespace and into its Services that are allowed, without and by a rule."""
    kept: list[EdgeKey] = []
    for key in _open_edges(reach, namespace):
        kept.append(key)
        if len(kept) > MOST_KEPT:
            raise KeepRefused(
                "keep", f"more than {MOST_KEPT} edges are allowed now: name those that shall stay"
            )
    return kept


def _open_edges(reach: Reach, namespace: str) -> Iterator[EdgeKey]:
    only = BitMap([reach.namespaces.index(namespace)])
    for each in reach.ports:
        for verdict in _OPEN:
            numbers = each.by_verdict[verdict]
            for source in numbers if each.namespace == namespace else numbers & only:
                yield EdgeKey(reach.namespaces[source], each.target, each.port, each.protocol)


def _checked(reach: Reach, keep: Sequence[EdgeKey]) -> list[EdgeKey]:
    if len(keep) > MOST_KEPT:
        raise KeepRefused("keep", f"holds {len(keep)} edges; at most {MOST_KEPT} can be chosen")
    namespaces = frozenset(reach.namespaces)
    for index, key in enumerate(keep):
        if key.source not in namespaces:
            raise KeepRefused(f"keep[{index}].source", f"There is no namespace {key.source!r}")
        if reach.find_port(key.target, key.port, key.protocol) is None:
            port = f"{key.target} on {key.port}/{key.protocol}"
            raise KeepRefused(f"keep[{index}].target", f"There is no Service port {port}")
    return list(dict.fromkeys(keep))


def _tell(found: Suggestion) -> dict[str, Any]:
    return {
        "policies": list(found.policies),
        "yaml": as_yaml(found.policies),
        "delete": [
            {
                "api_version": "networking.k8s.io/v1",
                "kind": "NetworkPolicy",
                "namespace": found.namespace,
                "name": name,
            }
            for name in found.delete
        ],
        "impossible_count": len(found.impossible),
        "impossible": [
            {"edge": each.edge._asdict(), "reason": each.reason}
            for each in found.impossible[:MOST_IMPOSSIBLE]
        ],
    }


def as_yaml(manifests: Iterable[dict[str, Any]]) -> str:
    """The manifests as one text of several documents."""
    return "---\n".join(render(manifest) for manifest in manifests)
