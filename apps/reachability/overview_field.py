"""The overview of some hundred namespaces: each a mark at a fixed place, with the lines of one of them.

Lines of all of them would be a grey cloud, and take a browser seconds. Alike namespaces stand together.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from apps.engine import PortReach, Reach
from apps.reachability import drawing
from apps.reachability.bundle import RANKING, Bundle, best_by_source
from apps.reachability.line_changes import Movers
from apps.reachability.matrix_names import Structure
from apps.reachability.overview import Card, Pair

MOST_MARKS = 1000

_WIDTH, _HEIGHT = 120, 48  # pixels at zoom 1, between the centres of neighbours


def place_field(cards: Sequence[Card], structure: Structure) -> None:
    """Namespaces in the order of the matrix, on about a square; what stands for many apart, on the right."""
    single = [card for card in cards if card.node["kind"] == "namespace"]
    shared = [card for card in cards if card.node["kind"] != "namespace"]
    single.sort(key=lambda card: structure.position[card.members[0]])
    columns = max(1, round(math.sqrt(len(single) * 1.6 * _HEIGHT / _WIDTH)))
    for index, card in enumerate(single):
        card.node["x"], card.node["y"] = index % columns * _WIDTH, index // columns * _HEIGHT
    drawing.place_grid([card.node for card in shared], 1, left=columns * _WIDTH + drawing.COLUMN_WIDTH // 2)


def pairs_around(reach: Reach, cards: Sequence[Card], centre: Card, ports: Sequence[PortReach]) -> list[Pair]:
    """The centre with each other card, in both directions, most permissive first."""
    inside = _by_card(reach, cards, ports)
    pairs = [
        *_pairs_to(cards, centre, inside[centre.node["id"]]),
        *(
            pair
            for target in cards
            if target is not centre
            for pair in _pairs_to([centre], target, inside[target.node["id"]])
        ),
    ]
    return sorted(pairs, key=lambda pair: RANKING.index(pair.verdict))


def moved_pairs(
    reach: Reach, cards: Sequence[Card], ports: Sequence[PortReach], movers: Movers
) -> list[Pair]:
    """Pairs of different cards with an edge that was opened or closed, most permissive first."""
    inside = _by_card(reach, cards, ports)
    pairs = [
        pair
        for target in cards
        if (sources := movers.of(inside[target.node["id"]]))
        for pair in _pairs_to(
            [card for card in cards if not sources.isdisjoint(card.members)],
            target,
            inside[target.node["id"]],
        )
    ]
    return sorted(pairs, key=lambda pair: RANKING.index(pair.verdict))


def _pairs_to(sources: Sequence[Card], target: Card, ports: Sequence[PortReach]) -> Iterator[Pair]:
    best = best_by_source(ports)
    for source in sources:
        verdict = next((v for v in best if not best[v].isdisjoint(source.members)), None)
        if source is not target and verdict:
            yield Pair(source, target, verdict, Bundle(ports, source.members))


def _by_card(reach: Reach, cards: Sequence[Card], ports: Sequence[PortReach]) -> dict[str, list[PortReach]]:
    home = {reach.namespaces[number]: card.node["id"] for card in cards for number in card.members}
    found: dict[str, list[PortReach]] = {card.node["id"]: [] for card in cards}
    for port in ports:
        found[home[port.namespace]].append(port)
    return found
