"""Nodes, edges and positions of a graph, as the browser draws them (shapes: docs/architecture.md)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from apps.engine import PortReach, Reach
from apps.engine.model import Backend, Verdict
from apps.reachability.bundle import Bundle

# Above these a drawing is slow and says nothing; the rest is folded, with its count.
MOST_NODES = 120
MOST_EDGES = 500

COLUMN_WIDTH = 280  # pixels at zoom 1, between the centres of neighbours
ROW_HEIGHT = 96
ROWS_A_COLUMN = 16

Node = dict[str, Any]
Line = dict[str, Any]  # an edge as drawn; `Edge` is the engine's value

_NO_WORKLOAD_BEHIND = {
    Backend.NONE: "selects no workload",
    Backend.EXTERNAL: "an outside name",
    Backend.MANUAL: "addresses without a selector",
}


def namespace_node(reach: Reach, number: int) -> Node:
    name = reach.namespaces[number]
    return {
        "id": f"ns:{name}",
        "kind": "namespace",
        "label": name,
        "fact": count_of(reach.sources[number], "workload"),
        **_gates(reach, number),
    }


def service_node(reach: Reach, ports: Sequence[PortReach]) -> Node:
    """A Service by its ports (at least one). Its gates are those of its namespace."""
    port = ports[0]
    workloads = {workload for row in ports for workload, _ in row.backends}
    return {
        "id": f"svc:{port.target}",
        "kind": "service",
        "label": port.target,
        "fact": _NO_WORKLOAD_BEHIND.get(port.backend) or f"{count_of(len(workloads), 'workload')} behind it",
        **_gates(reach, reach.namespaces.index(port.namespace)),
    }


def shared_node(key: str, kind: str, label: str, fact: str, members: Sequence[str]) -> Node:
    """One node for many: `count` of them, and `members` names the first hundred."""
    return {
        "id": key,
        "kind": kind,
        "label": label,
        "fact": fact,
        "ingress": "none",
        "egress": "none",
        "count": len(members),
        "members": list(members[:100]),
    }


def port_line(reach: Reach, source: str, target: str, port: PortReach, number: int) -> Line:
    """The line of one edge, between the nodes `source` and `target`."""
    edge = reach.edge(port, number)
    return {
        "id": f"{edge.source}>{edge.target}:{edge.port}/{edge.protocol}",
        "source": source,
        "target": target,
        "verdict": str(edge.verdict),
        "label": f"{edge.port}/{edge.protocol}",
        "dns": str(edge.dns),
        "allowed_pairs": edge.allowed_pairs,
        "pairs": edge.pairs,
        "ask": {
            "source": edge.source,
            "target": edge.target,
            "port": edge.port,
            "protocol": edge.protocol,
        },
    }


def bundle_line(reach: Reach, source: str, target: str, bundle: Bundle) -> Line:
    """One line for several edges. Its `pairs` count these edges, `allowed_pairs` those that reach."""
    if bundle.size == 1:
        return port_line(reach, source, target, *bundle.example)
    parts = "ports" if len(bundle.sources) == 1 else "edges"
    return {
        **port_line(reach, source, target, *bundle.example),
        "id": f"{source}>{target}",
        "label": f"{bundle.reaching} of {bundle.size} {parts}",
        "allowed_pairs": bundle.reaching,
        "pairs": bundle.size,
    }


def folded_line(source: str, target: str, verdict: Verdict) -> Line:
    """A line from or to a folded node: it stands for no single edge, so there is nothing to ask."""
    return {
        "id": f"{source}>{target}",
        "source": source,
        "target": target,
        "verdict": str(verdict),
        "label": "",
        "dns": "unknown",
        "allowed_pairs": 0,
        "pairs": 0,
        "ask": None,
    }


def place_columns(left: Sequence[Node], right: Sequence[Node]) -> None:
    """Sources left, targets right, each block wrapped into columns and centred on one height."""
    blocks = [_wrap(left), _wrap(right)]
    columns = [column for block in blocks for column in block]
    tallest = max((len(column) for column in columns), default=0)
    x = 0
    for block in blocks:
        for column in block:
            _place_column(column, x, (tallest - len(column)) * ROW_HEIGHT // 2)
            x += COLUMN_WIDTH
        x += COLUMN_WIDTH  # lines need room between the blocks


def place_grid(
    nodes: Sequence[Node], columns: int, *, left: int = 0, step: tuple[int, int] = (COLUMN_WIDTH, ROW_HEIGHT)
) -> None:
    """Row by row from the top left; `step`: between the centres of neighbours."""
    for index, node in enumerate(nodes):
        node["x"] = left + index % columns * step[0]
        node["y"] = index // columns * step[1]


def count_of(number: int, noun: str) -> str:
    """`1 workload`, `4,000 workloads`, `no workloads`."""
    return f"{f'{number:,}' if number else 'no'} {noun}{'' if number == 1 else 's'}"


def _gates(reach: Reach, number: int) -> dict[str, str]:
    isolation = reach.isolation[number]
    return {"ingress": str(isolation.ingress), "egress": str(isolation.egress)}


def _wrap(nodes: Sequence[Node]) -> list[Sequence[Node]]:
    return [nodes[start : start + ROWS_A_COLUMN] for start in range(0, len(nodes), ROWS_A_COLUMN)]


def _place_column(nodes: Sequence[Node], x: int, top: int) -> None:
    for index, node in enumerate(nodes):
        node["x"], node["y"] = x, top + index * ROW_HEIGHT
