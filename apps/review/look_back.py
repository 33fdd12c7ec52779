"""Since when a guardrail has not passed, looked up in the stored history when nobody checked it then.

1. Something that breaks it now has stood without a break since some snapshot: so long it has not passed.
2. In the snapshot before that one it is checked. If it passes there, it was that snapshot.
3. Else the same is asked of that snapshot, with what broke it then.
"""

from __future__ import annotations

from typing import NamedTuple

from django.db.models import F, Max, Q

from apps.engine import is_policy_kind
from apps.reachability.history.rows import Key
from apps.reachability.history.standing import Standing
from apps.reachability.models import TimelineStep
from apps.review.blame import find_causes
from apps.review.guardrails import Breach, Guardrail, Outcome, Result
from apps.review.guardrails.form import DefaultDeny
from apps.review.past_check import PastChecks
from apps.snapshots.models import ObjectVersion, Snapshot

_MOST_STEPS = 25
_MOST_BREACHES = 8  # any of them tells how far to go back; more would only save a step


class Since(NamedTuple):
    """`at_least`: before snapshot `number` it cannot be known, or was not looked for any further."""

    number: int
    at_least: bool
    causes: list[str]


def look_back(snapshot: Snapshot, guardrail: Guardrail, result: Result, past: PastChecks) -> Since:
    """Since when a guardrail that does not pass on this snapshot has not passed, and what made it so."""
    now, found, start = snapshot, result, snapshot.number
    for _ in range(_MOST_STEPS):
        start = _begin(now, guardrail, found)
        before = _before(snapshot, start)
        if before is None:
            break
        earlier = past.check(before, guardrail)
        if earlier.outcome is Outcome.PASS:
            return Since(start, at_least=False, causes=_causes(before, snapshot, start, guardrail, past))
        now, found = before, earlier
    return Since(start, at_least=True, causes=[])


def _begin(now: Snapshot, guardrail: Guardrail, found: Result) -> int:
    """The snapshot since which one of the breaches has stood for sure, up to this one."""
    breaches = (*found.broken, *found.unknown)[:_MOST_BREACHES]
    is_default_deny = isinstance(guardrail.requirement, DefaultDeny)
    begun = _closing_since if is_default_deny else _edge_since
    standing = Standing(now)
    earliest = min((begun(now, standing, breach) for breach in breaches), default=now.number)
    steps = TimelineStep.objects.filter(cluster=now.cluster_id, number__gte=earliest, number__lte=now.number)
    return next(iter(steps.order_by("number").values_list("number", flat=True)), now.number)


def _edge_since(now: Snapshot, standing: Standing, breach: Breach) -> int:
    """An edge counts from when its ends are as they are: before, a selector may not have taken them in."""
    if not breach.target or breach.port is None:
        return max(standing.dns(breach.source), _unchanged_since(now, _spaces(breach.source)))
    namespace, _, service = breach.target.partition("/")
    key = Key(namespace, service, breach.port, breach.protocol)
    return max(standing.edge(breach.source, key), _unchanged_since(now, _spaces(breach.source, namespace)))


def _closing_since(now: Snapshot, _: Standing, breach: Breach) -> int:
    """Default deny rests on the namespace, its policies and those of the cluster, and on the assumptions."""
    kinds = ObjectVersion.objects.filter(cluster=now.cluster_id).order_by().values_list("api_version", "kind")
    policies = Q(pk__in=[])
    for api_version, kind in kinds.distinct():
        if is_policy_kind(api_version.rpartition("/")[0], kind):
            policies |= Q(api_version=api_version, kind=kind, namespace__in=("", breach.source))
    others = now.cluster.snapshots.filter(number__lt=now.number, state__in=Snapshot.STORED)
    others = others.exclude(evaluated_with=now.evaluated_with)
    judged = others.aggregate(last=Max("number"))["last"] or 0
    return max(judged + 1, _unchanged_since(now, policies | _spaces(breach.source)))


def _spaces(*names: str) -> Q:
    return Q(api_version="v1", kind="Namespace", name__in=names)


def _unchanged_since(now: Snapshot, objects: Q) -> int:
    """The snapshot since which these objects, and which there are of them, have stayed as they are."""
    rows = ObjectVersion.objects.filter(objects, cluster=now.cluster_id, first__lte=now.number)
    gone = rows.filter(last__lt=now.number).annotate(behind=F("last") + 1)
    sides = rows.aggregate(at=Max("first"))["at"], gone.aggregate(at=Max("behind"))["at"]
    return max(filter(None, sides), default=1)


def _before(snapshot: Snapshot, number: int) -> Snapshot | None:
    """The snapshot that was stored just before; None: it is gone, or there was none."""
    step = TimelineStep.objects.filter(cluster=snapshot.cluster_id, number=number).first()
    return _stored(snapshot, step.previous) if step and step.previous is not None else None


def _causes(
    before: Snapshot, snapshot: Snapshot, start: int, guardrail: Guardrail, past: PastChecks
) -> list[str]:
    after = _stored(snapshot, start)
    return find_causes(before, after, past.check(after, guardrail)) if after else []


def _stored(snapshot: Snapshot, number: int) -> Snapshot | None:
    stored = snapshot.cluster.snapshots.filter(number=number, state__in=Snapshot.STORED)
    return stored.select_related("cluster", "placement__base").first()
