"""Namespaces of the overview that show their Services: a box in the place of a card, one level deep."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from itertools import groupby

from pyroaring import BitMap

from apps.engine import PortReach, Reach
from apps.reachability import drawing
from apps.reachability.drawing import Node
from apps.reachability.overview import Card

MOST_SERVICES = 20  # of one namespace; the rest is on one card


def expand_cards(
    reach: Reach, cards: Sequence[Card], names: Collection[str], ports: Sequence[PortReach]
) -> tuple[list[Card], list[Node]]:
    """The cards with those of the Services of `names` besides, and the nodes of the boxes around them.

    Lines from such a namespace leave its box, lines to it end at its Services. The other cards stay where
    they are, and the boxes stand beside them. What finds no room keeps its card.
    """
    room = drawing.MOST_NODES - len(cards)
    right = max((card.node["x"] for card in cards), default=0) + drawing.COLUMN_WIDTH
    expanded: list[Card] = []
    boxes: list[Node] = []
    top = 0
    for card in cards:
        inside = _service_cards(reach, card, ports) if _is_chosen(card, names) else []
        if inside and len(inside) <= room:
            room -= len(inside)
            box = {**card.node, "kind": "box"}
            boxes.append(box)
            expanded.append(replace(card, node=box, targets=frozenset()))
            for row, each in enumerate(inside):
                each.node["x"], each.node["y"] = right, top + row * drawing.ROW_HEIGHT
            top += (len(inside) + 1) * drawing.ROW_HEIGHT
            expanded += inside
        else:
            expanded.append(card)
    return expanded, boxes


def _is_chosen(card: Card, names: Collection[str]) -> bool:
    return card.node["kind"] == "namespace" and card.node["label"] in names


def _service_cards(reach: Reach, card: Card, ports: Sequence[PortReach]) -> list[Card]:
    """Cards that are targets only."""
    inside = [port for port in ports if port.namespace == card.node["label"]]
    services = [list(rows) for _, rows in groupby(inside, key=lambda port: port.target)]
    parent = card.node["id"]
    cards = [
        Card({**drawing.service_node(reach, rows), "parent": parent}, BitMap(), frozenset({rows[0].target}))
        for rows in services[:MOST_SERVICES]
    ]
    rest = [rows[0].target for rows in services[MOST_SERVICES:]]
    if rest:
        label = f"{len(rest)} more Services"
        node = drawing.shared_node(f"folded:more:{parent}", "folded", label, "", rest)
        cards.append(Card({**node, "parent": parent}, BitMap(), frozenset(rest)))
    return cards
