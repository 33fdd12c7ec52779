"""What of a snapshot is worth telling: edges that it opened, guardrails that it broke."""

from __future__ import annotations

from itertools import islice
from typing import Any

from apps.engine import EdgeChange, EdgeKey, ReachDiff
from apps.reachability.history.outcomes import compare_stored
from apps.reachability.models import TimelineStep
from apps.reachability.queries import load_reach
from apps.review.acceptance import Acceptance
from apps.review.guardrails import Outcome
from apps.review.models import GuardrailCheck, Notice
from apps.review.queries import ACTIVE, exceptions_of, guardrail_results
from apps.snapshots.models import Snapshot

MOST_LISTED = 20  # edges or guardrails of one notice
_MOST_CAUSES = 3
_LONGEST_CAUSE = 300


def look_at(snapshot: Snapshot, kind: str) -> dict[str, Any] | None:
    """What a notice of this kind says of a snapshot that was followed up; None: nothing happened."""
    if kind == Notice.Kind.EDGES_OPENED:
        return opened_edges(snapshot)
    return broken_guardrails(snapshot) if kind == Notice.Kind.GUARDRAIL_BROKEN else None


def opened_edges(snapshot: Snapshot) -> dict[str, Any] | None:
    """`before`: the stored snapshot before; `count` edges opened since, of which `edges` are the first, and
    beside them `accepted_count` that somebody had accepted already."""
    before = _stored_before(snapshot)
    step = TimelineStep.objects.filter(cluster=snapshot.cluster_id, number=snapshot.number).first()
    if before is None or (step is not None and step.previous == before and not step.opened):
        return None
    diff = compare_stored(snapshot.cluster_id, before, snapshot.number)
    accepted = _accepted(snapshot, diff)
    count = diff.counts["opened"] - len(accepted)
    if not count:
        return None
    fresh = (each for each in diff.edges("opened") if _key(each) not in accepted)
    return {
        "before": before,
        "count": count,
        "accepted_count": len(accepted),
        "edges": [_tell_edge(each) for each in islice(fresh, MOST_LISTED)],
    }


def broken_guardrails(snapshot: Snapshot) -> dict[str, Any] | None:
    """Those that are broken on this snapshot and were not on the one before it."""
    broken = [check for check in guardrail_results(snapshot) if check.outcome == Outcome.BROKEN]
    fresh = [check for check in broken if not _was_broken(check)]
    if not fresh:
        return None
    return {"count": len(fresh), "guardrails": [_tell_check(each) for each in fresh[:MOST_LISTED]]}


def _stored_before(snapshot: Snapshot) -> int | None:
    earlier = Snapshot.objects.filter(
        cluster=snapshot.cluster_id, number__lt=snapshot.number, state__in=Snapshot.STORED
    )
    return earlier.order_by("-number").values_list("number", flat=True).first()


def _accepted(snapshot: Snapshot, diff: ReachDiff) -> set[EdgeKey]:
    """The opened edges that an exception covers, so there are no more of them than exceptions."""
    standing = exceptions_of(snapshot.cluster, state=ACTIVE).filter(finding="").order_by()
    if not standing:
        return set()
    reach = load_reach(snapshot)
    acceptance, found = Acceptance(reach, standing), set()
    for port in diff.ports:
        told = reach.find_port(port.key.target, port.key.port, port.key.protocol) if port.opened else None
        covered = acceptance.of_port(told) if told else {}
        if covered:
            edges = (diff.edge(port, "opened", number) for number in port.opened)
            found |= {_key(each) for each in edges if each.source in covered}
    return found


def _key(edge: EdgeChange) -> EdgeKey:
    return EdgeKey(edge.source, edge.target, edge.port, edge.protocol)


def _tell_edge(edge: EdgeChange) -> dict[str, Any]:
    return {**_key(edge)._asdict(), "verdict": str(edge.after.verdict) if edge.after else None}


def _was_broken(check: GuardrailCheck) -> bool:
    earlier = check.version.checks.filter(snapshot__number__lt=check.snapshot.number)
    return earlier.order_by("-snapshot__number").values_list("outcome", flat=True).first() == Outcome.BROKEN


def _tell_check(check: GuardrailCheck) -> dict[str, Any]:
    causes = [cause[:_LONGEST_CAUSE] for cause in check.causes[:_MOST_CAUSES]]
    return {
        "name": check.version.guardrail.name,
        "broken_count": check.result["broken_count"],
        "causes": causes,
    }
