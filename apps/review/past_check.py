"""A guardrail checked on a snapshot of the past, out of what is stored of it: no reach is computed again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from apps.engine import parse_cluster
from apps.reachability.history.outcomes import outcome_at
from apps.review.guardrails import Checker, Guardrail, Result
from apps.review.guardrails.form import DefaultDeny
from apps.snapshots.models import Snapshot
from apps.snapshots.queries import assumptions_of, list_policies, load_bodies, standing_versions, unread_of


def check_past(snapshot: Snapshot, guardrail: Guardrail) -> Result:
    """What it comes to on a snapshot of which the history is stored, as its edges were judged then."""
    outcome = outcome_at(snapshot.cluster_id, snapshot.number)
    bodies = list(_namespaces(snapshot, outcome.namespaces))
    if isinstance(guardrail.requirement, DefaultDeny):
        bodies += load_bodies(list_policies(snapshot))
    cluster = parse_cluster(bodies, unread=unread_of(snapshot))
    return Checker(cluster, outcome, assumptions_of(snapshot)).check(guardrail)


def _namespaces(snapshot: Snapshot, names: Iterable[str]) -> Iterable[dict[str, Any]]:
    """Those of which no object was read have their name alone, as when all was read."""
    bodies = load_bodies(standing_versions(snapshot).filter(api_version="v1", kind="Namespace"))
    known = {body["metadata"]["name"]: body for body in bodies}
    for name in names:
        yield known.get(name) or {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}
