"""Noting what happened, each thing once, with a delivery for every rule that wants it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from apps.review.models import Delivery, FollowUp, Notice, NotificationRule
from apps.review.notifications.alarms import alarm
from apps.review.notifications.look import look_at
from apps.review.notifications.queries import rules_of
from apps.snapshots.models import Cluster

_DIGEST_AT = time(6)  # UTC
_MOST_AT_ONCE = 20  # snapshots of a cluster; the next tick goes on
_KEPT = timedelta(days=90)
_ALARMS = (Notice.Kind.SNAPSHOT_FAILED, Notice.Kind.SNAPSHOT_STALE)


def untold_clusters() -> list[int]:
    """Ids of clusters with snapshots that were followed up and not told of."""
    waiting = FollowUp.objects.filter(told__isnull=True)
    return list(waiting.values_list("snapshot__cluster_id", flat=True).distinct())


def note_snapshots(cluster: Cluster) -> None:
    """Notes what happened in the snapshots that wait for it, in order. Twice at once does no harm."""
    waiting = FollowUp.objects.filter(snapshot__cluster=cluster, told__isnull=True)
    waiting = waiting.select_related("snapshot__cluster").order_by("snapshot__number")
    for follow_up in waiting[:_MOST_AT_ONCE]:
        rules = list(rules_of(cluster))
        contents = {kind: look_at(follow_up.snapshot, kind) for kind in _wanted(rules)}
        with transaction.atomic():
            untold = FollowUp.objects.filter(pk=follow_up.pk, told__isnull=True)
            if untold.update(told=timezone.now()):
                for kind, content in contents.items():
                    _note(rules, kind, follow_up.snapshot.number, content)


def note_alarms() -> None:
    """Notes snapshots that failed or did not come, of clusters where somebody wants to hear of it."""
    for cluster in Cluster.objects.filter(notification_rules__isnull=False).distinct():
        rules = list(rules_of(cluster))
        for kind in _wanted(rules).intersection(_ALARMS):
            found = alarm(cluster, kind)
            if found and not _is_noted(cluster, kind, found[0]):
                with transaction.atomic():
                    _note(rules, kind, *found)


def close_digests() -> None:
    """Digests whose hour has come wait to be sent."""
    due = Delivery.objects.filter(state=Delivery.State.GATHERING, wake_at__lte=timezone.now())
    due.update(state=Delivery.State.QUEUED, queued=timezone.now())


def forget_old() -> None:
    """Removes what was sent, or not, long ago, and the notices that nothing tells of any more."""
    old = timezone.now() - _KEPT
    Delivery.objects.filter(ended__lt=old).delete()
    Notice.objects.filter(at__lt=old, deliveries=None).delete()


def _wanted(rules: Iterable[NotificationRule]) -> set[str]:
    return {kind for rule in rules for kind in rule.events}


def _is_noted(cluster: Cluster, kind: str, number: int) -> bool:
    return Notice.objects.filter(cluster=cluster, kind=kind, number=number).exists()


def _note(rules: list[NotificationRule], kind: str, number: int, content: dict[str, Any] | None) -> None:
    """Inside the caller's transaction."""
    if content is None:
        return
    cluster = rules[0].cluster
    notice, is_new = Notice.objects.get_or_create(
        cluster=cluster, kind=kind, number=number, defaults={"content": content}
    )
    # Rules that were removed meanwhile are told nothing.
    standing = NotificationRule.objects.select_for_update().filter(pk__in=[each.pk for each in rules])
    for rule in standing if is_new else ():
        if kind in rule.events:
            _delivery(rule).notices.add(notice)


def _delivery(rule: NotificationRule) -> Delivery:
    """A new one; of a rule with digests the one that gathers, which stays so until the transaction ends."""
    if rule.every == NotificationRule.Every.EVENT:
        return Delivery.objects.create(rule=rule)
    gathering = Delivery.objects.select_for_update().filter(rule=rule, state=Delivery.State.GATHERING).first()
    return gathering or Delivery.objects.create(
        rule=rule, state=Delivery.State.GATHERING, wake_at=_next_digest(timezone.now())
    )


def _next_digest(now: datetime) -> datetime:
    today = datetime.combine(now.date(), _DIGEST_AT, now.tzinfo)
    return today if now < today else today + timedelta(days=1)
