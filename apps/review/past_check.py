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

_MOST_READY = 4  # snapshots; of 5,000 namespaces one takes some tens of MB


class PastChecks:
    """Guardrails on snapshots of the past. Many ask for the same few, so the last ones are kept ready."""

    def __init__(self) -> None:
        self._ready: dict[tuple[int, bool], Checker] = {}

    def check(self, snapshot: Snapshot, guardrail: Guardrail) -> Result:
        """What it comes to on a snapshot of which the history is stored, as its edges were judged then."""
        key = snapshot.pk, isinstance(guardrail.requirement, DefaultDeny)
        if key not in self._ready:
            if len(self._ready) == _MOST_READY:
                del self._ready[next(iter(self._ready))]
            self._ready[key] = _checker(snapshot, with_policies=key[1])
        return self._ready[key].check(guardrail)


def _checker(snapshot: Snapshot, *, with_policies: bool) -> Checker:
    outcome = outcome_at(snapshot.cluster_id, snapshot.number)
    bodies = list(_namespaces(snapshot, outcome.namespaces))
    if with_policies:
        bodies += load_bodies(list_policies(snapshot))
    cluster = parse_cluster(bodies, unread=unread_of(snapshot))
    return Checker(cluster, outcome, assumptions_of(snapshot))


def _namespaces(snapshot: Snapshot, names: Iterable[str]) -> Iterable[dict[str, Any]]:
    """Those of which no object was read have their name alone, as when all was read."""
    bodies = load_bodies(standing_versions(snapshot).filter(api_version="v1", kind="Namespace"))
    known = {body["metadata"]["name"]: body for body in bodies}
    for name in names:
        yield known.get(name) or {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}
