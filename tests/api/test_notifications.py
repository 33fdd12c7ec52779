"""Notification rules over REST, for administrators."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.test import APIClient

from apps.api.serializers.notifications import (
    AddedNotificationRule,
    DeliverySerializer,
    NotificationRuleSerializer,
)
from apps.review.models import Delivery, NotificationRule
from apps.review.notifications.send import send_waiting
from apps.snapshots.credentials import decrypt
from apps.snapshots.models import Snapshot
from tests.api.problems import fields_of, problem_of
from tests.review.notifications.told import look_and_send, mail_to
from tests.review.stored import OPENED, store

BAY = "/api/v1/clusters/bay/notifications/"
RULE = {"events": ["edges-opened"], "channel": "webhook", "address": "https://192.0.2.1/hook"}


@pytest.fixture(autouse=True)
def mail_server(settings: Any) -> None:
    settings.EMAIL_URL = "smtp://mail.example.org"


@pytest.fixture
def bay(db: None) -> Snapshot:
    snapshot = store()
    look_and_send(snapshot.cluster)
    return snapshot


def test_one_is_added_read_listed_and_removed(bay: Snapshot, admin: APIClient) -> None:
    created = admin.post(BAY, RULE, format="json")
    assert created.status_code == 201, created.content
    made = created.json()
    assert set(made) == set(AddedNotificationRule().fields)
    assert decrypt(NotificationRule.objects.get().secret) == made["secret"]
    assert (made["every"], made["created_by"], made["cluster"]) == ("event", "chief", "bay")
    read = admin.get(created["Location"]).json()
    assert set(read) == set(NotificationRuleSerializer().fields)
    assert admin.get(BAY).json()["results"] == [read]
    assert admin.delete(created["Location"]).status_code == 204
    problem_of(admin.get(created["Location"]), 404)
    assert admin.get(BAY).json()["count"] == 0


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"events": []}, "events"),
        ({"events": ["moon"]}, "events.0"),
        ({"channel": "pigeon"}, "channel"),
        ({"address": "https://169.254.169.254/"}, "address"),
        ({"every": "hour"}, "every"),
        ({"secret": "mine"}, "secret"),
    ],
)
def test_what_is_wrong_is_named(bay: Snapshot, admin: APIClient, change: dict[str, Any], field: str) -> None:
    (named,) = fields_of(admin.post(BAY, RULE | change, format="json"))
    assert named.replace("[0]", ".0") == field
    assert not NotificationRule.objects.exists()


def test_one_is_changed(bay: Snapshot, admin: APIClient) -> None:
    made = admin.post(BAY, RULE, format="json").json()
    address = f"{BAY}{made['id']}/"
    changed = admin.patch(
        address, {"every": "day", "events": ["snapshot-stale", "edges-opened"]}, format="json"
    )
    assert changed.status_code == 200, changed.content
    assert changed.json() == made | {
        "secret": "",
        "every": "day",
        "events": ["edges-opened", "snapshot-stale"],
    }
    assert decrypt(NotificationRule.objects.get().secret) == made["secret"]
    for wrong, field in (
        ({"channel": "email"}, "address"),
        ({"events": []}, "events"),
        ({"address": "https://169.254.169.254/"}, "address"),
        ({"created_by": "me"}, "created_by"),
    ):
        assert fields_of(admin.patch(address, wrong, format="json")) == [field]
    mailed = admin.patch(address, {"channel": "email", "address": "sec@example.org"}, format="json").json()
    assert (mailed["address"], mailed["secret"]) == ("sec@example.org", "")
    hooked = admin.patch(address, RULE | {"every": "event"}, format="json").json()
    assert hooked["secret"]
    assert hooked["secret"] != made["secret"]
    problem_of(admin.patch(f"{BAY}999/", {"every": "day"}, format="json"), 404)


def test_too_many_are_refused(bay: Snapshot, admin: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("apps.review.notifications.add_rule.MOST_RULES", 0)
    assert "remove one first" in problem_of(admin.post(BAY, RULE, format="json"), 409)["detail"]


def test_deliveries_tell_what_was_sent(bay: Snapshot, admin: APIClient) -> None:
    rule = mail_to(bay.cluster)
    store(bay.cluster, OPENED)
    look_and_send(bay.cluster)
    test = admin.post(f"{BAY}{rule.pk}/test/")
    assert test.status_code == 202
    assert (test.json()["state"], test.json()["notice_count"]) == ("queued", 0)
    send_waiting(rule.pk)
    newest, first = admin.get(f"{BAY}deliveries/").json()["results"]
    assert set(first) == set(DeliverySerializer().fields)
    assert newest["key"] == test.json()["key"]
    assert newest["state"] == first["state"] == "sent"
    (notice,) = first["notices"]
    assert (notice["kind"], notice["number"]) == ("edges-opened", 2)


def test_lists_take_few_queries(bay: Snapshot, admin: APIClient, django_assert_max_num_queries: Any) -> None:
    for _ in range(5):
        Delivery.objects.create(rule=mail_to(bay.cluster))
    for address in (BAY, f"{BAY}deliveries/"):
        with django_assert_max_num_queries(12):
            assert admin.get(address).json()["count"] == 5


def test_others_are_refused(bay: Snapshot, client: APIClient, nobody: APIClient) -> None:
    rule = mail_to(bay.cluster)
    for address in (BAY, f"{BAY}{rule.pk}/", f"{BAY}deliveries/"):
        problem_of(client.get(address), 403)
        assert nobody.get(address).status_code == 401
    problem_of(client.post(BAY, RULE, format="json"), 403)
    problem_of(client.post(f"{BAY}{rule.pk}/test/"), 403)
    problem_of(client.delete(f"{BAY}{rule.pk}/"), 403)
    problem_of(client.patch(f"{BAY}{rule.pk}/", {"every": "day"}, format="json"), 403)
