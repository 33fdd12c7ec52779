"""The overview as a graph, in the form that its number of namespaces has room for.

`cards`: a card a namespace, with all lines. `field`: a mark a namespace, with the lines of one of them.
`classes`: reach classes and outliers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from apps.engine import EdgeChange, PortReach, Reach
from apps.engine.model import Verdict
from apps.reachability import answers, drawing, overview, overview_field
from apps.reachability.against import Against
from apps.reachability.class_graph import draw_classes
from apps.reachability.drawing import Line, Node
from apps.reachability.expansion import expand_cards
from apps.reachability.ghosts import Ghosts, draw_ghosts, fitting
from apps.reachability.line_changes import Movers, mark_line
from apps.reachability.matrix_cells import LETTERS, Cells
from apps.reachability.matrix_names import Structure, structure_from, structure_of
from apps.reachability.overview import Card, Overview, Pair
from apps.reachability.question import FOLDED, GraphQuestion
from apps.reachability.selection import EdgeFilter


def draw_overview(
    reach: Reach,
    question: GraphQuestion,
    ports: Sequence[PortReach],
    *,
    whole: bool,
    against: Against | None = None,
) -> Overview:
    """The overview of the edges to `ports`; `whole`: these are all there are."""
    closed = overview.closed_namespaces(reach)
    if len(closed) <= overview.ROOM:
        return _draw_cards(reach, question, ports, against)
    structure = structure_of(reach) if whole else structure_from(reach, ports)
    if len(closed) <= overview_field.MOST_MARKS:
        return _draw_field(reach, question, ports, structure, against)
    return draw_classes(reach, question, ports, structure, against)


def _draw_cards(
    reach: Reach, question: GraphQuestion, ports: Sequence[PortReach], against: Against | None
) -> Overview:
    cards = overview.lay_cards(reach)
    overview.place_cards(cards)
    answer = answers.of_overview(reach, cards)
    expanded, boxes = expand_cards(reach, cards, question.expand, ports)
    pairs = overview.pair_cards(reach, expanded, ports)
    nodes = [*boxes, *(card.node for card in expanded if card.node not in boxes)]
    found = _with_lines(reach, question, ("cards", answer), nodes, pairs, against)
    if against is None:
        return found
    ghosts = _draw_gone(cards, question, against)
    return found._replace(nodes=[*nodes, *ghosts.left, *ghosts.right], lines=[*found.lines, *ghosts.lines])


def _draw_gone(cards: Sequence[Card], question: GraphQuestion, against: Against) -> Ghosts:
    """From card to card, as all lines of the overview; those of what is gone stand in a row below."""
    home = {name: card.node["id"] for card in cards for name in card.targets}

    def ends(edge: EdgeChange) -> tuple[str, str]:
        names = edge.source, edge.target.partition("/")[0]
        source, target = (home.get(name, f"ns:{name}") for name in names)
        return source, target

    asked = EdgeFilter(port=question.port, protocol=question.protocol)
    gone = (edge for edge in against.gone_edges(fitting(asked)) if len(set(ends(edge))) > 1)
    room = drawing.MOST_NODES - len(cards)
    ghosts = draw_ghosts(gone, ends, home.values(), room, against.number)
    below = max((card.node["y"] for card in cards), default=0) + 2 * drawing.ROW_HEIGHT
    for place, node in enumerate([*ghosts.left, *ghosts.right]):
        node["x"], node["y"] = place * drawing.COLUMN_WIDTH, below
    return ghosts


def _draw_field(
    reach: Reach,
    question: GraphQuestion,
    ports: Sequence[PortReach],
    structure: Structure,
    against: Against | None,
) -> Overview:
    cards = overview.lay_cards(reach, overview_field.MOST_MARKS)
    overview_field.place_field(cards, structure)
    nodes = [card.node for card in cards]
    answer = answers.of_overview(reach, cards)
    centre = _find(cards, question.around)
    if centre:
        pairs = overview_field.pairs_around(reach, cards, centre, ports)
        return _with_lines(reach, question, ("field", answer), nodes, pairs, against)
    counts = _between_others(structure.cells)
    moved = overview_field.moved_pairs(reach, cards, ports, Movers(against)) if against else []
    lines = _lines(reach, moved[: drawing.MOST_EDGES], against)
    folded = sum(number for verdict, number in counts.items() if verdict in question.show | FOLDED)
    return Overview("field", answer, nodes, lines, counts, len(lines), max(0, folded - len(lines)))


def _with_lines(
    reach: Reach,
    question: GraphQuestion,
    said: tuple[str, str],
    nodes: list[Node],
    pairs: Sequence[Pair],
    against: Against | None,
) -> Overview:
    """What moved is drawn first, whatever its verdict."""
    movers = Movers(against)
    moved = [pair for pair in pairs if movers.touch(pair.bundle.ports, pair.bundle.sources)]
    quiet = {id(pair) for pair in moved}
    rest = [pair for pair in pairs if id(pair) not in quiet]
    shown = [*moved, *(pair for pair in rest if pair.verdict in question.show)]
    drawn = shown[: drawing.MOST_EDGES]
    folded = len(shown) - len(drawn) + sum(pair.verdict in FOLDED - question.show for pair in rest)
    counts = Counter(pair.verdict for pair in pairs)
    return Overview(*said, nodes, _lines(reach, drawn, against), counts, len(drawn), folded)


def _lines(reach: Reach, pairs: Sequence[Pair], against: Against | None) -> list[Line]:
    lines = []
    for pair in pairs:
        line = drawing.bundle_line(reach, pair.source.node["id"], pair.target.node["id"], pair.bundle)
        lines.append(mark_line(line, reach, against, pair.bundle.ports, pair.bundle.sources))
    return lines


def _find(cards: Sequence[Card], node_id: str) -> Card | None:
    return next((card for card in cards if node_id and card.node["id"] == node_id), None)


def _between_others(cells: Cells) -> dict[Verdict, int]:
    """Pairs of two different namespaces, by verdict."""
    everyone = range(len(cells.column))
    own = Counter(map(chr, cells.own().tolist()))
    return {
        verdict: number - own[LETTERS[verdict]] for verdict, number in cells.count(everyone, everyone).items()
    }
