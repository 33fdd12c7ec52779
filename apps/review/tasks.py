"""What the worker does for reviews. Messages carry ids only, and may come twice, late or never."""

from __future__ import annotations

import logging
from functools import partial

from celery import shared_task
from django.db import transaction
from kombu.exceptions import OperationalError

from apps.review.follow_up import follow_up, pending
from apps.review.models import Delivery, NotificationRule
from apps.review.notifications.add_rule import add_test
from apps.review.notifications.note import (
    close_digests,
    forget_old,
    note_alarms,
    note_snapshots,
    untold_clusters,
)
from apps.review.notifications.send import LONGEST_TRY, due_rules, send_waiting
from apps.snapshots.models import Cluster, Snapshot

_log = logging.getLogger(__name__)


@shared_task
def follow_up_snapshot(snapshot_id: int) -> None:
    """One of settings.AFTER_SNAPSHOT: called when a snapshot is stored."""
    snapshot = Snapshot.objects.select_related("cluster").filter(pk=snapshot_id).first()
    if snapshot is not None:
        follow_up(snapshot.cluster)
        notify(snapshot.cluster_id)


@shared_task
def follow_up_rest() -> None:
    """The scheduler's tick: what no message came for, or whose worker died."""
    for cluster in Cluster.objects.all():
        if pending(cluster):
            follow_up(cluster)


@shared_task
def notify(cluster_id: int) -> None:
    """Notes what happened in the snapshots of a cluster, and has it sent."""
    cluster = Cluster.objects.filter(pk=cluster_id).first()
    if cluster is not None:
        note_snapshots(cluster)
        _send_due()


@shared_task
def notify_rest() -> None:
    """The scheduler's tick: what no message came for, failed or missing snapshots, digests, another try."""
    for cluster_id in untold_clusters():
        notify.delay(cluster_id)
    note_alarms()
    close_digests()
    _send_due()
    forget_old()


@shared_task(soft_time_limit=LONGEST_TRY)
def send_notifications(rule_id: int) -> None:
    send_waiting(rule_id)


def request_test(rule: NotificationRule) -> Delivery:
    """A test, sent to a worker when the transaction ends."""
    test = add_test(rule)
    transaction.on_commit(partial(_send, rule.pk))
    return test


def _send_due() -> None:
    for rule_id in due_rules():
        _send(rule_id)


def _send(rule_id: int) -> None:
    try:
        send_notifications.delay(rule_id)
    except OperationalError:
        # The deliveries are in the database; the next tick sends them.
        _log.warning("notifications of rule %s: no broker to send them to", rule_id, exc_info=True)
