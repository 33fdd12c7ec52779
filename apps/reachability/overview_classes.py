"""The overview of more namespaces than a drawing can hold: reach classes and outliers in their place.

What is true of one member of a class is true of all, so a line between two classes says what every line
between their members would.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from apps.engine import PortReach, Reach
from apps.engine.model import Verdict
from apps.reachability import drawing
from apps.reachability.bundle import RANKING, REACHING
from apps.reachability.classes import ReachClass
from apps.reachability.drawing import Line, Node
from apps.reachability.matrix_cells import LETTERS, Numbers
from apps.reachability.matrix_names import Structure

_ROOM = drawing.MOST_NODES - 1  # one is kept for those without room
_STEP = (224, 84)  # pixels: at rest no lines run between these cards, so they stand close
_GAP = 112  # between classes and outliers
_VERDICTS = {letter: verdict for verdict, letter in LETTERS.items()}


class ClassPair(NamedTuple):
    source: ReachClass
    target: ReachClass
    verdict: Verdict


def view_classes(reach: Reach, structure: Structure) -> tuple[list[Node], list[ReachClass]]:
    """The nodes, and the classes that have one of their own: those of many on the left, outliers on the
    right, alike ones beside each other; the rest is on one card."""
    chosen, rest = _choose(structure)
    joint = [each for each in structure.order if each in chosen and not each.is_outlier]
    single = [each for each in structure.order if each in chosen and each.is_outlier]
    left = [_node(reach, structure, each) for each in joint]
    right = [_node(reach, structure, each) for each in single]
    if rest:
        right.append(_rest(reach, rest))
    columns = _columns(len(left))
    drawing.place_grid(left, columns, step=_STEP)
    drawing.place_grid(right, _columns(len(right)), left=columns * _STEP[0] + _GAP if left else 0, step=_STEP)
    return left + right, [*joint, *single]


def pairs_around(structure: Structure, classes: Sequence[ReachClass], centre: ReachClass) -> list[ClassPair]:
    """The centre with each other class, in both directions, most permissive first."""
    others = [each for each in classes if each is not centre]
    pairs = [(centre, each) for each in others] + [(each, centre) for each in others]
    has_edge = [
        (source, target)
        for source, target in pairs
        if structure.cells.letter(source.members[0], target.members[0]) in _VERDICTS
    ]
    found = [pair_of(structure, source, target) for source, target in has_edge]
    return sorted(found, key=lambda pair: RANKING.index(pair.verdict))


def pair_of(structure: Structure, source: ReachClass, target: ReachClass) -> ClassPair:
    """Two classes with an edge between their members."""
    return ClassPair(source, target, _VERDICTS[structure.cells.letter(source.members[0], target.members[0])])


def count_pairs(structure: Structure) -> dict[Verdict, int]:
    """Pairs of two different classes, of all there are, by verdict."""
    firsts = [each.members[0] for each in structure.classes.all]
    own = Counter(structure.cells.letter(number, number) for number in firsts)
    return {
        verdict: number - own[LETTERS[verdict]]
        for verdict, number in structure.cells.count(firsts, firsts).items()
    }


def class_line(reach: Reach, ports: Mapping[str, Sequence[PortReach]], pair: ClassPair) -> Line:
    """One line for all pairs of members; `ports`: the Service ports by namespace, of which it names one."""
    source, target = pair.source.members[0], pair.target.members[0]
    number = len(pair.source.members) * len(pair.target.members)
    example = next(
        port for port in ports[reach.namespaces[target]] if source in port.by_verdict[pair.verdict]
    )
    line = drawing.port_line(reach, node_id(reach, pair.source), node_id(reach, pair.target), example, source)
    if number == 1:
        return {**line, "id": f"{line['source']}>{line['target']}"}
    return {
        **line,
        "id": f"{line['source']}>{line['target']}",
        "label": f"{number:,} pairs of namespaces",
        "allowed_pairs": number if pair.verdict in REACHING else 0,
        "pairs": number,
    }


def node_id(reach: Reach, each: ReachClass) -> str:
    return f"ns:{reach.namespaces[each.members[0]]}" if each.is_outlier else f"class:{each.name}"


def _choose(structure: Structure) -> tuple[set[ReachClass], list[ReachClass]]:
    """The largest classes, then the outliers that reach most and are reached by most; and the rest."""
    joint = [each for each in structure.classes.all if not each.is_outlier]
    traffic = _traffic(structure)
    single = [each for each in structure.classes.all if each.is_outlier]
    single.sort(key=lambda each: (-traffic[each.members[0]], each.number))
    half = _ROOM // 2  # outliers are what a reviewer looks for, so they have room at any rate
    ranked = joint[:half] + single[: _ROOM - half] + joint[half:] + single[_ROOM - half :]
    return set(ranked[:_ROOM]), ranked[_ROOM:]


def _traffic(structure: Structure) -> Numbers:
    """By namespace: how many it reaches and is reached by."""
    cells = structure.cells
    opening = [ord(LETTERS[verdict]) for verdict in REACHING]
    reaching = np.isin(cells.distinct, opening)
    times = np.bincount(cells.column, minlength=len(cells.distinct))
    found: Numbers = times @ reaching + reaching.sum(axis=1)[cells.column]
    return found


def _node(reach: Reach, structure: Structure, each: ReachClass) -> Node:
    if each.is_outlier:
        return drawing.namespace_node(reach, each.members[0])
    gates = [reach.isolation[number] for number in each.members]
    names = [reach.namespaces[number] for number in each.members]
    label = f"{len(names):,} {structure.classes.label(each)}"
    return {
        **drawing.shared_node(f"class:{each.name}", "class", label, f"{each.name}: one reach", names),
        "ingress": _common([gate.ingress for gate in gates]),
        "egress": _common([gate.egress for gate in gates]),
    }


def _rest(reach: Reach, classes: Sequence[ReachClass]) -> Node:
    names = sorted(reach.namespaces[number] for each in classes for number in each.members)
    return drawing.shared_node("folded:more", "folded", f"{len(names):,} more namespaces", "", names)


def _common(extents: Sequence[str]) -> str:
    return extents[0] if len(set(extents)) == 1 else "some"


def _columns(count: int) -> int:
    """Of a block that is higher than wide, as two of them stand beside each other."""
    return max(1, round(math.sqrt(0.75 * count * _STEP[1] / _STEP[0])))
