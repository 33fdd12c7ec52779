"""Closed edges that have lost an end: drawn beside what there is, to and from the cards of what is gone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from typing import NamedTuple

from apps.engine import EdgeChange
from apps.reachability import drawing
from apps.reachability.against import PortKey
from apps.reachability.drawing import Line, Node
from apps.reachability.selection import EdgeFilter

MOST_GHOSTS = 20  # cards
_MOST_EDGES = 2000  # that are looked through for them
MOST_TOLD = 20  # edges of one line

Ends = Callable[[EdgeChange], tuple[str, str]]  # the ids of an edge's nodes


class Ghosts(NamedTuple):
    """`left`, `right`: the cards of sources and of targets that are gone. `edges`: how many are drawn."""

    left: list[Node]
    right: list[Node]
    lines: list[Line]
    edges: int


NO_GHOSTS = Ghosts([], [], [], 0)


def draw_ghosts(
    gone: Iterable[EdgeChange], ends: Ends, drawn: Iterable[str], room: int, number: int
) -> Ghosts:
    """`drawn`: the ids of the nodes that there are; `room`: for how many more; `number`: of the snapshot that
    still had these edges. What finds no room is left out, and counted by who asks."""
    known = set(drawn)
    left, right = dict[str, Node](), dict[str, Node]()
    joined: dict[tuple[str, str], list[EdgeChange]] = {}
    for edge in islice(gone, _MOST_EDGES):
        source, target = ends(edge)
        missing = {source, target} - known - left.keys() - right.keys()
        if len(left) + len(right) + len(missing) > min(room, MOST_GHOSTS):
            continue
        if source in missing:
            left[source] = _card(source, number)
        if target in missing:
            right[target] = _card(target, number)
        joined.setdefault((source, target), []).append(edge)
    lines = [_line(source, target, edges) for (source, target), edges in joined.items()]
    return Ghosts(list(left.values()), list(right.values()), lines, sum(map(len, joined.values())))


def fitting(wanted: EdgeFilter) -> Callable[[PortKey, str], bool]:
    """Which of the edges that are gone a question is about, by Service port and source; its filter is about
    what there is."""

    def fits(key: PortKey, source: str) -> bool:
        namespace, service, port, protocol = key
        return (
            wanted.source in ("", source)
            and wanted.target in ("", namespace, f"{namespace}/{service}")
            and wanted.port in (None, port)
            and wanted.protocol in ("", protocol)
        )

    return fits


def _card(node_id: str, number: int) -> Node:
    return {
        "id": node_id,
        "kind": "gone",
        "label": node_id.partition(":")[2],
        "fact": f"gone since #{number}",
        "ingress": "none",
        "egress": "none",
    }


def _line(source: str, target: str, edges: Sequence[EdgeChange]) -> Line:
    """There is no such edge any more, so it has no verdict, and nothing to ask."""
    one = edges[0] if len(edges) == 1 else None
    return {
        "id": f"gone:{source}>{target}",
        "source": source,
        "target": target,
        "verdict": None,
        "label": f"{one.port}/{one.protocol}" if one else drawing.count_of(len(edges), "edge"),
        "dns": "unknown",
        "allowed_pairs": 0,
        "pairs": 0,
        "ask": None,
        "change": {"opened": 0, "closed": len(edges), "changed": 0, "was": one and verdict_before(one)},
        "gone": [tell_gone(edge) for edge in edges[:MOST_TOLD]],
    }


def verdict_before(edge: EdgeChange) -> str | None:
    return str(edge.before.verdict) if edge.before else None


def tell_gone(edge: EdgeChange) -> dict[str, object]:
    """A closed edge that is no more, as JSON."""
    return {
        "source": edge.source,
        "target": edge.target,
        "port": edge.port,
        "protocol": edge.protocol,
        "was": verdict_before(edge),
    }
