"""The table of edges: one by one where they are few, else a row a Service port and verdict."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from apps.reports.contents.words import numbers_of
from apps.reports.paper.blocks import Block, Cell, Paper, heading, text
from apps.reports.paper.words import VERDICTS

MOST_SINGLE = 1_500  # rows of edges one by one; more of them are put together
MOST_NAMED = 40  # namespaces in a cell of the first form
MOST_HINTED = 6  # in one of the second
LINE = 118  # characters of a line of the annex

_FOLDED = ("denied", "empty")


def lay_edges(content: dict[str, Any], paper: Paper) -> Iterator[Block]:
    edges = content["edges"]
    yield heading("Edges", "edges")
    single = sum(_count_rows(port) for port in edges["ports"])
    yield from (_lay_single if single <= MOST_SINGLE else _lay_together)(edges, paper)


def _lay_single(edges: dict[str, Any], paper: Paper) -> Iterator[Block]:
    yield text(
        "Each source namespace and Service port with its verdict. What is denied, or has no pair of "
        "workloads, stands in one row a Service port.",
        "lead",
    )
    rows = [row for port in edges["ports"] for row in _port_rows(port, edges)]
    columns = ["Target:1.3fr", "Port:", "Source:1.3fr", "Verdict:", "Pairs:", "DNS:"]
    yield from paper.table("Edges", columns, rows, most=MOST_SINGLE)


def _lay_together(edges: dict[str, Any], paper: Paper) -> Iterator[Block]:
    """Every edge is still on paper as long as the annex has room."""
    yield text(
        "Each Service port and verdict with the number of its source namespaces. The annex names them all, "
        "but for those that are denied or have no pair of workloads: these are all others.",
        "lead",
    )
    rows: list[list[Cell]] = []
    lines: list[str] = []
    for port in edges["ports"]:
        where = f"{port['target']}:{port['port']}/{port['protocol']}"
        for verdict, span in port["sources"].items():
            names = [edges["namespaces"][number] for number in numbers_of(span)]
            rows.append([where, VERDICTS[verdict], f"{len(names):,}", _hinted(names)])
            if verdict not in _FOLDED and len(lines) < paper.lines_left:
                lines += _wrapped(f"{where} {VERDICTS[verdict]}:", names)
    columns = ["Target:1.2fr", "Verdict:", "Sources:", "Among them:1fr"]
    yield from paper.table("Edges by Service port and verdict", columns, rows, most=MOST_SINGLE)
    paper.add_lines("Edges: every source namespace", "target, verdict: source namespaces", lines)


def _count_rows(port: dict[str, Any]) -> int:
    return sum(
        1 if verdict in _FOLDED else len(numbers_of(span)) for verdict, span in port["sources"].items()
    )


def _port_rows(port: dict[str, Any], edges: dict[str, Any]) -> list[list[Cell]]:
    where = [port["target"], f"{port['port']}/{port['protocol']}"]
    rows: list[list[Cell]] = []
    for verdict, span in port["sources"].items():
        numbers = numbers_of(span)
        names = [edges["namespaces"][number] for number in numbers]
        if verdict in _FOLDED:
            rows.append([*where, _named(names), VERDICTS[verdict], "–", "–"])
            continue
        for number, name in zip(numbers, names, strict=True):
            pairs = port["pairs"].get(str(number))
            rows.append([*where, name, VERDICTS[verdict], _pairs(verdict, pairs), edges["dns"][number]])
    return rows


def _pairs(verdict: str, pairs: list[int] | None) -> str:
    if pairs is not None:
        return f"{pairs[0]:,} of {pairs[1]:,}"
    return "–" if verdict == "unknown" else "all"


def _named(names: list[str]) -> str:
    return ", ".join(names) if len(names) <= MOST_NAMED else f"{len(names):,} namespaces"


def _hinted(names: list[str]) -> str:
    more = len(names) - MOST_HINTED
    return ", ".join(names[:MOST_HINTED]) + (f" and {more:,} more" if more > 0 else "")


def _wrapped(head: str, names: list[str]) -> list[str]:
    """Lines no longer than `LINE`, unless one name is; those after the first are set in."""
    lines = [head]
    for name in names:
        if len(lines[-1]) + len(name) + 2 > LINE:
            lines.append("   ")
        lines[-1] += f" {name},"
    return [line.rstrip(",") if line is lines[-1] else line for line in lines]
