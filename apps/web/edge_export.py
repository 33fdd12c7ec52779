"""The edges on screen as a file: every page of them, a piece at a time, headed by what was asked."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from typing import Any

from apps.engine.model import Edge
from apps.reachability.against import Against
from apps.reachability.selection import EdgeSelection
from apps.reachability.tables import EDGE_COLUMNS
from apps.snapshots.models import Snapshot
from apps.web.question import Question

_MARKS = ("change", "verdict_before")
_PIECE = 1000  # edges
# What a spreadsheet would take for a formula, or for the end of a cell.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def describe(snapshot: Snapshot, question: Question, count: int, noun: str = "edges") -> dict[str, Any]:
    """What stands at the head of an export of so many edges, or of another `noun`."""
    return {
        "cluster": snapshot.cluster.name,
        "snapshot": snapshot.number,
        "taken": snapshot.finished.isoformat() if snapshot.finished else "",
        "question": question.title,
        "ask": question.address(),
        "filter": question.q,
        "verdicts": ",".join(sorted(question.show)),
        **({"compared with": question.vs} if question.vs and not question.is_path else {}),
        noun: count,
    }


def as_csv(head: dict[str, Any], edges: EdgeSelection, against: Against | None) -> Iterator[str]:
    """The head as rows of two cells, an empty row, then a row an edge under its column names."""
    yield write_rows([*([name, value] for name, value in head.items()), []])
    yield write_rows([[*EDGE_COLUMNS, *(_MARKS if against else ())]])
    for piece in _pieces(edges):
        yield write_rows([list(_row(edge, against).values()) for edge in piece])


def as_json(head: dict[str, Any], edges: EdgeSelection, against: Against | None) -> Iterator[str]:
    """One object: the head's keys, but `edges` holds the edges and `count` their number."""
    head = {("count" if name == "edges" else name): value for name, value in head.items()}
    yield json.dumps(head)[:-1] + ', "edges": ['
    separator = ""
    for piece in _pieces(edges):
        yield separator + ",\n".join(json.dumps(_row(edge, against)) for edge in piece)
        separator = ",\n"
    yield "]}\n"


def harmless(cell: object) -> str:
    """The text of a cell, which no spreadsheet takes for a formula."""
    text = str(cell)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _row(edge: Edge, against: Against | None) -> dict[str, Any]:
    """Compared, with how it differs and the verdict before, both empty where it does not."""
    row = {column: getattr(edge, column) for column in EDGE_COLUMNS}
    if against is None:
        return row
    change = against.change_of(edge)
    before = change.before if change else None
    return row | dict(
        zip(_MARKS, (change.kind if change else "", before.verdict if before else ""), strict=True)
    )


def write_rows(rows: Sequence[Sequence[object]]) -> str:
    """Lines of CSV, with cells that are harmless."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows([map(harmless, row) for row in rows])
    return out.getvalue()


def _pieces(edges: EdgeSelection) -> Iterator[list[Edge]]:
    return (edges[start : start + _PIECE] for start in range(0, len(edges), _PIECE))
