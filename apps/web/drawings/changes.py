"""What differs from the compared snapshot, on paper: new lines on a red ground, closed ones dashed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from xml.etree.ElementTree import Element

from apps.engine.model import Verdict
from apps.reachability.bundle import REACHING
from apps.web.drawings.looks import draw_line
from apps.web.drawings.svg import PAPER, add, write

NEW, CLOSED = "#b3261e", "#0a6b60"
GLYPHS = {"+": ("+", NEW), "-": ("−", CLOSED)}


def draw_compared(parent: Element, path: str, edge: Mapping[str, Any]) -> None:
    """The line of an edge as REST answers it; one that is gone has no verdict, and was closed."""
    change = edge.get("change") or {}
    is_open = edge["verdict"] in REACHING
    if change.get("closed") and not is_open:
        line = add(parent, "path", d=path, fill="none", stroke=CLOSED, stroke_width=2.5)
        line.set("stroke-dasharray", "7 5")
        line.set("marker-end", "url(#head-denied)")
        return
    if change.get("opened"):
        add(parent, "path", d=path, fill="none", stroke=NEW, stroke_width=12, stroke_opacity=0.22)
    draw_line(parent, path, Verdict(edge["verdict"]))


def word_change(edge: Mapping[str, Any]) -> str:
    """` · new`, or of several ` · 2 new, 1 closed`."""
    change = edge.get("change") or {}
    counts = [
        (change.get(kind, 0), word)
        for kind, word in (("opened", "new"), ("closed", "closed"), ("changed", "changed"))
    ]
    found = [f"{count} {word}" if edge["pairs"] and count > 1 else word for count, word in counts if count]
    return f" · {', '.join(found)}" if found else ""


def draw_mark(table: Element, mark: str, x: float, y: float, cell: float, *, has_glyph: bool) -> None:
    """The mark of a cell of a matrix, over what the cell shows."""
    if mark not in GLYPHS:
        return
    glyph, color = GLYPHS[mark]
    add(table, "rect", x=x + 0.5, y=y + 0.5, width=cell - 1, height=cell - 1, fill=PAPER, stroke=color)
    if has_glyph:
        write(table, glyph, x + cell / 2, y + 15, size=16, anchor="middle", fill=color, weight="700")
    else:
        add(table, "rect", x=x + 1, y=y + 1, width=cell - 2, height=cell - 2, fill=color)
