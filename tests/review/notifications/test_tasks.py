"""From a stored snapshot to the receiver through the worker's own tasks, called in its stead."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from apps.review.models import Delivery, FollowUp
from apps.review.tasks import follow_up_snapshot, notify, notify_rest, request_test
from apps.snapshots.models import Cluster
from dashboard.celery import app as celery_app
from tests.review.notifications.receiver import Receiver
from tests.review.notifications.told import webhook
from tests.review.stored import OPENED, store

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_once() -> Iterator[None]:
    """A task that is sent runs where it is sent."""
    celery_app.conf.task_always_eager = True
    yield
    celery_app.conf.task_always_eager = False


def test_a_stored_snapshot_ends_at_the_receiver(bay: Cluster, receiver: Receiver) -> None:
    webhook(bay, receiver.url)
    snapshot = store(bay, OPENED)
    follow_up_snapshot(snapshot.pk)
    follow_up_snapshot(snapshot.pk)  # a message may come twice
    notify_rest()
    assert [each.told["notices"][0]["kind"] for each in receiver.got] == ["edges-opened"]


def test_the_tick_does_what_no_message_came_for(bay: Cluster, receiver: Receiver) -> None:
    webhook(bay, receiver.url)
    snapshot = store(bay, OPENED)
    FollowUp.objects.create(snapshot=snapshot)
    notify_rest()
    assert len(receiver.got) == 1


def test_the_tick_tries_again(bay: Cluster, receiver: Receiver) -> None:
    rule, _ = webhook(bay, receiver.url)
    receiver.plan.append(500)
    Delivery.objects.create(rule=rule)
    notify_rest()
    notify_rest()
    assert len(receiver.got) == 1
    Delivery.objects.update(wake_at=timezone.now() - timedelta(seconds=1))
    notify_rest()
    assert len(receiver.got) == 2
    assert Delivery.objects.get().state == "sent"


def test_a_test_is_sent_when_the_transaction_ends(
    bay: Cluster, receiver: Receiver, django_capture_on_commit_callbacks: Any
) -> None:
    rule, _ = webhook(bay, receiver.url)
    with django_capture_on_commit_callbacks(execute=True):
        request_test(rule)
        assert receiver.got == []
    assert receiver.got[0].told["test"] is True


def test_a_cluster_that_is_gone_is_no_fault() -> None:
    notify(12345)
    follow_up_snapshot(12345)
