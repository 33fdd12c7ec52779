"""The overview as a graph, in the form that its number of namespaces has room for.

`cards`: a card a namespace, with all lines. `field`: a mark a namespace, with the lines of one of them.
`classes`: reach classes and outliers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from apps.engine import PortReach, Reach
from apps.engine.model import Verdict
from apps.reachability import answers, drawing, overview, overview_classes, overview_field
from apps.reachability.drawing import Line, Node
from apps.reachability.expansion import expand_cards
from apps.reachability.matrix import tell_structure
from apps.reachability.matrix_cells import LETTERS, Cells
from apps.reachability.matrix_names import Structure, structure_from, structure_of
from apps.reachability.overview import Card, Pair
from apps.reachability.question import FOLDED, GraphQuestion


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


def draw_overview(
    reach: Reach, question: GraphQuestion, ports: Sequence[PortReach], *, whole: bool
) -> Overview:
    """The overview of the edges to `ports`; `whole`: these are all there are."""
    closed = overview.closed_namespaces(reach)
    if len(closed) <= overview.ROOM:
        return _draw_cards(reach, question, ports)
    structure = structure_of(reach) if whole else structure_from(reach, ports)
    if len(closed) <= overview_field.MOST_MARKS:
        return _draw_field(reach, question, ports, structure)
    return _draw_classes(reach, question, ports, structure)


def _draw_cards(reach: Reach, question: GraphQuestion, ports: Sequence[PortReach]) -> Overview:
    cards = overview.lay_cards(reach)
    overview.place_cards(cards)
    answer = answers.of_overview(reach, cards)
    expanded, boxes = expand_cards(reach, cards, question.expand, ports)
    pairs = overview.pair_cards(reach, expanded, ports)
    nodes = [*boxes, *(card.node for card in expanded if card.node not in boxes)]
    return _with_lines(reach, question, ("cards", answer), nodes, pairs)


def _draw_field(
    reach: Reach, question: GraphQuestion, ports: Sequence[PortReach], structure: Structure
) -> Overview:
    cards = overview.lay_cards(reach, overview_field.MOST_MARKS)
    overview_field.place_field(cards, structure)
    nodes = [card.node for card in cards]
    answer = answers.of_overview(reach, cards)
    centre = _find(cards, question.around)
    if centre:
        pairs = overview_field.pairs_around(reach, cards, centre, ports)
        return _with_lines(reach, question, ("field", answer), nodes, pairs)
    counts = _between_others(structure.cells)
    folded = sum(number for verdict, number in counts.items() if verdict in question.show | FOLDED)
    return Overview("field", answer, nodes, [], counts, 0, folded)


def _draw_classes(
    reach: Reach, question: GraphQuestion, ports: Sequence[PortReach], structure: Structure
) -> Overview:
    nodes, drawn = overview_classes.view_classes(reach, structure)
    answer = tell_structure(structure.classes, len(reach.namespaces))
    centre = next((each for each in drawn if overview_classes.node_id(reach, each) == question.around), None)
    if centre is None:
        counts = overview_classes.count_pairs(structure)
        folded = sum(number for verdict, number in counts.items() if verdict in question.show | FOLDED)
        return Overview("classes", answer, nodes, [], counts, 0, folded)
    pairs = overview_classes.pairs_around(structure, drawn, centre)
    counts = Counter(pair.verdict for pair in pairs)
    homes: dict[str, list[PortReach]] = {}
    for port in ports:
        homes.setdefault(port.namespace, []).append(port)
    lines = [
        overview_classes.class_line(reach, homes, pair) for pair in pairs if pair.verdict in question.show
    ]
    folded = sum(counts[verdict] for verdict in FOLDED - question.show)
    return Overview("classes", answer, nodes, lines, counts, len(lines), folded)


def _with_lines(
    reach: Reach, question: GraphQuestion, said: tuple[str, str], nodes: list[Node], pairs: Sequence[Pair]
) -> Overview:
    shown = [pair for pair in pairs if pair.verdict in question.show]
    drawn = shown[: drawing.MOST_EDGES]
    folded = len(shown) - len(drawn) + sum(pair.verdict in FOLDED - question.show for pair in pairs)
    lines = [
        drawing.bundle_line(reach, pair.source.node["id"], pair.target.node["id"], pair.bundle)
        for pair in drawn
    ]
    counts = Counter(pair.verdict for pair in pairs)
    return Overview(*said, nodes, lines, counts, len(drawn), folded)


def _find(cards: Sequence[Card], node_id: str) -> Card | None:
    return next((card for card in cards if node_id and card.node["id"] == node_id), None)


def _between_others(cells: Cells) -> dict[Verdict, int]:
    """Pairs of two different namespaces, by verdict."""
    everyone = range(len(cells.column))
    own = Counter(map(chr, cells.own().tolist()))
    return {
        verdict: number - own[LETTERS[verdict]] for verdict, number in cells.count(everyone, everyone).items()
    }
