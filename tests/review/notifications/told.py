"""Rules, and what the worker does for them, step by step."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import F

from apps.review.follow_up import follow_up
from apps.review.models import Delivery, Notice, NotificationRule
from apps.review.notifications.add_rule import add_rule
from apps.review.notifications.note import note_snapshots
from apps.review.notifications.send import due_rules, send_waiting
from apps.snapshots.models import Cluster

EDGES = Notice.Kind.EDGES_OPENED
BROKEN = Notice.Kind.GUARDRAIL_BROKEN
FAILED = Notice.Kind.SNAPSHOT_FAILED
STALE = Notice.Kind.SNAPSHOT_STALE


def webhook(cluster: Cluster, url: str, *events: str, **more: Any) -> tuple[NotificationRule, str]:
    return add_rule(cluster, events=events or [EDGES], channel="webhook", address=url, by="ann", **more)


def mail_to(cluster: Cluster, *events: str, **more: Any) -> NotificationRule:
    rule, _ = add_rule(
        cluster, events=events or [EDGES], channel="email", address="sec@example.org", by="ann", **more
    )
    return rule


def look_and_send(cluster: Cluster) -> None:
    """What the worker does when a snapshot was stored."""
    follow_up(cluster)
    note_snapshots(cluster)
    send_due()


def send_due() -> None:
    for rule in due_rules():
        send_waiting(rule)


def pass_time(**lasting: float) -> None:
    """Everything that is stored of deliveries becomes older."""
    past = timedelta(**lasting)
    Delivery.objects.update(wake_at=F("wake_at") - past, queued=F("queued") - past, ended=F("ended") - past)
