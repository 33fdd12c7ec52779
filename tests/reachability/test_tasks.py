"""Orders reach a worker, through a broker, whatever becomes of the messages."""

import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from kombu import Connection
from kombu.pools import producers

from apps.reachability import announce
from apps.reachability.tasks import enqueue_due_clusters, request_snapshot, take_snapshot
from apps.snapshots.clusters import ClusterRefused
from apps.snapshots.models import Cluster, Snapshot
from dashboard.broker import transport_options
from dashboard.celery import app as celery_app


def waiting() -> list[int]:
    """The snapshot ids in the queue; takes them out of it."""
    found: list[int] = []
    with celery_app.connection_for_read() as connection:
        queue = connection.SimpleQueue(celery_app.conf.task_default_queue)
        with suppress(queue.Empty):
            while True:
                message = queue.get(block=False)
                found += message.payload[0]
                message.ack()
        queue.close()
    return found


@pytest.fixture(autouse=True)
def empty_queue(broker: str) -> Iterator[None]:
    waiting()
    yield
    waiting()


def test_request_is_sent_when_the_transaction_ends(
    live_cluster: Cluster, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        snapshot = request_snapshot(live_cluster)
        assert waiting() == []
    assert waiting() == [snapshot.pk]

    with django_capture_on_commit_callbacks(execute=True):
        assert request_snapshot(live_cluster) == snapshot
    assert waiting() == []


def test_manifests_cannot_be_asked_for_newer_ones(manifests_cluster: Cluster) -> None:
    with pytest.raises(ClusterRefused, match="upload newer ones"):
        request_snapshot(manifests_cluster)


def test_tick_orders_what_is_due_once(live_cluster: Cluster, django_capture_on_commit_callbacks: Any) -> None:
    Cluster.objects.update(interval=60)
    with django_capture_on_commit_callbacks(execute=True):
        enqueue_due_clusters()
        enqueue_due_clusters()

    assert waiting() == [Snapshot.objects.get().pk]


def test_tick_sends_again_what_was_lost(
    live_cluster: Cluster, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        snapshot = request_snapshot(live_cluster)
    waiting()  # the broker loses the message
    enqueue_due_clusters()
    assert waiting() == []
    Snapshot.objects.update(wake_at=timezone.now())
    enqueue_due_clusters()
    enqueue_due_clusters()

    assert waiting() == [snapshot.pk]


def test_without_a_broker_the_order_stands(
    live_cluster: Cluster,
    django_capture_on_commit_callbacks: Any,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    nowhere = producers[Connection("redis://127.0.0.1:1/0")]
    monkeypatch.setattr(celery_app.amqp, "_producer_pool", nowhere)
    with django_capture_on_commit_callbacks(execute=True):
        snapshot = request_snapshot(live_cluster)

    snapshot.refresh_from_db()
    assert snapshot.state == "queued"
    assert "no broker" in caplog.text


def test_silent_broker_holds_nobody_for_long(
    live_cluster: Cluster, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    """It takes connections and says nothing, as one that is stopped or behind a broken network."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"redis://127.0.0.1:{silent.getsockname()[1]}/0"
        connection = Connection(url, transport_options=transport_options(url, tmp_path, 900))
        monkeypatch.setattr(celery_app.amqp, "_producer_pool", producers[connection])
        began = time.monotonic()
        announce._send(1)
        assert time.monotonic() - began < 30  # two waits of two seconds, on a machine that does much else
    assert "no broker to announce it to" in caplog.text


def test_task_takes_the_snapshot_of_its_id(
    live_cluster: Cluster, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        request_snapshot(live_cluster)
    (snapshot_id,) = waiting()
    take_snapshot(snapshot_id)

    assert Snapshot.objects.get().state == "complete"
