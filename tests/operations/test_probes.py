"""What the probes say of the process, its database, its broker and its scheduler."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone

from apps.operations.models import Pulse
from apps.operations.tasks import take_pulse
from apps.snapshots.models import Snapshot


@pytest.fixture(autouse=True)
def _own_broker(settings: Any, tmp_path: Any) -> None:
    """A broker that answers: files in a folder."""
    from celery import current_app

    from dashboard.broker import transport_options

    before = (current_app.conf.broker_url, current_app.conf.broker_transport_options)
    current_app.conf.broker_url = "files://"
    current_app.conf.broker_transport_options = transport_options("files://", tmp_path, 60)
    yield
    current_app.conf.broker_url, current_app.conf.broker_transport_options = before


def refuse(execute: Any, sql: str, *rest: Any) -> None:
    raise OperationalError("the server is gone")


def test_a_process_is_healthy_without_a_database(client: Client) -> None:
    answer = client.get("/healthz")  # pytest-django would refuse the database here

    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.django_db
def test_ready(client: Client) -> None:
    take_pulse.apply()

    answer = client.get("/readyz")

    assert answer.status_code == 200
    assert answer.json() == {
        "status": "ready",
        "database": "ok",
        "broker": "ok",
        "scheduler": "ok",
        "newest_snapshot_age_seconds": None,
    }


@pytest.mark.django_db
def test_without_a_database_nothing_can_be_answered(client: Client) -> None:
    with connection.execute_wrapper(refuse):
        answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json() == {"status": "unavailable", "database": "the database does not answer"}


@pytest.mark.django_db
def test_without_a_broker_it_is_degraded(client: Client) -> None:
    from celery import current_app

    take_pulse.apply()
    current_app.conf.broker_url = "redis://127.0.0.1:9/0"
    current_app.conf.broker_transport_options = {}

    answer = client.get("/readyz")

    assert answer.status_code == 200
    assert answer.json()["status"] == "degraded"
    assert answer.json()["broker"] == "the broker does not answer"


@pytest.mark.django_db
def test_a_silent_scheduler_is_told(client: Client, settings: Any) -> None:
    assert client.get("/readyz").json()["scheduler"] == "the scheduler has given no sign of life yet"

    long_ago = timezone.now() - timedelta(seconds=10 * settings.SCHEDULER_TICK)
    Pulse.objects.create(part="scheduler", at=long_ago)

    answer = client.get("/readyz").json()
    assert answer["status"] == "degraded"
    silent = re.fullmatch(r"the scheduler has been silent for (\d+) s", answer["scheduler"])
    assert silent
    assert 150 <= int(silent[1]) < 210


@pytest.mark.django_db
def test_the_age_of_the_newest_snapshot(client: Client, quay: Snapshot) -> None:
    Snapshot.objects.update(finished=timezone.now() - timedelta(hours=2))

    assert client.get("/readyz").json()["newest_snapshot_age_seconds"] == pytest.approx(7200, abs=60)


@pytest.mark.django_db
def test_workers_of_the_past_are_forgotten() -> None:
    Pulse.objects.create(part="worker celery@gone", at=timezone.now() - timedelta(days=2))

    take_pulse.apply()

    assert "worker celery@gone" not in set(Pulse.objects.values_list("part", flat=True))
