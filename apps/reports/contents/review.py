"""What people decided, as a report tells it: signed reviews, exceptions, guardrails.

An exception is told with its state when the snapshot was taken, so that a report says the same whenever it
is made again; only a new decision changes it.
"""

from __future__ import annotations

from typing import Any

from pyroaring import BitMap

from apps.engine import Reach
from apps.engine.model import Assumptions, Cluster
from apps.reports.contents.scope import Scope, of_guardrail, some_namespaces
from apps.reports.contents.words import moment
from apps.review.guardrails import Breach, Outcome, read_guardrail
from apps.review.guardrails.form import Deny, Only
from apps.review.guardrails.ground import Ground
from apps.review.models import AcceptedException, GuardrailCheck, GuardrailVersion, Review
from apps.review.queries import exceptions_of, guardrail_results, last_signed_review, standing_versions
from apps.snapshots.models import Snapshot

MOST_BREACHES = 3  # of a guardrail, named; all of them are counted
_GRAVEST = (Outcome.BROKEN, Outcome.UNKNOWN, Outcome.PASS)


def last_review(snapshot: Snapshot) -> dict[str, Any] | None:
    """The last signed review of an earlier snapshot: `{"snapshot", "signed", "signed_by", "seal"}`."""
    found = last_signed_review(snapshot.cluster, before=snapshot.number)
    return _tell_review(found) if found else None


def own_review(snapshot: Snapshot) -> dict[str, Any] | None:
    """The signed review of this very snapshot."""
    signed = Review.objects.filter(
        cluster=snapshot.cluster, snapshot_number=snapshot.number, signed__isnull=False
    )
    found = signed.select_related("seal").order_by("-signed").first()
    return _tell_review(found) if found else None


def exceptions(snapshot: Snapshot, scope: Scope) -> list[dict[str, Any]]:
    """Those of the scope that were accepted up to this snapshot and not ended since, the expired first."""
    rows = exceptions_of(snapshot.cluster).filter(snapshot_number__lte=snapshot.number, ended__isnull=True)
    told = [_tell_exception(each, snapshot) for each in rows.order_by("pk") if _is_in(each, scope)]
    order = ("expired", "grown", "active")
    return sorted(told, key=lambda each: (order.index(each["state"]), each["expires"], each["what"]))


def guardrails(snapshot: Snapshot) -> list[dict[str, Any]]:
    """Every guardrail that stands with its result for the snapshot, those that fail first."""
    checks = {check.version.guardrail.name: check for check in guardrail_results(snapshot)}
    told = [_tell_guardrail(version, checks) for version in standing_versions(snapshot.cluster)]
    return sorted(told, key=lambda each: (_GRAVEST.index(Outcome(each["outcome"])), each["name"]))


def scope_of_guardrail(
    snapshot: Snapshot, name: str, cluster: Cluster, reach: Reach, assumptions: Assumptions
) -> Scope | None:
    """The edges that a guardrail looks at; of one on namespaces, these. None: there is no such guardrail."""
    version = standing_versions(snapshot.cluster).filter(guardrail__name=name).first()
    if version is None:
        return None
    wanted = read_guardrail(version.body).requirement
    ground = Ground(cluster, reach, assumptions)

    def names(numbers: BitMap) -> list[str]:
        return [reach.namespaces[number] for number in numbers]

    match wanted:
        case Deny() | Only():
            sources = ground.everywhere if isinstance(wanted, Only) else ground.numbers(wanted.sources)
            targets = ground.numbers(target.spaces for target in wanted.targets)
            return of_guardrail(reach.namespaces, name, names(sources), names(targets))
        case _:
            return some_namespaces(reach.namespaces, names(ground.numbers(wanted.spaces)))


def _tell_review(review: Review) -> dict[str, Any]:
    return {
        "snapshot": review.snapshot_number,
        "signed": moment(review.signed),
        "signed_by": review.signed_by,
        "seal": review.seal.sha256,
    }


def _is_in(each: AcceptedException, scope: Scope) -> bool:
    return bool(each.finding) or scope.holds(each.source, each.target.partition("/")[0])


def _tell_exception(each: AcceptedException, snapshot: Snapshot) -> dict[str, Any]:
    taken = snapshot.finished or snapshot.requested
    state = "grown" if each.grown else "expired" if each.until <= taken else "active"
    return {
        "what": str(each),
        "reason": each.reason,
        "owner": each.accepted_by,
        "accepted": moment(each.accepted),
        "expires": moment(each.until),
        "state": state,
    }


def _tell_guardrail(version: GuardrailVersion, checks: dict[str, GuardrailCheck]) -> dict[str, Any]:
    """One that was not checked on the snapshot, because it is younger, is unknown and says so."""
    name = version.guardrail.name
    check = checks.get(name)
    if check is None:
        none = {"checked": 0, "broken_count": 0, "unknown_count": 0}
        return {
            "name": name,
            "outcome": str(Outcome.UNKNOWN),
            **none,
            "shown_by": "not checked on this snapshot",
        }
    result = check.result
    breaches = [Breach(**each).place for each in (result["broken"] or result["unknown"])[:MOST_BREACHES]]
    return {
        "name": name,
        "outcome": check.outcome,
        "checked": result["checked"],
        "broken_count": result["broken_count"],
        "unknown_count": result["unknown_count"],
        "shown_by": "; ".join(breaches) or result["gap"] or result["vacuous"],
    }
