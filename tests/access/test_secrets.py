"""What is secret stands nowhere in the clear: in no table, log line, answer, error or message to a worker."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from celery import current_app
from django.apps import apps
from django.contrib.auth.models import User
from django.test import Client
from kombu.exceptions import OperationalError

from apps.access.models import ApiToken
from apps.reachability.take import run_snapshot
from apps.review.models import Delivery, NotificationRule
from apps.review.notifications.send import send_waiting
from apps.snapshots.models import Snapshot
from tests.access.addresses import VALUES, all_addresses
from tests.fakes.kube_api import Fault, KubeApi
from tests.review.notifications.receiver import Receiver

PASSWORD = "staple-battery-correct-0417"
KUBE_TOKEN = "eyJhbGciOi.KUBETOKEN.5d41402abc4b2a76b9719d911017c592"
HOOK = "T00000000-B00000000-8f14e45fceea167a5a36dedd4bea2543"


@pytest.fixture
def secrets(db: None, settings: Any, client: Client, django_capture_on_commit_callbacks: Any) -> list[str]:
    """Everything secret, after each was used, and used in vain."""
    settings.WEBHOOKS_ALLOW_HTTP = True
    User.objects.create_user("chief", password=PASSWORD, is_staff=True)
    client.post("/login/", {"username": "chief", "password": PASSWORD + "-mistyped"})
    client.post("/login/", {"username": "chief", "password": PASSWORD})
    login = {"username": "chief", "password": PASSWORD}
    token = client.post("/api/v1/token/", login, "application/json").json()["token"]
    with KubeApi(token="another") as api, Receiver() as receiver:
        api.faults["/api"] = Fault(status=401, message="who is <authorization>?")
        given = {"name": "Quay", "source": "kubeconfig", "kubeconfig": api.kubeconfig(token=KUBE_TOKEN)}
        assert client.post("/api/v1/clusters/", given, "application/json").status_code == 201
        wrong = {**given, "context": "nowhere"}
        assert client.post("/api/v1/clusters/", wrong, "application/json").status_code == 400
        with django_capture_on_commit_callbacks(execute=True):
            client.post("/api/v1/clusters/quay/snapshots/", {}, "application/json")
        run_snapshot(Snapshot.objects.get().pk)
        receiver.plan.append(500)
        hook = receiver.url.replace("hooks/1?to=team", HOOK)
        told = {"events": ["snapshot-failed"], "channel": "webhook", "address": hook}
        made = client.post("/api/v1/clusters/quay/notifications/", told, "application/json").json()
        with django_capture_on_commit_callbacks(execute=True):
            client.post(f"/api/v1/clusters/quay/notifications/{made['id']}/test/")
        send_waiting(made["id"])
        assert receiver.got[0].path == f"/{HOOK}"
    return [PASSWORD, KUBE_TOKEN, HOOK, made["secret"], token]


def test_everything_was_used(secrets: list[str]) -> None:
    """Without which the tests below would show nothing."""
    assert Snapshot.objects.get().error
    assert "500" in Delivery.objects.get().error
    assert ApiToken.objects.exists()
    assert NotificationRule.objects.get().sealed_address


def test_no_table_holds_it(secrets: list[str]) -> None:
    for model in apps.get_models():
        rows = str(list(model._default_manager.values()))
        assert [secret for secret in secrets if secret in rows] == [], model


def test_no_log_line_holds_it(caplog: pytest.LogCaptureFixture, request: pytest.FixtureRequest) -> None:
    with caplog.at_level(logging.INFO):
        secrets = request.getfixturevalue("secrets")
    assert "Bad Request: /api/v1/clusters/" in caplog.text
    assert [secret for secret in secrets if secret in caplog.text] == []


def test_no_message_to_a_worker_holds_it(secrets: list[str], broker: str) -> None:
    messages = "".join(waiting())
    assert "apps.reachability.tasks" in messages
    assert [secret for secret in secrets if secret in messages] == []


def test_no_answer_holds_it(secrets: list[str], client: Client) -> None:
    numbers = {"rule_id": NotificationRule.objects.get().pk, "user": User.objects.get().pk}
    for pattern in all_addresses().values():
        path = "/" + pattern
        for part, value in (VALUES | numbers).items():
            for kind in ("slug", "int", "str", "path"):
                path = path.replace(f"<{kind}:{part}>", str(value)).replace(f"<{part}>", str(value))
        if "<" in path:
            continue  # of converters of our own
        text = client.get(path, follow=True).getvalue().decode(errors="replace")
        assert [secret for secret in secrets if secret in text] == [], path


def waiting() -> Iterator[str]:
    """What waits in the queue, which is emptied."""
    with current_app.connection_for_read() as connection:
        queue = connection.SimpleQueue(current_app.conf.task_default_queue)
        while True:
            try:
                message = queue.get(block=False)
            except (queue.Empty, OperationalError):
                return
            yield f"{message.headers} {message.payload}"
            message.ack()
