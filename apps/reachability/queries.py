"""What screen, REST and paper ask about a snapshot: one truth for all three.

Answers are computed from what the cluster said, and kept for the snapshots asked about last. Every question
can raise `NothingStored` (the snapshot is not finished, or failed) and `UnknownName` (it holds no such name).
"""

from __future__ import annotations

from typing import Any

from apps.engine import Reach, compute_reach, explain_edge
from apps.engine.model import Edge
from apps.reachability import evidence, names
from apps.reachability import graph as graphs
from apps.reachability.question import GraphQuestion
from apps.reachability.selection import EdgeFilter, EdgeSelection, pick_ports
from apps.snapshots.models import Snapshot
from apps.snapshots.queries import assumptions_of, load_cluster


def load_reach(snapshot: Snapshot) -> Reach:
    """The reach of a stored snapshot; computed once while its cluster is among those asked about last."""
    return compute_reach(load_cluster(snapshot), assumptions_of(snapshot))


def reach_page(snapshot: Snapshot, wanted: EdgeFilter) -> EdgeSelection:
    """The edges that pass a filter, to be counted (`len`) and sliced into pages."""
    reach = load_reach(snapshot)
    cluster = load_cluster(snapshot)
    if wanted.source:
        names.check_namespace(cluster, "source", wanted.source)
    if wanted.target:
        names.check_target(cluster, "target", wanted.target)
    assumptions = assumptions_of(snapshot)

    def reason(edge: Edge) -> str:
        ends = (edge.source, edge.target, edge.port, edge.protocol)
        return explain_edge(cluster, assumptions, *ends).reason

    return EdgeSelection(reach, wanted, reason)


def graph(snapshot: Snapshot, question: GraphQuestion) -> graphs.Graph:
    """The graph as the browser draws it: `{"meta", "nodes", "edges"}` (docs/architecture.md)."""
    reach = load_reach(snapshot)
    if question.focus:
        names.check_target(load_cluster(snapshot), "focus", question.focus)
    if question.only:
        names.check_target(load_cluster(snapshot), "only", question.only)
    if "/" in question.focus and not pick_ports(reach, question.focus, question.port, question.protocol):
        raise names.UnknownName("port", f"The Service {question.focus!r} has no such port")
    drawn = graphs.draw(reach, question)
    drawn["meta"] = {"cluster": snapshot.cluster.slug, "snapshot": snapshot.number, **drawn["meta"]}
    return drawn


def explain(
    snapshot: Snapshot, *, source: str, target: str, port: int, protocol: str, yaml_url: evidence.YamlUrl
) -> dict[str, Any]:
    """Why `source` (`NS` or `NS/Kind/NAME`) may or may not reach `target` (`NS/SERVICE`), as JSON."""
    assumptions = assumptions_of(snapshot)
    cluster = load_cluster(snapshot)
    names.check_source(cluster, "source", source)
    names.check_target(cluster, "target", target)
    # The reach knows, not the Service: an alias has the ports of what it stands for.
    if load_reach(snapshot).find_port(target, port, protocol) is None:
        raise names.UnknownName("port", f"The Service {target!r} has no port {port}/{protocol}")
    found = explain_edge(cluster, assumptions, source, target, port, protocol)
    return evidence.tell(snapshot, found, yaml_url)
