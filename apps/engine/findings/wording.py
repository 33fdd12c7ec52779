"""Numbers and lists of names in the sentences of findings."""

from __future__ import annotations

from collections.abc import Sequence

from apps.engine.model import PortMatch
from apps.engine.ports import format_intervals

_NAMED = 3


def count(number: int, noun: str) -> str:
    """`1 policy`, `2 policies`, `3,000 pods`."""
    plural = f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
    return f"{number:,} {noun if number == 1 else plural}"


def name_some(names: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`, `a, b, c and 4 more`."""
    shown = [*names[:_NAMED], *([f"{len(names) - _NAMED} more"] if len(names) > _NAMED else [])]
    return " and ".join(filter(None, (", ".join(shown[:-1]), shown[-1])))


def describe_ports(ports: tuple[PortMatch, ...] | None) -> str:
    """`every port`, or `8080/TCP, db/TCP and every UDP port`, as a rule's ports say it."""
    if ports is None:
        return "every port"
    return name_some([_describe_port(entry) for entry in ports])


def _describe_port(entry: PortMatch) -> str:
    if entry == PortMatch(entry.protocol):
        return f"every {entry.protocol} port"
    number = entry.name or format_intervals(((entry.first, entry.last),))
    return f"{number}/{entry.protocol}" if entry.protocol else number
