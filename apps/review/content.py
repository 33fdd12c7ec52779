"""The whole of a review as plain data: what its seal keeps, and its report is made of again."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from pyroaring import BitMap

from apps.review.items import EdgeItem, Item, Verdicts
from apps.review.models import AcceptedException, Decision, GuardrailCheck, Review
from apps.snapshots.models import Snapshot

FORM = 2  # of this content; raise it when the content of reviews signed from then on is another


def canonical(content: Mapping[str, Any]) -> str:
    """The one way to write this content: keys sorted, no blanks, no escapes that are not needed."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def tell_review(
    review: Review,
    after: Snapshot,
    before: Snapshot | None,
    items: Sequence[Item],
    decisions: Mapping[str, Mapping[str, Decision]],
    *,
    guardrails: Sequence[GuardrailCheck],
    exceptions: Sequence[AcceptedException],
) -> dict[str, Any]:
    """Namespaces stand once, in `namespaces`; items name them by their places there, as ranges: `0-3,7`."""
    names = sorted({name for item in items if isinstance(item, EdgeItem) for name in item.names})
    place = {name: number for number, name in enumerate(names)}
    return {
        "form": FORM,
        "cluster": {"slug": after.cluster.slug, "name": after.cluster.name},
        "snapshot": _tell_snapshot(after),
        "against": _tell_snapshot(before) if before else None,
        "opened": when(review.opened),
        "opened_by": review.opened_by,
        "signed": when(review.signed),
        "signed_by": review.signed_by,
        "namespaces": names,
        "items": [
            {**_tell_item(item, place), "decisions": _tell_decisions(decisions.get(item.id, {}))}
            for item in items
        ],
        "guardrails": [
            {
                **check.result,
                "version": check.version.number,
                "since": check.since,
                "at_least": check.at_least,
                "causes": check.causes,
            }
            for check in guardrails
        ],
        "exceptions": [tell_exception(each) for each in exceptions],
    }


def tell_exception(each: AcceptedException) -> dict[str, Any]:
    return {
        "source": each.source,
        "target": each.target,
        "port": each.port,
        "protocol": each.protocol,
        "finding": each.finding,
        "verdict": each.verdict,
        "allowed_pairs": each.allowed_pairs,
        "pairs": each.pairs,
        "snapshot": each.snapshot_number,
        "reason": each.reason,
        "accepted": when(each.accepted),
        "accepted_by": each.accepted_by,
        "until": when(each.until),
    }


def when(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat(timespec="seconds") if moment else None


def _tell_snapshot(snapshot: Snapshot) -> dict[str, Any]:
    return {
        "number": snapshot.number,
        "digest": snapshot.digest,
        "finished": when(snapshot.finished),
        "evaluated_with": snapshot.evaluated_with,
        "unread": snapshot.coverage.get("unread", []),
    }


def _tell_item(item: Item, place: Mapping[str, int]) -> dict[str, Any]:
    told: dict[str, Any] = {"id": item.id, "group": item.group, "kind": item.kind}
    if isinstance(item, EdgeItem):
        return told | {
            "target": item.target,
            "port": item.port,
            "protocol": item.protocol,
            "before": _tell_verdicts(item, item.before, place) if item.before is not None else None,
            "after": _tell_verdicts(item, item.after, place),
        }
    finding = item.finding
    return told | {
        "finding": finding.key,
        "severity": str(finding.severity),
        "message": finding.message,
        "advice": finding.advice,
    }


def _tell_verdicts(item: EdgeItem, verdicts: Verdicts, place: Mapping[str, int]) -> dict[str, str]:
    found = {verdict: numbers & item.numbers for verdict, numbers in verdicts.items()}
    return {
        str(verdict): _ranges(BitMap(place[item.names[number]] for number in numbers))
        for verdict, numbers in found.items()
        if numbers
    }


def _ranges(numbers: BitMap) -> str:
    return ",".join(_range(first, last) for first, last in _runs(numbers))


def _range(first: int, last: int) -> str:
    return str(first) if first == last else f"{first}-{last}"


def _runs(numbers: BitMap) -> Iterator[tuple[int, int]]:
    first = last = None
    for number in numbers:
        if last is not None and first is not None and number != last + 1:
            yield first, last
            first = number
        first, last = number if first is None else first, number
    if first is not None and last is not None:
        yield first, last


def _tell_decisions(decisions: Mapping[str, Decision]) -> list[dict[str, Any]]:
    return [
        {
            "source": each.source or None,
            "choice": each.choice,
            "note": each.note,
            "until": when(each.until),
            "decided": when(each.decided),
            "decided_by": each.decided_by,
        }
        for each in sorted(decisions.values(), key=lambda each: each.source)
    ]
