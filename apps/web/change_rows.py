"""What differs between two states, as the pages show it: edges with their proofs, causes, objects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from django.urls import reverse

from apps.reachability.object_diff import ObjectDiff
from apps.snapshots.models import Snapshot
from apps.web.words import word_of

KINDS = {"opened": "Opened", "closed": "Closed", "changed": "Changed"}
_SIGNS = {"opened": "+", "closed": "−", "changed": "±"}
_DIFF_CLASSES = {"+": "add", "-": "del", "@": "hunk"}


def edge_rows(
    told: Sequence[Mapping[str, Any]], before: Snapshot | None, after: Snapshot | None
) -> list[dict[str, Any]]:
    """`told`: the `results` of a comparison. A side that is not stored, a draft, has no proof to link to."""
    return [
        {
            **edge,
            "word": KINDS[edge["kind"]],
            "sign": _SIGNS[edge["kind"]],
            "was": _side(edge, edge["before"], before),
            "now": _side(edge, edge["after"], after),
            "dns_differs": _differs(edge, "dns"),
            "backend_differs": _differs(edge, "backend"),
        }
        for edge in told
    ]


def kind_chips(counts: Mapping[str, int], now: str) -> list[dict[str, Any]]:
    return [
        {
            "kind": kind,
            "word": word,
            "sign": _SIGNS[kind],
            "count": counts[kind],
            "is_current": kind == now,
        }
        for kind, word in KINDS.items()
    ]


def diff_rows(diffs: Sequence[ObjectDiff]) -> list[dict[str, Any]]:
    """Objects that changed; each line of a difference with the class of its look."""
    return [
        {
            "title": str(each.change.ref),
            "action": each.change.action,
            "alterations": each.change.alterations,
            "lines": [{"look": _DIFF_CLASSES.get(line[:1], ""), "text": line} for line in each.lines],
            "more": each.more,
        }
        for each in diffs
    ]


def _side(
    edge: Mapping[str, Any], state: Mapping[str, str] | None, snapshot: Snapshot | None
) -> dict[str, str]:
    if state is None:
        return {"word": "Not there", "verdict": "empty", "url": "", "dns": "", "backend": ""}
    return {**state, "word": word_of(state["verdict"]), "url": _proof_url(edge, snapshot) if snapshot else ""}


def _proof_url(edge: Mapping[str, Any], snapshot: Snapshot) -> str:
    ends = f"from={quote(edge['source'])}&to={quote(edge['target'])}&port={edge['port']}/{edge['protocol']}"
    return f"{reverse('explain', args=(snapshot.cluster.slug, snapshot.number))}?{ends}"


def _differs(edge: Mapping[str, Any], aspect: str) -> bool:
    before, after = edge["before"], edge["after"]
    return bool(before and after and before[aspect] != after[aspect])
