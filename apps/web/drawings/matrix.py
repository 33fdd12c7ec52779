"""The matrix as SVG: a row a source, a column a target, a glyph and a tint a verdict."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any
from xml.etree.ElementTree import Element

from apps.engine.model import Verdict
from apps.reachability.matrix_cells import LETTERS
from apps.web.drawings.changes import draw_mark
from apps.web.drawings.looks import LOOKS, define_heads, write_legend
from apps.web.drawings.svg import (
    FOOT_ROOM,
    INK,
    LINE,
    MUTED,
    PAPER,
    TITLE_ROOM,
    add,
    as_text,
    picture,
    shorten,
    write,
)

MOST = 500  # rows and columns of one picture
_GLYPHS = 80  # with more rows or columns the cells are too small for glyphs
_CELL, _SMALL_CELL = 20, 6  # pixels
_MOST_ROOM = 190  # for the names of rows and of columns
_NARROWEST = 980  # the legend needs it
_VERDICTS = {letter: verdict for verdict, letter in LETTERS.items()}
_SHADES = {"#0b5cad": 0.75, "#a85300": 1.0, "#9a2c7e": 0.45}  # so that they differ in grey too
_PARTLY = 0.35


def draw_matrix(matrix: Mapping[str, Any], title: str, caption: str) -> str:
    """`matrix` as REST answers it, `MOST` by `MOST` at most."""
    rows, columns = _names(matrix, "rows"), _names(matrix, "columns")
    is_small = max(len(rows), len(columns)) > _GLYPHS
    cell = _SMALL_CELL if is_small else _CELL
    left, above = _room(rows), _room(columns)
    width = max(left + cell * len(columns) + 32, _NARROWEST)
    height = TITLE_ROOM + above + cell * len(rows) + 24
    root = picture(width, height + FOOT_ROOM, title, caption)
    define_heads(root)
    table = add(root, "g", transform=f"translate({left} {TITLE_ROOM + above})")
    add(table, "rect", width=cell * len(columns), height=cell * len(rows), fill=PAPER, stroke=LINE)
    for index, line in enumerate(matrix["cells"]):
        for verdict, start, count in _runs(line):
            _draw_run(table, verdict, start * cell, index * cell, count, cell)
    for index, line in enumerate(matrix.get("marks", ())):
        for column, mark in enumerate(line):
            draw_mark(table, mark, column * cell, index * cell, cell, has_glyph=not is_small)
    _write_names(table, rows, columns, cell)
    write_legend(root, matrix["meta"]["counts"], height)
    write(root, _tally(matrix), 16, height + 24, fill=MUTED)
    return as_text(root)


def _names(matrix: Mapping[str, Any], side: str) -> list[str]:
    """A reach class by what its members are called, and how many they are."""
    labels = {each["name"]: f"{each['label']} ({each['count']:,})" for each in matrix["classes"]}
    return [shorten(labels.get(name, name), 26) for name in matrix[side]]


def _room(names: Sequence[str]) -> int:
    return min(_MOST_ROOM, 32 + 7 * max(map(len, names), default=0))


def _runs(line: str) -> Iterator[tuple[Verdict, int, int]]:
    """Equal neighbours in a row as one: verdict, first column and how many."""
    start = 0
    for letter, run in groupby(line):
        count = len(list(run))
        if letter in _VERDICTS:
            yield _VERDICTS[letter], start, count
        start += count


def _draw_run(table: Element, verdict: Verdict, x: int, y: int, count: int, cell: int) -> None:
    look = LOOKS[verdict]
    if verdict in (Verdict.DENIED, Verdict.EMPTY):
        if cell == _CELL and verdict is Verdict.DENIED:
            for index in range(count):
                write(table, "·", x + (index + 0.5) * cell, y + 14, anchor="middle", fill=MUTED)
        return
    shade = _PARTLY if verdict is Verdict.PARTIAL else _SHADES[look.color]
    add(table, "rect", x=x, y=y, width=count * cell, height=cell, fill=look.color, fill_opacity=shade)
    if cell == _CELL:
        ink = INK if shade < 0.5 else PAPER
        for index in range(count):
            write(table, look.glyph, x + (index + 0.5) * cell, y + 14, anchor="middle", fill=ink)


def _write_names(table: Element, rows: list[str], columns: list[str], cell: int) -> None:
    """All of them where a line of text fits, else each third."""
    step = 1 if cell == _CELL else 3
    for index in range(0, len(rows), step):
        y = index * cell + (14 if cell == _CELL else 9)
        write(table, rows[index], -8, y, size=11, anchor="end")
    for index in range(0, len(columns), step):
        x = index * cell + (14 if cell == _CELL else 9)
        name = write(table, columns[index], x, -8, size=11)
        name.set("transform", f"rotate(-90 {x} -8)")


def _tally(matrix: Mapping[str, Any]) -> str:
    meta = matrix["meta"]
    shown = f"{len(matrix['rows']):,} × {len(matrix['columns']):,}"
    whole = f"{meta['row_count']:,} × {meta['column_count']:,}"
    part = "" if shown == whole else f" of {whole}; the first of both are shown"
    return f"Rows reach columns. {shown}{part}. Counts are of all."
