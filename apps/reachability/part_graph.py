"""The graph for a reader of some namespaces: around one of its own, with the edges that it is told."""

from __future__ import annotations

from typing import Any

from apps.reachability.drawing import Line, Node
from apps.reachability.graph import Graph, draw
from apps.reachability.names import UnknownName, split_target
from apps.reachability.question import GraphQuestion
from apps.reachability.selection import narrow_ports, pick_ports
from apps.reachability.within import Within

_CARDS = ("namespace", "service")
_UNTOLD: dict[str, Any] = {"fact": "", "ingress": None, "egress": None}


def draw_part(within: Within, question: GraphQuestion) -> Graph:
    """As `draw`, with the verdicts counted that are told; of another's card nothing but its name.

    The question has a focus and no filter. Raises UnknownName where the focus is none of the reader's own, in
    the words for one that does not exist.
    """
    _check_focus(within, question)
    drawn = draw(within.reach, question, within.condition())
    drawn["nodes"] = [_veil_node(node, within) for node in drawn["nodes"]]
    drawn["edges"] = [_veil_line(line, within) for line in drawn["edges"]]
    return drawn


def _check_focus(within: Within, question: GraphQuestion) -> None:
    namespace, service = split_target(question.focus)
    if namespace not in within.spaces:
        raise UnknownName("focus", f"You see no namespace {namespace!r}")
    ports = pick_ports(within.reach, question.focus, question.port, question.protocol)
    if service and not narrow_ports(ports, within.condition()):
        raise UnknownName("focus", f"You see no Service {question.focus!r} with such a port")


def _veil_node(node: Node, within: Within) -> Node:
    """What is folded names ends of edges that are told, and tells nothing of them."""
    is_own = node["label"] in (within.targets if node["kind"] == "service" else within.spaces)
    return node if is_own or node["kind"] not in _CARDS else {**node, **_UNTOLD}


def _veil_line(line: Line, within: Within) -> Line:
    """A line for several edges counts those that are told; that of a single one counts pairs of workloads."""
    ask = line["ask"]
    if ask is None or within.shows_both(ask["source"], ask["target"]):
        return line
    veiled = dict(line)
    if line["id"] != f"{line['source']}>{line['target']}":
        veiled |= {"allowed_pairs": None, "pairs": None}
    if ask["source"] not in within.spaces:
        veiled["dns"] = None
    return veiled
