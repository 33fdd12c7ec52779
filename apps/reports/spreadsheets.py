"""Edges, findings and exceptions for those who work in spreadsheets: a workbook, or an archive of CSV files.

Text from a cluster never becomes a formula: in a workbook cells are written as text, and in CSV what a
spreadsheet would take for a formula gets an apostrophe before it.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import xlsxwriter

from apps.reports.contents.told_edges import ToldEdges

Value = str | int
Row = Sequence[Value]

MOST_ROWS = 1_000_000  # of one sheet; a workbook has no more
_LONGEST = 32_000  # characters of one cell
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_FIXED = (1980, 1, 1, 0, 0, 0)  # the archive's time stamps, so that equal content gives equal bytes

_HEADS: dict[str, tuple[str, ...]] = {
    "edges": ("source", "target", "port", "protocol", "verdict", "allowed_pairs", "pairs", "dns", "backend"),
    "findings": ("id", "severity", "object", "path", "message", "advice"),
    "exceptions": ("what", "reason", "owner", "expires", "state"),
}


def as_workbook(content: dict[str, Any]) -> bytes:
    """An .xlsx with a sheet a table; rows are written as they come, so memory stays small."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"constant_memory": True, "strings_to_formulas": False})
    book.set_properties({"title": "Network reach review", "created": _created(content)})
    for name, rows in _tables(content).items():
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows):
            for column, value in enumerate(row):
                if isinstance(value, int):
                    sheet.write_number(number, column, value)
                else:
                    sheet.write_string(number, column, _plain(value))
    book.close()
    return out.getvalue()


def as_csv_archive(content: dict[str, Any]) -> bytes:
    """A .zip with a .csv a table, in UTF-8."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, rows in _tables(content).items():
            entry = zipfile.ZipInfo(f"{name}.csv", _FIXED)
            entry.compress_type = zipfile.ZIP_DEFLATED
            with (
                archive.open(entry, "w") as raw,
                io.TextIOWrapper(raw, "utf-8", "replace", newline="") as file,
            ):
                csv.writer(file).writerows([_harmless(value) for value in row] for row in rows)
    return out.getvalue()


def _tables(content: dict[str, Any]) -> dict[str, Iterator[Row]]:
    rows: dict[str, Iterable[Row]] = {
        "edges": _edges(ToldEdges(content["edges"])) if "edges" in content else (),
        "findings": map(_finding, content["findings"]["findings"]),
        "exceptions": ([each[key] or "" for key in _HEADS["exceptions"]] for each in content["exceptions"]),
    }
    return {name: _bounded(_HEADS[name], found) for name, found in rows.items()}


def _bounded(head: Row, rows: Iterable[Row]) -> Iterator[Row]:
    """The head and the rows; past `MOST_ROWS`, a last row that says how many are missing."""
    yield head
    missing = 0
    for number, row in enumerate(rows):
        if number < MOST_ROWS:
            yield row
        else:
            missing += 1
    if missing:
        yield (f"{missing} more rows are in the JSON attached to the PDF alone",)


def _edges(edges: ToldEdges) -> Iterator[Row]:
    for port, verdict, sources in edges.rows():
        counts = edges.pairs_of(port)
        for number in sources:
            yield (
                *(edges.namespaces[number], port["target"], port["port"], port["protocol"], verdict),
                *counts.get(number, ("", "")),
                *(edges.dns[number], port["backend"]),
            )


def _finding(finding: dict[str, Any]) -> Row:
    named = "/".join(filter(None, (finding["object"][part] for part in ("kind", "namespace", "name"))))
    return [named if key == "object" else finding[key] for key in _HEADS["findings"]]


def _harmless(value: Value) -> Value:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def _plain(text: str) -> str:
    """Without lone surrogates, which no file can hold, and not longer than a cell."""
    return text[:_LONGEST].encode("utf-8", "replace").decode("utf-8")


def _created(content: dict[str, Any]) -> Any:
    from datetime import datetime

    return datetime.fromisoformat(content["cover"]["snapshot"]["finished"] or "1970-01-01T00:00:00Z").replace(
        tzinfo=None
    )
