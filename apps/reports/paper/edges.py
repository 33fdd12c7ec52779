"""The table of edges: one by one where they are few, else a row a Service port and verdict."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from apps.reports.contents.told_edges import Row, ToldEdges
from apps.reports.paper.blocks import Block, Cell, Paper, heading, text
from apps.reports.paper.words import VERDICTS

MOST_SINGLE = 1_500  # rows of edges one by one; more of them are put together
MOST_NAMED = 40  # namespaces in a cell of the first form
MOST_TOLD = 6  # in one of the second; of more of them, the first
HINTED = 3
LINE = 118  # characters of a line of the annex

_FOLDED = ("denied", "empty")


def lay_edges(content: dict[str, Any], paper: Paper) -> Iterator[Block]:
    edges = ToldEdges(content["edges"])
    yield heading("Edges", "edges")
    single = sum(1 if row.verdict in _FOLDED else len(row.sources) for row in edges.rows())
    yield from (_lay_single if single <= MOST_SINGLE else _lay_together)(edges, paper)


def _lay_single(edges: ToldEdges, paper: Paper) -> Iterator[Block]:
    yield text(
        "Each source namespace and Service port with its verdict. What is denied, or has no pair of "
        "workloads, stands in one row a Service port.",
        "lead",
    )
    rows = [cells for row in edges.rows() for cells in _one_by_one(row, edges)]
    columns = ["Target:1.3fr", "Port:", "Source:1.3fr", "Verdict:", "Pairs:", "DNS:"]
    yield from paper.table("Edges", columns, rows, most=MOST_SINGLE)


def _lay_together(edges: ToldEdges, paper: Paper) -> Iterator[Block]:
    """Every edge is still on paper as long as the annex has room: alike sources are named there once."""
    yield text(
        "Each Service port and verdict with the number of its source namespaces. Sets of them have a name "
        "(S1, S2 …), under which the annex lists them all. Those that are denied or have no pair of "
        "workloads are all others.",
        "lead",
    )
    told = list(edges.rows())
    sets = _sets(told)
    room = min(MOST_SINGLE, paper.rows_left) + paper.lines_left
    rows = [_together(row, edges.namespaces, sets) for row in told[:room]]
    columns = ["Target:1.2fr", "Verdict:", "Sources:", "Among them:1.2fr"]
    title = "Edges by Service port and verdict"
    yield from paper.table(title, columns, rows, most=MOST_SINGLE, total=len(told))
    lines = _lines(sets, edges.namespaces, most=paper.lines_left)
    paper.add_lines("Sets of source namespaces", "set: source namespaces", lines)


def _sets(told: Sequence[Row]) -> dict[tuple[int, ...], str]:
    """The name of each set that is too large for a row, in the order in which rows need them."""
    found: dict[tuple[int, ...], str] = {}
    for row in told:
        if row.verdict not in _FOLDED and len(row.sources) > MOST_TOLD:
            found.setdefault(row.sources, f"S{len(found) + 1}")
    return found


def _lines(sets: Mapping[tuple[int, ...], str], namespaces: Sequence[str], most: int) -> list[str]:
    """For the annex: a line too many says that there are more."""
    lines: list[str] = []
    for sources, name in sets.items():
        if len(lines) > most:
            break
        lines += _wrapped(f"{name}:", [namespaces[number] for number in sources])
    return lines


def _where(port: Mapping[str, Any]) -> str:
    return f"{port['target']}:{port['port']}/{port['protocol']}"


def _together(row: Row, names: Sequence[str], sets: Mapping[tuple[int, ...], str]) -> list[Cell]:
    most = len(row.sources) if len(row.sources) <= MOST_TOLD else HINTED
    told = ", ".join(names[number] for number in row.sources[:most])
    if len(row.sources) > most:
        told += f" and {len(row.sources) - most:,} more"
    if row.verdict not in _FOLDED and row.sources in sets:
        told = f"{sets[row.sources]}: {told}"
    return [_where(row.port), VERDICTS[row.verdict], f"{len(row.sources):,}", told]


def _one_by_one(row: Row, edges: ToldEdges) -> Iterator[list[Cell]]:
    port, verdict, sources = row
    names = [edges.namespaces[number] for number in sources]
    where: list[Cell] = [port["target"], f"{port['port']}/{port['protocol']}"]
    if verdict in _FOLDED:
        yield [*where, _named(names), VERDICTS[verdict], "–", "–"]
        return
    counts = edges.pairs_of(port)
    for number, name in zip(sources, names, strict=True):
        yield [*where, name, VERDICTS[verdict], _pairs(verdict, counts.get(number)), edges.dns[number]]


def _pairs(verdict: str, pairs: tuple[int, int] | None) -> str:
    if pairs is not None:
        return f"{pairs[0]:,} of {pairs[1]:,}"
    return "–" if verdict == "unknown" else "all"


def _named(names: list[str]) -> str:
    return ", ".join(names) if len(names) <= MOST_NAMED else f"{len(names):,} namespaces"


def _wrapped(head: str, names: Sequence[str]) -> list[str]:
    """Lines no longer than `LINE`, unless one name is; those after the first are set in."""
    lines = [head]
    for name in names:
        if len(lines[-1]) + len(name) + 2 > LINE:
            lines.append("   ")
        lines[-1] += f" {name},"
    return [line.rstrip(",") if line is lines[-1] else line for line in lines]
