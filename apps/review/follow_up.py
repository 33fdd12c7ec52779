"""What follows a snapshot: its guardrails are checked, and what was accepted is looked through.

All of one snapshot is stored in one transaction, with a row that says so: whoever dies before leaves nothing,
and whoever comes second finds it done.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone

from apps.engine import find_findings
from apps.reachability.queries import load_reach
from apps.review.blame import find_causes
from apps.review.guardrails import Checker, Outcome, read_guardrail
from apps.review.look_back import look_back
from apps.review.models import AcceptedException, FollowUp, GuardrailCheck, GuardrailVersion
from apps.review.past_check import PastChecks
from apps.review.queries import accepted, standing_versions
from apps.snapshots.models import Cluster, Snapshot
from apps.snapshots.queries import assumptions_of, latest_complete, load_cluster

_MOST_AT_ONCE = 20  # snapshots that one task follows up; the next tick goes on


def follow_up(cluster: Cluster) -> list[Snapshot]:
    """Follows up the cluster's snapshots that wait for it, in order; returns those that it did."""
    return [snapshot for snapshot in pending(cluster)[:_MOST_AT_ONCE] if _follow_up(snapshot)]


def pending(cluster: Cluster) -> list[Snapshot]:
    """Stored after the last one that was followed up; of a cluster never followed up, the newest only."""
    last = FollowUp.objects.filter(snapshot__cluster=cluster).aggregate(last=Max("snapshot__number"))["last"]
    if last is None:
        newest = latest_complete(cluster)
        return [newest] if newest else []
    waiting = cluster.snapshots.filter(number__gt=last, state__in=Snapshot.STORED)
    return list(waiting.select_related("cluster").order_by("number"))


def check_now(cluster: Cluster) -> None:
    """Checks new versions of guardrails on the newest snapshot, if there is one, without waiting."""
    newest = latest_complete(cluster)
    if newest is not None:
        _store(_check_all(newest, standing_versions(cluster).exclude(checks__snapshot=newest)))


def _follow_up(snapshot: Snapshot) -> bool:
    """Everything is worked out before the first write, so that nobody waits for it."""
    checks = _check_all(snapshot, standing_versions(snapshot.cluster))
    grown = _find_grown(snapshot)
    try:
        with transaction.atomic():
            FollowUp.objects.create(snapshot=snapshot)
            _store(checks)
            _mark_grown(snapshot, grown)
    except IntegrityError:
        return False  # another worker did it meanwhile
    return True


def _check_all(snapshot: Snapshot, versions: Iterable[GuardrailVersion]) -> list[GuardrailCheck]:
    cluster, assumptions = load_cluster(snapshot), assumptions_of(snapshot)
    checker = Checker(cluster, load_reach(snapshot), assumptions)
    past = PastChecks()
    return [_check(snapshot, version, checker, past) for version in versions]


def _store(checks: list[GuardrailCheck]) -> None:
    """What is stored already stays."""
    GuardrailCheck.objects.bulk_create(checks, batch_size=100, ignore_conflicts=True)


def _check(
    snapshot: Snapshot, version: GuardrailVersion, checker: Checker, past: PastChecks
) -> GuardrailCheck:
    guardrail = read_guardrail(version.body)
    result = checker.check(guardrail)
    check = GuardrailCheck(
        version=version, snapshot=snapshot, outcome=str(result.outcome), result=result.tell()
    )
    before = _checked_before(snapshot, version)
    if result.outcome is Outcome.PASS:
        return check
    if before is None:
        check.since, check.at_least, check.causes = look_back(snapshot, guardrail, result, past)
    elif before.since is not None:
        check.since, check.at_least, check.causes = before.since, before.at_least, before.causes
    else:
        check.since, check.causes = snapshot.number, find_causes(before.snapshot, snapshot, result)
    return check


def _checked_before(snapshot: Snapshot, version: GuardrailVersion) -> GuardrailCheck | None:
    """What the same version came to on the last snapshot before this one that it was checked on."""
    earlier = version.checks.filter(snapshot__number__lt=snapshot.number)
    return earlier.select_related("snapshot__cluster").order_by("-snapshot__number").first()


def _find_grown(snapshot: Snapshot) -> list[int]:
    acceptance = accepted(snapshot)
    findings = find_findings(load_cluster(snapshot), assumptions_of(snapshot))
    return [each.pk for each in (*acceptance.grown(), *acceptance.changed(findings))]


def _mark_grown(snapshot: Snapshot, exceptions: list[int]) -> None:
    for start in range(0, len(exceptions), 500):
        rows = AcceptedException.objects.filter(pk__in=exceptions[start : start + 500], grown__isnull=True)
        rows.update(grown=timezone.now(), grown_in=snapshot.number)
