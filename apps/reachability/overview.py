"""The overview: every namespace a card, edges summed up from card to card.

Namespaces that no policy isolates share one card, the *Open zone*: among themselves everything is open, and
drawing that would only hide the rest. Namespaces that find no room share one card too.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from pyroaring import BitMap

from apps.engine import PortReach, Reach
from apps.engine.model import Verdict
from apps.reachability import drawing
from apps.reachability.bundle import RANKING, Bundle, best_by_source
from apps.reachability.drawing import Line, Node

ROOM = drawing.MOST_NODES - 2  # two are kept for the Open zone and for those without room


@dataclass(frozen=True, slots=True)
class Card:
    """One node, the numbers of the namespaces that it stands for as a source, and by which names it is a
    target: namespaces, or a Service (`NS/SERVICE`)."""

    node: Node
    members: BitMap
    targets: frozenset[str]


@dataclass(frozen=True, slots=True)
class Pair:
    source: Card
    target: Card
    verdict: Verdict  # the most permissive of the bundle
    bundle: Bundle


class Overview(NamedTuple):
    """`drawn` and `folded`: how many of those that `counts` counts are a line, and how many found no room
    or are folded for their verdict."""

    form: str
    answer: str
    nodes: list[Node]
    lines: list[Line]
    counts: Mapping[Verdict, int]
    drawn: int
    folded: int


def closed_namespaces(reach: Reach) -> list[int]:
    """The numbers of those that some policy isolates, by name with the system's own last."""
    closed = [n for n, gates in enumerate(reach.isolation) if not gates.ingress == gates.egress == "none"]
    return sorted(closed, key=lambda number: reach.namespaces[number].startswith("kube-"))


def lay_cards(reach: Reach, room: int = ROOM) -> list[Card]:
    """Cards in their order: isolated namespaces, Open zone, those without room."""
    closed = closed_namespaces(reach)
    is_open = BitMap(range(len(reach.namespaces))) - BitMap(closed)
    cards = [
        Card(drawing.namespace_node(reach, number), BitMap([number]), frozenset({reach.namespaces[number]}))
        for number in closed[:room]
    ]
    if is_open:
        cards.append(_shared_card(reach, is_open, "open-zone"))
    if closed[room:]:
        cards.append(_shared_card(reach, BitMap(closed[room:]), "folded"))
    return cards


def pair_cards(reach: Reach, cards: Sequence[Card], ports: Sequence[PortReach]) -> list[Pair]:
    """Each two different cards with a Service port of `ports` in the second, most permissive first."""
    pairs = [pair for target in cards for pair in _pairs_to(reach, cards, target, ports)]
    return sorted(pairs, key=lambda pair: RANKING.index(pair.verdict))


def place_cards(cards: Sequence[Card]) -> None:
    """Namespaces on a grid about as wide as it is high; what stands for many apart, on the right."""
    single = [card.node for card in cards if card.node["kind"] == "namespace"]
    shared = [card.node for card in cards if card.node["kind"] != "namespace"]
    columns = max(1, round(math.sqrt(len(single) * drawing.ROW_HEIGHT / drawing.COLUMN_WIDTH)))
    drawing.place_grid(single, columns)
    drawing.place_grid(shared, 1, left=columns * drawing.COLUMN_WIDTH if single else 0)


def _pairs_to(
    reach: Reach, cards: Sequence[Card], target: Card, ports: Sequence[PortReach]
) -> Iterator[Pair]:
    names = target.targets
    inside = [port for port in ports if port.namespace in names or port.target in names]
    if not inside:
        return
    best = best_by_source(inside)
    for source in cards:
        verdict = next((v for v in RANKING if not best[v].isdisjoint(source.members)), None)
        if source is not target and verdict:  # a filter may leave no edge
            yield Pair(source, target, verdict, Bundle(inside, source.members))


def _shared_card(reach: Reach, members: BitMap, kind: str) -> Card:
    names = [reach.namespaces[number] for number in members]
    targets = frozenset(names)
    if kind == "open-zone":
        fact = f"{drawing.count_of(len(names), 'namespace')}, isolated by no policy"
        return Card(drawing.shared_node("open-zone", kind, "Open zone", fact, names), members, targets)
    node = drawing.shared_node("folded:more", kind, f"{len(names)} more namespaces", "", names)
    return Card(node, members, targets)
