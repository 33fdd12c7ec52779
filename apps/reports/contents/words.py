"""How the canonical content writes verdicts, sets of namespaces and moments."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from apps.engine.model import Verdict

# In the order in which a report lists them.
VERDICTS = (
    Verdict.ALLOWED,
    Verdict.PARTIAL,
    Verdict.UNRESTRICTED,
    Verdict.UNKNOWN,
    Verdict.DENIED,
    Verdict.EMPTY,
)


def ranges(numbers: Iterable[int]) -> str:
    """Ascending numbers as text: `0-3,7`."""
    spans: list[list[int]] = []
    for number in numbers:
        if spans and spans[-1][1] == number - 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    return ",".join(str(first) if first == last else f"{first}-{last}" for first, last in spans)


def numbers_of(text: str) -> list[int]:
    """`ranges` undone."""
    found: list[int] = []
    for span in filter(None, text.split(",")):
        first, _, last = span.partition("-")
        found += range(int(first), int(last or first) + 1)
    return found


def moment(value: datetime | None) -> str | None:
    """`2026-11-14T09:12:03Z`: to the second, in UTC."""
    return None if value is None else value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
