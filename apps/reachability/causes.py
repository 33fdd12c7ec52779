"""The causes of changed edges as screen and REST show them: their numbers whole, their details cut short."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from apps.engine import Cause, EdgeChange, EdgeState, ObjectChange

FIRST_CAUSES = 25  # told with every page; those that its edges have come beside them
MOST_OF_AN_EDGE = 3
MOST_PARTS = 20  # object changes of a cause, alterations of a change, namespaces of a cause
_MOST_SAID = 3


class Causes:
    """The causes of one difference by number: the place among all, of which the first changed most edges."""

    def __init__(self, causes: Sequence[Cause]) -> None:
        self._causes = causes
        self._numbers = {id(cause): number for number, cause in enumerate(causes)}

    def tell(self, page: Iterable[EdgeChange]) -> list[dict[str, Any]]:
        """The first of all and those of the edges of a page, by number."""
        wanted = set(range(min(FIRST_CAUSES, len(self._causes))))
        wanted.update(number for edge in page for number in self._of(edge))
        return [{"number": number, **tell_cause(self._causes[number])} for number in sorted(wanted)]

    def tell_edge(self, edge: EdgeChange) -> dict[str, Any]:
        """An edge that differs, with the numbers of its first causes."""
        return {
            "source": edge.source,
            "target": edge.target,
            "port": edge.port,
            "protocol": edge.protocol,
            "kind": edge.kind,
            "before": _tell_state(edge.before),
            "after": _tell_state(edge.after),
            "cause_count": len(edge.causes),
            "causes": self._of(edge),
        }

    def _of(self, edge: EdgeChange) -> list[int]:
        return [self._numbers[id(cause)] for cause in edge.causes[:MOST_OF_AN_EDGE]]


def tell_cause(cause: Cause) -> dict[str, Any]:
    """One cause; its number is its place among the others, and not its own."""
    return {
        "sentence": sentence(cause),
        "aspect": cause.aspect,
        "opened": cause.opened,
        "closed": cause.closed,
        "changed": cause.changed,
        "namespace_count": len(cause.namespaces),
        "namespaces": list(cause.namespaces[:MOST_PARTS]),
        "change_count": len(cause.changes),
        "changes": [_tell_change(change) for change in cause.changes[:MOST_PARTS]],
    }


def sentence(cause: Cause) -> str:
    """What it did, naming the first few of what changed."""
    changes = [
        replace(change, alterations=change.alterations[:_MOST_SAID]) for change in cause.changes[:_MOST_SAID]
    ]
    more = len(cause.changes) - _MOST_SAID
    said = str(replace(cause, changes=tuple(changes)))
    return f"{said} (with {more} more changes)" if more > 0 else said


def _tell_state(state: EdgeState | None) -> dict[str, str] | None:
    if state is None:
        return None
    return {"verdict": str(state.verdict), "dns": str(state.dns), "backend": str(state.backend)}


def _tell_change(change: ObjectChange) -> dict[str, Any]:
    return {
        "kind": change.kind,
        "object": change.ref._asdict(),
        "action": change.action,
        "alteration_count": len(change.alterations),
        "alterations": [
            {"path": found.path, "before": found.before, "after": found.after}
            for found in change.alterations[:MOST_PARTS]
        ],
    }
