"""Results as a table for people and as CSV for spreadsheets."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

EDGE_COLUMNS = (
    "source",
    "target",
    "port",
    "protocol",
    "verdict",
    "allowed_pairs",
    "pairs",
    "dns",
    "backend",
    "potential",
)
_CONNECTION = ("source", "target", "allowed")

Rows = tuple[Sequence[str], list[list[str]]]  # head and body


def edge_rows(result: dict[str, Any]) -> Rows:
    return EDGE_COLUMNS, [[str(edge[key]) for key in EDGE_COLUMNS] for edge in result["edges"]]


def connection_rows(result: dict[str, Any]) -> Rows:
    """Connections between workloads, then those with outside addresses on the end where they stand."""
    rows = [[each["source"], each["target"], _ports(each["allowed"])] for each in result["connections"]]
    for each in result["external"]:
        ends = [each["workload"], " ".join(each["cidrs"])]
        rows.append([*(ends if each["direction"] == "egress" else reversed(ends)), _ports(each["allowed"])])
    return _CONNECTION, rows


def as_csv(rows: Rows) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(rows[0])
    writer.writerows(rows[1])
    return out.getvalue()


def as_table(rows: Rows) -> str:
    """Columns as wide as their widest cell."""
    lines = [list(rows[0]), *rows[1]]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(_line(cells, widths) for cells in lines) + "\n"


def _line(cells: Iterable[str], widths: Iterable[int]) -> str:
    return "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip()


def _ports(allowed: list[dict[str, str]]) -> str:
    if [each["ports"] for each in allowed] == ["1-65535"] * 3:
        return "everything"
    return " ".join(f"{each['protocol']} {each['ports']}" for each in allowed)
