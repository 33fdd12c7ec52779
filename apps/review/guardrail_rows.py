"""The results of guardrails as a table: a row a breach, and one for a guardrail that has none to show."""

from __future__ import annotations

from collections.abc import Iterable

from apps.reachability.tables import Rows
from apps.review.guardrails import Breach, Outcome, Result

_HEAD = ("guardrail", "outcome", "checked", "source", "target", "port", "protocol", "says")


def result_rows(results: Iterable[Result]) -> Rows:
    """Breaches of one sort beyond those shown are counted in a last row."""
    return _HEAD, [row for result in results for row in _rows(result)]


def _rows(result: Result) -> list[list[str]]:
    rows = [
        *_of_sort(result, Outcome.BROKEN, result.broken, result.broken_count),
        *_of_sort(result, Outcome.UNKNOWN, result.unknown, result.unknown_count),
    ]
    return rows or [_row(result, result.outcome, Breach("", result.gap or result.vacuous))]


def _of_sort(result: Result, outcome: Outcome, breaches: tuple[Breach, ...], count: int) -> list[list[str]]:
    rows = [_row(result, outcome, breach) for breach in breaches]
    if count > len(breaches):
        rows.append(_row(result, outcome, Breach("", f"{count - len(breaches)} more")))
    return rows


def _row(result: Result, outcome: Outcome, breach: Breach) -> list[str]:
    port = "" if breach.port is None else str(breach.port)
    ends = [breach.source, breach.target, port, breach.protocol, breach.says]
    return [result.name, str(outcome), str(result.checked), *ends]
