"""What a difference does to the guardrails, as JSON: between two snapshots, or of a draft."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from apps.reachability.comparison import Comparison
from apps.review.queries import guardrail_results
from apps.review.try_guardrails import try_guardrails
from apps.snapshots.models import Snapshot

MOST_SHOWN = 100
_MOST_BREACHES = 20
_NOTHING = {"broken_count": 0, "broken": [], "unknown_count": 0, "unknown": []}

Told = Mapping[str, Any]


def turns_of_draft(found: Comparison) -> dict[str, Any]:
    """As `turns_between`, of the snapshot and the draft over it."""
    return _bounded([_tell(each.name, str(each.before), each.after.tell()) for each in try_guardrails(found)])


def turns_between(before: Snapshot, after: Snapshot) -> dict[str, Any]:
    """`{"guardrails_count", "guardrails"}`, those that turn first: each with its outcome `before` and
    `after`, as they are stored, None where it was not checked; and what breaks it or could after."""
    old, new = _stored(before), _stored(after)
    names = old.keys() | new.keys()
    return _bounded(
        [_tell(name, old[name]["outcome"] if name in old else None, new.get(name)) for name in names]
    )


def _stored(snapshot: Snapshot) -> dict[str, Told]:
    return {check.result["name"]: check.result for check in guardrail_results(snapshot)}


def _bounded(turns: list[dict[str, Any]]) -> dict[str, Any]:
    turns.sort(key=lambda turn: (turn["before"] == turn["after"], turn["name"]))
    return {"guardrails_count": len(turns), "guardrails": turns[:MOST_SHOWN]}


def _tell(name: str, before: str | None, after: Told | None) -> dict[str, Any]:
    told: Told = after or _NOTHING
    return {
        "name": name,
        "before": before,
        "after": after["outcome"] if after else None,
        "broken_count": told["broken_count"],
        "broken": told["broken"][:_MOST_BREACHES],
        "unknown_count": told["unknown_count"],
        "unknown": told["unknown"][:_MOST_BREACHES],
    }
