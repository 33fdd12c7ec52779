"""A snapshot in figures: what its front page says before anybody asks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from apps.engine import Severity, find_findings
from apps.engine.model import Assumptions, Dns, Verdict
from apps.reachability.history.timeline import count_edges
from apps.reachability.namespace_table import Default, namespace_rows
from apps.reachability.queries import load_reach
from apps.snapshots.models import Snapshot
from apps.snapshots.queries import assumptions_of, load_cluster
from apps.snapshots.recent import Recent


@dataclass(frozen=True, slots=True)
class Summary:
    """`edges`: how many there are of each verdict. `ingress`, `egress`, `dns`: of how many namespaces each
    holds; DNS of those with pods, of which there are `inhabited`."""

    edges: Mapping[Verdict, int]
    namespaces: int
    inhabited: int
    ingress: Mapping[Default, int]
    egress: Mapping[Default, int]
    dns: Mapping[Dns, int]
    findings: Mapping[Severity, int]
    not_evaluated: int  # findings that name what was not


_kept: Recent[tuple[str, str, Assumptions], Summary] = Recent(size=16)


def summarise(snapshot: Snapshot) -> Summary:
    """Kept for the next who asks about equal contents. Raises NothingStored."""
    basis = (snapshot.digest, str(snapshot.evaluated_with.get("domain")), assumptions_of(snapshot))
    return _kept.get(basis, lambda: _summarise(snapshot))


def _summarise(snapshot: Snapshot) -> Summary:
    rows = namespace_rows(snapshot)
    inhabited = [row for row in rows if row.workloads]
    findings = find_findings(load_cluster(snapshot), assumptions_of(snapshot))
    return Summary(
        edges=count_edges(load_reach(snapshot)),
        namespaces=len(rows),
        inhabited=len(inhabited),
        ingress=Counter(row.ingress for row in rows),
        egress=Counter(row.egress for row in rows),
        dns=Counter(row.dns for row in inhabited),
        findings=Counter(finding.severity for finding in findings),
        not_evaluated=sum(finding.id == "not-evaluated" for finding in findings),
    )
