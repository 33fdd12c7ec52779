"""The overview of reach classes as a graph: no lines but those of one class, and those of what moved."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from pyroaring import BitMap

from apps.engine import PortReach, Reach
from apps.reachability import drawing, overview_classes
from apps.reachability.against import Against
from apps.reachability.classes import ReachClass
from apps.reachability.drawing import Line
from apps.reachability.line_changes import mark_line
from apps.reachability.matrix import tell_structure
from apps.reachability.matrix_names import Structure
from apps.reachability.overview import Overview
from apps.reachability.overview_classes import ClassPair
from apps.reachability.question import FOLDED, GraphQuestion

Homes = Mapping[str, Sequence[PortReach]]  # the Service ports by namespace


def draw_classes(
    reach: Reach,
    question: GraphQuestion,
    ports: Sequence[PortReach],
    structure: Structure,
    against: Against | None,
) -> Overview:
    nodes, drawn = overview_classes.view_classes(reach, structure)
    answer = tell_structure(structure.classes, len(reach.namespaces))
    homes = _by_namespace(ports)
    centre = next((each for each in drawn if overview_classes.node_id(reach, each) == question.around), None)
    moved = set(_moved_pairs(reach, structure, drawn, homes, against)) if against else set[ClassPair]()
    if centre is None:
        counts = overview_classes.count_pairs(structure)
        shown = sorted(moved, key=lambda pair: (pair.source.number, pair.target.number))[: drawing.MOST_EDGES]
        folded = sum(number for verdict, number in counts.items() if verdict in question.show | FOLDED)
        lines = [_line(reach, homes, pair, against) for pair in shown]
        return Overview("classes", answer, nodes, lines, counts, len(lines), max(0, folded - len(lines)))
    pairs = overview_classes.pairs_around(structure, drawn, centre)
    found = Counter(pair.verdict for pair in pairs)
    shown = [pair for pair in pairs if pair.verdict in question.show or pair in moved]
    folded = sum(pair.verdict in FOLDED - question.show and pair not in moved for pair in pairs)
    lines = [_line(reach, homes, pair, against) for pair in shown]
    return Overview("classes", answer, nodes, lines, found, len(lines), folded)


def _line(reach: Reach, homes: Homes, pair: ClassPair, against: Against | None) -> Line:
    line = overview_classes.class_line(reach, homes, pair)
    if against is None:
        return line
    return mark_line(line, reach, against, _ports_of(reach, homes, pair.target), BitMap(pair.source.members))


def _moved_pairs(
    reach: Reach, structure: Structure, classes: Sequence[ReachClass], homes: Homes, against: Against
) -> Iterator[ClassPair]:
    """Pairs of two drawn classes with an edge between their members that was opened or closed."""
    members = {each: BitMap(each.members) for each in classes}
    for target in classes:
        sources = against.moved(_ports_of(reach, homes, target))
        for source in classes if sources else ():
            if source is not target and not sources.isdisjoint(members[source]):
                yield overview_classes.pair_of(structure, source, target)


def _ports_of(reach: Reach, homes: Homes, each: ReachClass) -> list[PortReach]:
    return [port for number in each.members for port in homes.get(reach.namespaces[number], ())]


def _by_namespace(ports: Sequence[PortReach]) -> Homes:
    homes: dict[str, list[PortReach]] = {}
    for port in ports:
        homes.setdefault(port.namespace, []).append(port)
    return homes
