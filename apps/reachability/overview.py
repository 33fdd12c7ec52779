"""The overview: every namespace a card, edges summed up from card to card.

Namespaces that no policy isolates share one card, the *Open zone*: among themselves everything is open, and
drawing that would only hide the rest. Namespaces that find no room share one card too.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pyroaring import BitMap

from apps.engine import PortReach, Reach
from apps.engine.model import Verdict
from apps.reachability import drawing
from apps.reachability.bundle import RANKING, Bundle, best_by_source
from apps.reachability.drawing import Node

_ROOM = drawing.MOST_NODES - 2  # two are kept for the Open zone and for those without room


@dataclass(frozen=True, slots=True)
class Card:
    """One node and the numbers of the namespaces that it stands for."""

    node: Node
    members: BitMap


@dataclass(frozen=True, slots=True)
class Pair:
    source: Card
    target: Card
    verdict: Verdict  # the most permissive of the bundle
    bundle: Bundle


def lay_cards(reach: Reach) -> list[Card]:
    """Cards in their order: namespaces by name with the system's own last, Open zone, those without room."""
    is_open = BitMap(n for n, gates in enumerate(reach.isolation) if gates.ingress == gates.egress == "none")
    closed = [number for number in range(len(reach.namespaces)) if number not in is_open]
    closed.sort(key=lambda number: reach.namespaces[number].startswith("kube-"))
    cards = [Card(drawing.namespace_node(reach, number), BitMap([number])) for number in closed[:_ROOM]]
    if is_open:
        cards.append(_shared_card(reach, is_open, "open-zone"))
    if closed[_ROOM:]:
        cards.append(_shared_card(reach, BitMap(closed[_ROOM:]), "folded"))
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
    names = {reach.namespaces[number] for number in target.members}
    inside = [port for port in ports if port.namespace in names]
    if not inside:
        return
    best = best_by_source(inside)
    for source in cards:
        verdict = next((v for v in RANKING if not best[v].isdisjoint(source.members)), None)
        if source is not target and verdict:  # a filter may leave no edge
            yield Pair(source, target, verdict, Bundle(inside, source.members))


def _shared_card(reach: Reach, members: BitMap, kind: str) -> Card:
    names = [reach.namespaces[number] for number in members]
    if kind == "open-zone":
        fact = f"{drawing.count_of(len(names), 'namespace')}, isolated by no policy"
        return Card(drawing.shared_node("open-zone", kind, "Open zone", fact, names), members)
    return Card(drawing.shared_node("folded:more", kind, f"{len(names)} more namespaces", "", names), members)
