"""The graph as SVG: the same cards, places and lines as the browser draws."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any
from xml.etree.ElementTree import Element

from apps.web.drawings.changes import draw_compared, word_change
from apps.web.drawings.looks import define_heads, write_legend
from apps.web.drawings.svg import (
    FOOT_ROOM,
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

_WIDTH, _HEIGHT = 208, 68  # of a card, pixels
_SMALL_WIDTH, _SMALL_HEIGHT = 112, 40  # of a namespace among hundreds
_MARGIN = 32
_NARROWEST = 980  # the legend needs it
_SLOT = 12  # pixels between the ends of neighbouring lines, where there is room
_LINES = {"all": "", "some": "6 3", "none": "2 3"}  # of a gate's border

Node = Mapping[str, Any]


def draw_graph(graph: Mapping[str, Any], title: str, caption: str) -> str:
    """`graph` as REST answers it; `caption`: of what cluster, snapshot and filter it is."""
    nodes = graph["nodes"]
    left = min((node["x"] for node in nodes), default=0) - _WIDTH / 2 - _MARGIN
    top = min((node["y"] for node in nodes), default=0) - _HEIGHT / 2 - _MARGIN - TITLE_ROOM
    width = max((node["x"] for node in nodes), default=0) + _WIDTH / 2 + _MARGIN - left
    height = max((node["y"] for node in nodes), default=0) + _HEIGHT / 2 + _MARGIN - top
    root = picture(max(width, _NARROWEST), height + FOOT_ROOM, title, caption)
    define_heads(root)
    drawing = add(root, "g", transform=f"translate({-left:.1f} {-top:.1f})")
    places = {node["id"]: node for node in nodes}
    slots = _slots(graph["edges"], places)
    for edge in graph["edges"]:
        _draw_edge(drawing, edge, places, slots)
    meta = graph["meta"]
    for node in nodes:
        if meta["form"] == "field" and node["kind"] == "namespace":
            _draw_small_card(drawing, node)
        else:
            _draw_card(drawing, node)
    write_legend(root, meta["counts"], height + 8)
    tally = f"{meta['drawn']} drawn · {meta['folded']} folded · {meta['hidden']} hidden"
    write(root, tally, 16, height + 32, fill=MUTED)
    return as_text(root)


def _slots(edges: Sequence[Mapping[str, Any]], places: Mapping[str, Node]) -> dict[tuple[str, str], float]:
    """How far from the middle of a card each line ends, by the line's id and the card's: lines to or from
    one card are set apart in the order of their other ends."""
    by_card: dict[str, list[tuple[float, str]]] = defaultdict(list)
    for edge in edges:
        by_card[edge["source"]].append((places[edge["target"]]["y"], edge["id"]))
        by_card[edge["target"]].append((places[edge["source"]]["y"], edge["id"]))
    slots = {}
    for card, ends in by_card.items():
        step = min(_SLOT, (_HEIGHT - 16) / len(ends))
        for index, (_, line) in enumerate(sorted(ends)):
            slots[line, card] = (index - (len(ends) - 1) / 2) * step
    return slots


def _draw_edge(
    parent: Element,
    edge: Mapping[str, Any],
    places: Mapping[str, Node],
    slots: Mapping[tuple[str, str], float],
) -> None:
    source, target = places[edge["source"]], places[edge["target"]]
    side = 1 if target["x"] >= source["x"] else -1
    x1, y1 = source["x"] + side * _WIDTH / 2, source["y"] + slots[edge["id"], edge["source"]]
    x2, y2 = target["x"] - side * _WIDTH / 2, target["y"] + slots[edge["id"], edge["target"]]
    if source["x"] == target["x"]:  # one below the other: out on the right and back in
        x2, bend = x1, 60.0
        path = f"M{x1} {y1}C{x1 + bend} {y1} {x2 + bend} {y2} {x2} {y2}"
    else:
        half = (x2 - x1) / 2
        path = f"M{x1} {y1}C{x1 + half} {y1} {x2 - half} {y2} {x2} {y2}"
    draw_compared(parent, path, edge)
    words = edge["label"] + (" · no DNS" if edge["dns"] == "blocked" and edge["ask"] else "")
    words += word_change(edge)
    write(
        parent, words, (x1 + x2) / 2, (y1 + y2) / 2 - 4, size=11, anchor="middle",
        paint_order="stroke", stroke=PAPER, stroke_width=4,
    )  # fmt: skip


def _draw_card(parent: Element, node: Node) -> None:
    x, y = node["x"] - _WIDTH / 2, node["y"] - _HEIGHT / 2
    is_one = node["kind"] in ("namespace", "service", "workload")
    card = add(
        parent,
        "rect",
        x=x,
        y=y,
        width=_WIDTH,
        height=_HEIGHT,
        rx=8,
        fill=PAPER,
        stroke=LINE,
        stroke_width=1.5,
    )
    if not is_one:
        card.set("stroke-dasharray", "6 4")
    middle = float(node["x"])
    write(parent, shorten(node["label"], 30), middle, y + 20, size=13, anchor="middle", weight="600")
    write(parent, shorten(node["fact"], 36), middle, y + 37, size=11, anchor="middle", fill=MUTED)
    if is_one and node["kind"] != "workload" and node["ingress"]:
        _draw_gate(parent, "IN", node["ingress"], middle - 40, y + 44)
        _draw_gate(parent, "OUT", node["egress"], middle + 4, y + 44)


def _draw_small_card(parent: Element, node: Node) -> None:
    x, y = node["x"] - _SMALL_WIDTH / 2, node["y"] - _SMALL_HEIGHT / 2
    add(parent, "rect", x=x, y=y, width=_SMALL_WIDTH, height=_SMALL_HEIGHT, rx=6, fill=PAPER, stroke=LINE)
    middle = float(node["x"])
    write(parent, shorten(node["label"], 17), middle, y + 14, size=10, anchor="middle", weight="600")
    _draw_gate(parent, "IN", node["ingress"], middle - 40, y + 19)
    _draw_gate(parent, "OUT", node["egress"], middle + 4, y + 19)


def _draw_gate(parent: Element, word: str, extent: str, x: float, y: float) -> None:
    """Solid: closed for all pods of the namespace; dashed: for some; dotted: for none."""
    gate = add(parent, "rect", x=x, y=y, width=36, height=17, rx=4, fill="none", stroke=MUTED)
    if _LINES[extent]:
        gate.set("stroke-dasharray", _LINES[extent])
    write(parent, word, x + 18, y + 12, size=10, anchor="middle", fill=MUTED)
