"""The graph that the browser draws: the view, how much is left out of it, and the answer in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from pyroaring import BitMap

from apps.engine import EdgeChange, Paths, Reach
from apps.engine.model import Verdict
from apps.reachability import answers, drawing, focus
from apps.reachability.against import Against
from apps.reachability.bundle import RANKING
from apps.reachability.conditions import Condition
from apps.reachability.drawing import Line, Node
from apps.reachability.focus import Focus, Spoke
from apps.reachability.ghosts import NO_GHOSTS, Ghosts, draw_ghosts, fitting
from apps.reachability.graph_hops import draw_hops
from apps.reachability.line_changes import Movers, tell_against
from apps.reachability.overview import Overview
from apps.reachability.overview_graph import draw_overview
from apps.reachability.question import FOLDED, GraphQuestion
from apps.reachability.selection import EdgeFilter, narrow_ports, pick_ports

# Folded nodes and their lines need room too: one a folded verdict, one for what found none.
_NODES = drawing.MOST_NODES - len(FOLDED) - 1
_LINES = drawing.MOST_EDGES - len(FOLDED) - 1

Graph = dict[str, Any]  # {"meta", "nodes", "edges"}: docs/architecture.md


def draw(
    reach: Reach, question: GraphQuestion, keep: Condition | None = None, against: Against | None = None
) -> Graph:
    """The graph for a question whose names `reach` holds, of the edges that `keep` keeps.

    The counts in `meta` are of the cards opposite the focus, and of pairs of cards in the overview.
    """
    if not question.focus:
        return _draw_overview(reach, question, keep, against)
    target = question.focus if question.direction == "to" else question.only
    ports = narrow_ports(pick_ports(reach, target, question.port, question.protocol), keep)
    if against and keep:
        against = against.narrowed(ports)
    look = focus.focus_on_target if question.direction == "to" else focus.focus_on_source
    view = look(reach, question.focus, ports, question.group == "namespace")
    if question.direction == "to" and question.only:
        view = replace(view, spokes=[spoke for spoke in view.spokes if spoke.label == question.only])
    if against is None:
        return _draw_focus(reach, view, question)
    sources = _asked_source(reach, question)
    return _draw_focus(reach, view, question, against, tell_against(against, ports, sources))


def as_filter(question: GraphQuestion) -> EdgeFilter:
    """The edges that a question is about."""
    ends = (question.only, question.focus) if question.direction == "to" else (question.focus, question.only)
    return EdgeFilter(*ends, question.port, question.protocol, query=question.query)


def _asked_source(reach: Reach, question: GraphQuestion) -> BitMap | None:
    source = as_filter(question).source
    return BitMap([reach.namespaces.index(source)]) if source else None


def _draw_focus(
    reach: Reach,
    view: Focus,
    question: GraphQuestion,
    against: Against | None = None,
    told: dict[str, Any] | None = None,
) -> Graph:
    """`told`: what differs, counted."""
    drawn, rest, lines = _fit(reach, view, question.show, against)
    folded = _fold(rest, question)
    near = [view.node(spoke.number) for spoke in drawn]
    ghosts = _ghosts(view, near, question, against)
    far = [
        *near,
        *(ghosts.left if question.direction == "to" else ghosts.right),
        *(node for node, _ in folded),
    ]
    hub = [*view.hub, *(ghosts.right if question.direction == "to" else ghosts.left)]
    left, right = (far, hub) if question.direction == "to" else (hub, far)
    drawing.place_columns(left, right)
    counts = Counter(spoke.verdict for spoke in view.spokes)
    many = sum(node["count"] for node, _ in folded)
    meta = _meta(question, _answer(view, question, counts), counts, len(drawn), many)
    return {
        "meta": meta | ({"against": {**told, "gone_drawn": ghosts.edges}} if told else {}),
        "nodes": [*left, *right],
        "edges": lines + ghosts.lines + _folded_lines(view, folded, question.direction),
    }


def _answer(view: Focus, question: GraphQuestion, counts: Mapping[Verdict, int]) -> str:
    if question.only:
        return answers.of_two_ends(question, [view.bundle(spoke.number) for spoke in view.spokes])
    return answers.of_focus(question, counts)


def _ghosts(view: Focus, near: Sequence[Node], question: GraphQuestion, against: Against | None) -> Ghosts:
    """The closed edges of the question that have lost an end; the focus itself is always there."""
    if against is None:
        return NO_GHOSTS
    hub = [node["id"] for node in view.hub]
    ids = [*hub, *(node["id"] for node in near)]
    is_one = "svc:" not in hub[0] if hub else False

    def ends(edge: EdgeChange) -> tuple[str, str]:
        if question.direction == "to":
            return f"ns:{edge.source}", hub[0] if is_one else f"svc:{edge.target}"
        in_namespaces = question.group == "namespace"
        return hub[0], f"ns:{edge.target.partition('/')[0]}" if in_namespaces else f"svc:{edge.target}"

    room = _NODES - len(ids)
    return draw_ghosts(against.gone_edges(fitting(as_filter(question))), ends, ids, room, against.number)


def draw_paths(reach: Reach, found: Paths, question: GraphQuestion) -> Graph:
    """What the focus could pivot to."""
    return _graph(question, draw_hops(reach, found, question))


def _draw_overview(
    reach: Reach, question: GraphQuestion, keep: Condition | None, against: Against | None
) -> Graph:
    asked = pick_ports(reach, "", question.port, question.protocol)
    whole = keep is None and len(asked) == len(reach.ports)
    ports = narrow_ports(asked, keep)
    if against and keep:
        against = against.narrowed(ports)
    drawn = _graph(question, draw_overview(reach, question, ports, whole=whole, against=against))
    if against:
        drawn["meta"]["against"] = tell_against(against, ports, None) | {"gone_drawn": _count_gone(drawn)}
    return drawn


def _count_gone(drawn: Graph) -> int:
    return sum(line["change"]["closed"] for line in drawn["edges"] if line.get("gone"))


def _graph(question: GraphQuestion, found: Overview) -> Graph:
    return {
        "meta": _meta(question, found.answer, found.counts, found.drawn, found.folded, found.form),
        "nodes": found.nodes,
        "edges": found.lines,
    }


def _fit(
    reach: Reach, view: Focus, show: frozenset[Verdict], against: Against | None
) -> tuple[list[Spoke], list[Spoke], list[Line]]:
    """The spokes that are drawn one by one while there is room, the others, and the lines of the drawn.

    What was opened or closed has room first, whatever its verdict; the order of the spokes stays.
    """
    moved = _moved(view, against)
    drawn: set[int] = set()
    lines: list[Line] = []
    for spoke in sorted(view.spokes, key=lambda each: each.number not in moved) if moved else view.spokes:
        if len(drawn) + len(view.hub) >= _NODES:
            break
        is_asked = spoke.verdict in show or spoke.number in moved
        more = view.lines(reach, spoke, show, against) if is_asked else []
        if is_asked and len(lines) + len(more) <= _LINES:
            drawn.add(spoke.number)
            lines += more
    return (
        [spoke for spoke in view.spokes if spoke.number in drawn],
        [spoke for spoke in view.spokes if spoke.number not in drawn],
        lines,
    )


def _moved(view: Focus, against: Against | None) -> set[int]:
    """The spokes of which an edge was opened or closed."""
    if against is None:
        return set()
    movers = Movers(against)
    bundles = ((spoke.number, view.bundle(spoke.number)) for spoke in view.spokes)
    return {number for number, bundle in bundles if movers.touch(bundle.ports, bundle.sources)}


def _fold(rest: Sequence[Spoke], question: GraphQuestion) -> list[tuple[Node, Verdict]]:
    """One node for each folded verdict, and one for the spokes that found no room: node and verdict."""
    groups: dict[str, list[Spoke]] = {"more": [], "denied": [], "empty": []}
    for spoke in rest:
        verdict = spoke.verdict
        key = "more" if verdict in question.show else str(verdict)
        groups.setdefault(key, []).append(spoke)
    return [
        (_folded_node(key, groups[key], question.direction), groups[key][0].verdict)
        for key in ("more", "denied", "empty")
        if groups[key]
    ]


def _folded_node(key: str, spokes: Sequence[Spoke], direction: str) -> Node:
    label = answers.folded_label(key, len(spokes), direction)
    names = [spoke.label for spoke in spokes]
    return drawing.shared_node(f"folded:{key}", "folded", label, "", names)


def _folded_lines(view: Focus, folded: Sequence[tuple[Node, Verdict]], direction: str) -> list[Line]:
    """From each folded node to the hub, when the hub is one node."""
    if len(view.hub) != 1:
        return []
    hub = view.hub[0]["id"]
    ends = [
        ((node["id"], hub) if direction == "to" else (hub, node["id"]), verdict) for node, verdict in folded
    ]
    return [drawing.folded_line(source, target, verdict) for (source, target), verdict in ends]


def _meta(
    question: GraphQuestion,
    answer: str,
    counts: Mapping[Verdict, int],
    drawn: int,
    folded: int,
    form: str = "focus",
) -> dict[str, Any]:
    return {
        "focus": question.focus,
        "direction": question.direction,
        "form": form,
        "answer": answer,
        "counts": {str(verdict): counts.get(verdict, 0) for verdict in RANKING},
        "drawn": drawn,
        "folded": folded,
        "hidden": sum(counts.values()) - drawn - folded,
    }
