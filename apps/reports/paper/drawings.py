"""The sections that are drawn: the matrix and who reaches a Service."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from apps.reports.paper.blocks import Block, Paper, heading, text
from apps.reports.paper.printable import fit
from apps.reports.paper.words import LETTERS, VERDICTS, count_of

MOST_NAMED = 12  # members of a class in its row
_LABEL = 24  # characters beside a row of the matrix
_CARD = 25  # of a line in a card; the whole name is in its heading and in the tables


def lay_matrix(content: dict[str, Any], paper: Paper, *, members: bool = True) -> Iterator[Block]:
    matrix = content["matrix"]
    yield heading("Reach matrix", "matrix")
    yield text(_introduction(matrix), "lead")
    if not matrix["rows"]:
        return
    labels = [row["label"] for row in matrix["rows"]]
    yield {
        "block": "matrix",
        "labels": [_label(row) for row in matrix["rows"]],
        "cells": [list(line) for line in matrix["cells"]],  # letters, no words to be broken
        "alt": _described(labels, matrix["cells"]),
    }
    if members and matrix["by_class"]:
        rows = [[row["label"], f"{row['count']:,}", _some(row)] for row in matrix["rows"]]
        columns = ["Class:", "Namespaces:", "Members:1fr"]
        yield from paper.table("Reach classes that are drawn", columns, rows, most=len(rows))


def lay_focus(content: dict[str, Any], most_lines: int = 10) -> Iterator[Block]:
    if content["focus"]:
        yield heading("Who can reach key Services", "focus")
    for each in content["focus"]:
        namespace, _, service = each["target"].partition("/")
        lines = [_line(line) for line in each["lines"][:most_lines]]
        more = each["line_count"] - len(lines)
        yield {
            "block": "focus",
            "target": each["target"],
            "card": f"{fit(namespace, _CARD)}/{fit(service, _CARD)}",
            "answer": f"{each['answer']}.",
            "lines": [line | {"source": fit(line["source"], _CARD)} for line in lines],
            "more": f"{more:,} more edges are not drawn" if more else "",
            "alt": f"{each['answer']}: "
            + "; ".join(f"{line['source']} {line['word']} on {line['port']}" for line in lines),
        }


def _introduction(matrix: dict[str, Any]) -> str:
    what = (
        "A row is a class of namespaces that reach the same and are reached by the same"
        if matrix["by_class"]
        else "A row is a source namespace, a column a target namespace"
    )
    told = f"{what}; a cell shows the most permissive verdict over the target's Service ports."
    missing = matrix["of"] - len(matrix["rows"])
    if missing:
        noun = "class" if matrix["by_class"] else "namespace"
        told += (
            f" Drawn are {len(matrix['rows'])} of {matrix['of']:,} {noun}{'es' if noun == 'class' else 's'}, "
            f"with {matrix['namespaces_drawn']:,} of {matrix['namespaces']:,} namespaces: the largest first, "
            "then those that most others reach."
        )
    return told


def _label(row: dict[str, Any]) -> str:
    """Short enough to stand beside a row; the whole name is in the tables."""
    name = row["namespaces"][0] if row["count"] == 1 else f"{row['label']} ({row['count']})"
    return fit(name, _LABEL)


def _some(row: dict[str, Any]) -> str:
    names = row["namespaces"][:MOST_NAMED]
    more = row["count"] - len(names)
    return ", ".join(names) + (f" and {count_of(more, 'other')}" if more else "")


def _line(line: dict[str, Any]) -> dict[str, str]:
    pairs = f", {line['allowed_pairs']:,} of {line['pairs']:,} pairs" if line["verdict"] == "partial" else ""
    dns = ", DNS blocked" if line["dns"] == "blocked" else ""
    return {
        "source": line["source"],
        "port": line["label"],
        "verdict": line["verdict"],
        "word": f"{VERDICTS[line['verdict']]}{pairs}{dns}",
    }


def _described(labels: list[str], cells: list[str]) -> str:
    """The matrix for those who hear it: how many cells have which verdict."""
    whole = "".join(cells)
    counts = {VERDICTS[verdict]: whole.count(letter) for letter, verdict in LETTERS.items()}
    said = ", ".join(f"{word} {count}" for word, count in counts.items() if count)
    return (
        f"Matrix of {len(labels)} by {len(labels)} cells: {said}. The table of edges says the same in words."
    )
