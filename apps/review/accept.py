"""Accepting edges and findings, and ending that again."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from apps.engine import EdgeKey, find_findings
from apps.engine.model import Edge, Verdict
from apps.reachability.queries import load_reach
from apps.review.growth import evidence_of
from apps.review.models import AcceptedException
from apps.snapshots.models import Cluster, Snapshot
from apps.snapshots.queries import assumptions_of, load_cluster

MOST_AT_ONCE = 1000
LONGEST_TEXT = 2000
LONGEST_TIME = timedelta(days=3 * 366)
_ROWS_A_QUERY = 100
_NOTHING = (Verdict.DENIED, Verdict.EMPTY)


class ExceptionRefused(ValueError):
    """What cannot be accepted. `field` names the part of the request."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field
        self.message = message


def accept_edges(
    snapshot: Snapshot, keys: Collection[EdgeKey], *, reason: str, until: datetime, by: str
) -> list[AcceptedException]:
    """Accepts edges as this snapshot has them; what was accepted of them before ends.

    Raises ExceptionRefused, and then nothing is accepted.
    """
    check_terms(reason, until)
    if not 1 <= len(keys) <= MOST_AT_ONCE:
        raise ExceptionRefused("edges", f"must be 1 to {MOST_AT_ONCE} at once, not {len(keys)}")
    edges = _edges(snapshot, keys)
    accepted = [
        AcceptedException(
            cluster=snapshot.cluster,
            snapshot_number=snapshot.number,
            source=edge.source,
            target=edge.target,
            port=edge.port,
            protocol=edge.protocol,
            verdict=str(edge.verdict),
            allowed_pairs=edge.allowed_pairs,
            pairs=edge.pairs,
            reason=reason.strip(),
            until=until,
            accepted_by=by,
        )
        for edge in edges
    ]
    return _replace(accepted)


def accept_finding(
    snapshot: Snapshot, key: str, *, reason: str, until: datetime, by: str
) -> AcceptedException:
    """Accepts a finding as this snapshot has it; what was accepted of it before ends.

    Raises ExceptionRefused."""
    check_terms(reason, until)
    findings = find_findings(load_cluster(snapshot), assumptions_of(snapshot))
    finding = next((each for each in findings if each.key == key), None)
    if finding is None:
        raise ExceptionRefused("finding", f"snapshot {snapshot.number} has no finding {key!r}")
    return _replace(
        [
            AcceptedException(
                cluster=snapshot.cluster,
                snapshot_number=snapshot.number,
                finding=key,
                evidence=evidence_of(finding),
                reason=reason.strip(),
                until=until,
                accepted_by=by,
            )
        ]
    )[0]


def end_exception(exception: AcceptedException, *, by: str) -> bool:
    """Ends it from now on; False if somebody had ended it already."""
    standing = AcceptedException.objects.filter(pk=exception.pk, ended__isnull=True)
    return bool(standing.update(ended=timezone.now(), ended_by=by))


def check_terms(reason: str, until: datetime) -> None:
    """Raises ExceptionRefused for a reason that says nothing, or a time that is past or too far."""
    if not reason.strip():
        raise ExceptionRefused("reason", "must say why")
    if len(reason) > LONGEST_TEXT:
        raise ExceptionRefused("reason", f"must be at most {LONGEST_TEXT} characters")
    if not timezone.now() < until <= timezone.now() + LONGEST_TIME:
        raise ExceptionRefused("until", f"must lie ahead, by {LONGEST_TIME.days} days at most")


def _edges(snapshot: Snapshot, keys: Iterable[EdgeKey]) -> list[Edge]:
    """The edges, each once; all of them must be there and let something through, or perhaps."""
    reach = load_reach(snapshot)
    numbers = {name: number for number, name in enumerate(reach.namespaces)}
    found = []
    for key in dict.fromkeys(keys):
        port = reach.find_port(key.target, key.port, key.protocol)
        if port is None:
            said = f"{key.target}:{key.port}/{key.protocol}"
            raise ExceptionRefused("target", f"snapshot {snapshot.number} has no Service port {said}")
        if key.source not in numbers:
            raise ExceptionRefused("source", f"snapshot {snapshot.number} has no namespace {key.source!r}")
        edge = reach.edge(port, numbers[key.source])
        if edge.verdict in _NOTHING:
            raise ExceptionRefused("source", f"{key.source} cannot reach {key.target}: nothing to accept")
        found.append(edge)
    return found


def _replace(accepted: Sequence[AcceptedException]) -> list[AcceptedException]:
    """Stores them; those that stood for the same are ended in the name of who accepts anew."""
    with transaction.atomic():
        # One writer a cluster: two who accept the same at once would not see each other's rows.
        Cluster.objects.select_for_update().get(pk=accepted[0].cluster_id)
        for start in range(0, len(accepted), _ROWS_A_QUERY):
            part = accepted[start : start + _ROWS_A_QUERY]
            same = Q()
            for each in part:
                same |= Q(
                    source=each.source,
                    target=each.target,
                    port=each.port,
                    protocol=each.protocol,
                    finding=each.finding,
                )
            standing = AcceptedException.objects.filter(same, cluster=each.cluster, ended__isnull=True)
            standing.update(ended=each.accepted, ended_by=each.accepted_by)
        return AcceptedException.objects.bulk_create(accepted, batch_size=_ROWS_A_QUERY)
