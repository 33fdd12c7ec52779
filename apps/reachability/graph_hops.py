"""What a namespace could pivot to in several hops, as a graph: a column a hop, each workload at its nearest.

A path is a possible pivot and not a direct connection: it takes for granted that whoever stands in the first
workload takes over each one on the way. Of several shortest ways one is drawn, the witness.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence

from apps.engine import Path, Paths, Reach
from apps.reachability import drawing
from apps.reachability.drawing import Line, Node
from apps.reachability.overview import Overview
from apps.reachability.question import GraphQuestion

_ROOM = drawing.MOST_NODES - 2  # one is the source, one is kept for those without room


def draw_hops(reach: Reach, found: Paths, question: GraphQuestion) -> Overview:
    """Workloads alone: a Service is the way to them. Counts are of workloads, by how sure it is."""
    shown = [path for path in found.workloads if path.certainty in question.show]
    drawn, rest = shown[:_ROOM], shown[_ROOM:]
    home = drawing.namespace_node(reach, reach.namespaces.index(found.source))
    source = {**home, "id": f"source:{found.source}", "x": 0, "y": 0}
    nodes = [source, *(_workload_node(reach, path) for path in drawn)]
    if rest:
        names = [path.target for path in rest]
        nodes.append(
            {
                **drawing.shared_node("folded:more", "folded", f"{len(rest):,} more", "", names),
                "hops": found.hops,
            }
        )
    _place(nodes[1:])
    lines = [_step_line(source["id"], path, {each.target for each in drawn}) for path in drawn]
    counts = Counter(path.certainty for path in found.workloads)
    return Overview("paths", _answer(found), nodes, lines, counts, len(drawn), len(rest))


def _answer(found: Paths) -> str:
    within = drawing.count_of(found.hops, "hop")
    many = drawing.count_of(len(found.workloads), "workload")
    return f"{found.source} could pivot to {many} within {within}: possible pivots, not direct paths"


def _workload_node(reach: Reach, path: Path) -> Node:
    namespace, _, rest = path.target.partition("/")
    known = namespace in reach.namespaces
    gates = reach.isolation[reach.namespaces.index(namespace)] if known else None
    return {
        "id": f"workload:{path.target}",
        "kind": "workload",
        "label": f"{namespace}/{rest.rpartition('/')[2]}" if rest else path.target,
        "fact": f"{rest.partition('/')[0]} · {drawing.count_of(path.hops, 'hop')}".removeprefix(" · "),
        "ingress": gates.ingress if gates else "none",
        "egress": gates.egress if gates else "none",
        "hops": path.hops,
        "steps": [{**step._asdict(), "certainty": str(step.certainty)} for step in path.steps],
    }


def _step_line(start: str, path: Path, drawn: Collection[str]) -> Line:
    """The last hop. Where the workload before it is not drawn, the line comes from the one before that."""
    step = path.steps[-1]
    before = next((each.source for each in path.steps[:0:-1] if each.source in drawn), "")
    left_out = [each for each in path.steps[1:] if each.source not in drawn] if not before else []
    source = f"workload:{before}" if before else start
    ask = {"source": step.source, "target": step.service, "port": step.port, "protocol": step.protocol}
    label = f"{step.service or 'pod'}:{step.port}/{step.protocol}"
    return {
        "id": f"{source}>workload:{path.target}",
        "source": source,
        "target": f"workload:{path.target}",
        "verdict": str(step.certainty),
        "label": f"{label} via {len(left_out)} not drawn" if left_out else label,
        "dns": "unknown",
        "allowed_pairs": 0,
        "pairs": 0,
        "ask": ask if step.service else None,
    }


def _place(nodes: Sequence[Node]) -> None:
    """A block of columns a hop, left to right; each begins at the height of the source."""
    x = drawing.COLUMN_WIDTH
    for hop in sorted({node["hops"] for node in nodes}):
        column = [node for node in nodes if node["hops"] == hop]
        for index, node in enumerate(column):
            node["x"] = x + drawing.COLUMN_WIDTH // 2 + index // drawing.ROWS_A_COLUMN * drawing.COLUMN_WIDTH
            node["y"] = index % drawing.ROWS_A_COLUMN * drawing.ROW_HEIGHT
        x = max(node["x"] for node in column) + drawing.COLUMN_WIDTH
