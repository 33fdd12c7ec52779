"""What screen, REST and paper ask about a snapshot: one truth for all three.

Answers are computed from what the cluster said, and kept for the snapshots asked about last. Every question
can raise `NothingStored` (the snapshot is not finished, or failed) and `UnknownName` (it holds no such name).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from apps.engine import (
    Finding,
    Paths,
    Reach,
    ReachDiff,
    compute_reach,
    explain_edge,
    find_findings,
    find_paths,
)
from apps.engine.model import Assumptions, Edge
from apps.reachability import evidence, names, pivots
from apps.reachability import graph as graphs
from apps.reachability import matrix as matrices
from apps.reachability.against import Against, set_against
from apps.reachability.conditions import Condition, compile_query
from apps.reachability.finding_list import FindingFilter, FindingList
from apps.reachability.grammar import Query
from apps.reachability.ground import Ground
from apps.reachability.headline import word_answer
from apps.reachability.history.quick import compare_edges
from apps.reachability.matrix import MatrixQuestion
from apps.reachability.part_findings import own_findings
from apps.reachability.part_graph import draw_part
from apps.reachability.question import GraphQuestion
from apps.reachability.selection import EdgeFilter, EdgeSelection, pick_ports
from apps.reachability.within import Within, veil_explanation
from apps.snapshots.models import Snapshot
from apps.snapshots.queries import assumptions_of, load_cluster
from apps.snapshots.recent import Recent

# Graph, matrix and table of one page ask for the same.
_paths: Recent[tuple[str, int, Assumptions, str, int, bool], Paths] = Recent(size=4)
_against: Recent[tuple[str, int, str, int, Assumptions, Assumptions], Against] = Recent(size=2)


def load_reach(snapshot: Snapshot) -> Reach:
    """The reach of a stored snapshot; computed once while its cluster is among those asked about last."""
    return compute_reach(load_cluster(snapshot), assumptions_of(snapshot))


def reach_page(snapshot: Snapshot, wanted: EdgeFilter, besides: Condition | None = None) -> EdgeSelection:
    """The edges that pass a filter, to be counted (`len`) and sliced into pages; `besides`: those that are
    wanted whatever their verdict."""
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

    return EdgeSelection(reach, wanted, keeper(snapshot, wanted.query), reason, besides)


def edges_within(snapshot: Snapshot, wanted: EdgeFilter, seen: Within) -> EdgeSelection:
    """The same for a reader of some namespaces, who asks with the plain filters alone."""
    return EdgeSelection(seen.reach, wanted, seen.condition(), lambda edge: "")


def graph_within(snapshot: Snapshot, question: GraphQuestion, seen: Within) -> graphs.Graph:
    """`graph` for a reader of some namespaces: around one of its own, and with no filter."""
    return _placed(snapshot, draw_part(seen, question))


def explain_within(
    snapshot: Snapshot,
    seen: Within,
    *,
    source: str,
    target: str,
    port: int,
    protocol: str,
    yaml_url: evidence.YamlUrl,
) -> dict[str, Any]:
    """`explain` for a reader of some namespaces: without what the other end would not show."""
    asked: dict[str, Any] = {"source": source, "target": target, "port": port, "protocol": protocol}
    seen.check(**asked)
    told = explain(snapshot, **asked, yaml_url=yaml_url)
    return veil_explanation(told, seen, load_cluster(snapshot).unevaluated)


def plain_edges(snapshot: Snapshot, wanted: EdgeFilter, besides: Condition | None = None) -> EdgeSelection:
    """The same for those who take them all: the reasons of unknown ones are left out, as each is searched."""
    keep = keeper(snapshot, wanted.query)
    return EdgeSelection(load_reach(snapshot), wanted, keep, lambda edge: "", besides)


def keeper(snapshot: Snapshot, query: Query) -> Condition | None:
    """Which sources a filter keeps, port by port; None: all. UnknownName: it asks about a snapshot that is
    not there."""
    return compile_query(query, ground_of(snapshot)) if query else None


def ground_of(snapshot: Snapshot) -> Ground:
    """What filters over a snapshot are answered from."""

    def compare_with(number: int) -> ReachDiff:
        before = snapshot.cluster.snapshots.filter(number=number).first()
        if before is None:
            raise names.UnknownName("q", f"since:#{number}: {snapshot.cluster.name} has no such snapshot")
        return _differences(before, snapshot)

    return Ground(load_cluster(snapshot), assumptions_of(snapshot), compare_with)


def graph(snapshot: Snapshot, question: GraphQuestion) -> graphs.Graph:
    """The graph as the browser draws it: `{"meta", "nodes", "edges"}` (docs/architecture.md)."""
    reach = load_reach(snapshot)
    if question.focus:
        names.check_target(load_cluster(snapshot), "focus", question.focus)
    if question.only:
        names.check_target(load_cluster(snapshot), "only", question.only)
    if "/" in question.focus and not pick_ports(reach, question.focus, question.port, question.protocol):
        raise names.UnknownName("port", f"The Service {question.focus!r} has no such port")
    keep = keeper(snapshot, question.query)
    against = against_of(snapshot, question.against) if question.against else None
    if question.direction == "path":
        found = all_paths(snapshot, source=question.focus, hops=question.hops)
        drawn = graphs.draw_paths(reach, found, question)
    else:
        drawn = graphs.draw(reach, question, keep, against)
    drawn = _placed(snapshot, drawn)
    if keep and question.direction != "path":
        drawn["meta"]["answer"] = word_filter(snapshot, graphs.as_filter(question))
    return drawn


def against_of(snapshot: Snapshot, number: int) -> Against:
    """What differs from snapshot `number` of the same cluster; UnknownName where there is none."""
    before = snapshot.cluster.snapshots.filter(number=number).first()
    if before is None:
        raise names.UnknownName("against", f"{snapshot.cluster.name} has no snapshot {number}")
    reach = load_reach(snapshot)
    assumed = assumptions_of(before), assumptions_of(snapshot)
    return _against.get(
        (before.digest, before.pk, snapshot.digest, snapshot.pk, *assumed),
        lambda: set_against(number, _differences(before, snapshot), reach),
    )


def tell_changes(snapshot: Snapshot, number: int, edges: Iterable[Edge]) -> list[dict[str, Any]]:
    """The edges as JSON with their `change` against snapshot `number`, null where there is none."""
    against = against_of(snapshot, number)
    return [{**edge._asdict(), "change": against.tell(edge)} for edge in edges]


def _placed(snapshot: Snapshot, found: dict[str, Any]) -> dict[str, Any]:
    """An answer that says of which snapshot it is."""
    return {**found, "meta": {"cluster": snapshot.cluster.slug, "snapshot": snapshot.number, **found["meta"]}}


def _differences(before: Snapshot, after: Snapshot) -> ReachDiff:
    """Without causes, which no answer but `compare` tells."""
    return compare_edges(before, after).diff


def word_filter(snapshot: Snapshot, wanted: EdgeFilter) -> str:
    """The answer to a filter in one sentence."""
    return word_answer(reach_page(snapshot, wanted), wanted)


def matrix(snapshot: Snapshot, question: MatrixQuestion) -> matrices.Matrix:
    """A window of the table of who reaches whom, as letters (docs/architecture.md)."""
    keep = keeper(snapshot, question.query)
    against = against_of(snapshot, question.against) if question.against else None
    return _placed(snapshot, matrices.lay_out(load_reach(snapshot), question, keep, against))


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


def findings_of(snapshot: Snapshot, seen: Within | None = None) -> tuple[Finding, ...]:
    """All findings, the gravest first; to a reader of some namespaces, those that tell of them alone."""
    findings = find_findings(load_cluster(snapshot), assumptions_of(snapshot))
    return findings if seen is None else own_findings(findings, seen)


def finding_page(
    snapshot: Snapshot, wanted: FindingFilter, yaml_url: evidence.YamlUrl, seen: Within | None = None
) -> FindingList:
    """Those that pass a filter, to be counted (`len`) and sliced into pages."""
    return FindingList(findings_of(snapshot, seen), wanted, evidence.Library(snapshot, yaml_url))


def all_paths(snapshot: Snapshot, *, source: str, hops: int, any_port: bool = False) -> Paths:
    """What `source` (`NS` or `NS/Kind/NAME`) reaches in at most `hops` hops, the nearest first."""
    cluster, assumptions = load_cluster(snapshot), assumptions_of(snapshot)
    names.check_source(cluster, "source", source)
    return _paths.get(
        (snapshot.digest, snapshot.pk, assumptions, source, hops, any_port),
        lambda: find_paths(cluster, assumptions, source, hops, any_port=any_port),
    )


def paths(snapshot: Snapshot, *, source: str, hops: int, any_port: bool = False) -> dict[str, Any]:
    """The same as JSON: counted in full, the nearest told."""
    return pivots.tell(all_paths(snapshot, source=source, hops=hops, any_port=any_port))
