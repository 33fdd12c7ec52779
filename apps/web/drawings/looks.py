"""How each verdict looks on paper: stroke, dash, arrowhead and glyph all differ, so that grey will do."""

from __future__ import annotations

from typing import NamedTuple
from xml.etree.ElementTree import Element

from apps.engine.model import Verdict
from apps.web.drawings.svg import PAPER, add, write
from apps.web.words import word_of


class Look(NamedTuple):
    color: str
    width: float
    dash: str
    head: str  # a path in a box of 12 by 12 whose tip is at (11, 6)
    is_filled: bool
    glyph: str  # in a cell of the matrix


LOOKS = {
    Verdict.ALLOWED: Look("#0b5cad", 2.5, "", "M1 1 11 6 1 11z", True, "●"),
    Verdict.PARTIAL: Look("#0b5cad", 2.0, "9 4", "M1 1 11 6 1 11z", False, "◩"),
    Verdict.UNRESTRICTED: Look("#a85300", 4.5, "", "M1 1 11 6 1 11 4 6z", True, "◆"),
    Verdict.UNKNOWN: Look("#9a2c7e", 2.0, "2 4", "M3 6a4 4 0 1 0 8 0a4 4 0 1 0-8 0z", False, "?"),
    Verdict.DENIED: Look("#66727f", 1.5, "2 4", "M10 1v10", False, ""),
    Verdict.EMPTY: Look("#66727f", 1.5, "1 6", "", False, ""),
}


def define_heads(root: Element) -> None:
    """The arrowheads that lines end in: `url(#head-allowed)`."""
    defs = add(root, "defs")
    for verdict, look in LOOKS.items():
        marker = add(
            defs, "marker", id=f"head-{verdict}", markerWidth=12, markerHeight=12, refX=11, refY=6,
            orient="auto", markerUnits="userSpaceOnUse", viewBox="0 0 12 12", overflow="visible",
        )  # fmt: skip
        fill = look.color if look.is_filled else PAPER
        add(marker, "path", d=look.head or "M0 0", fill=fill, stroke=look.color, stroke_width=1.5)


def draw_line(parent: Element, path: str, verdict: Verdict) -> None:
    look = LOOKS[verdict]
    line = add(parent, "path", d=path, fill="none", stroke=look.color, stroke_width=look.width)
    line.set("marker-end", f"url(#head-{verdict})")
    if look.dash:
        line.set("stroke-dasharray", look.dash)


def write_legend(parent: Element, verdicts: dict[str, int], y: float) -> None:
    """Each verdict with its line, its word and how many there are."""
    x = 16.0
    for verdict in (each for each in LOOKS if verdicts.get(each)):
        draw_line(parent, f"M{x} {y}h36", verdict)
        words = f"{LOOKS[verdict].glyph} {word_of(verdict)} {verdicts[verdict]:,}".strip()
        write(parent, words, x + 44, y + 4)
        x += 60 + 7.2 * len(words)
