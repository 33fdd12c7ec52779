"""Where notifications go is nobody's business: the path of a webhook may be all that protects it."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.test import Client

from apps.access.models import AuditEntry
from apps.review.models import Delivery, NotificationRule
from apps.review.notifications.add_rule import add_test
from apps.review.notifications.address import veil
from apps.review.notifications.send import send_waiting
from apps.snapshots.models import Cluster
from tests.review.notifications.receiver import Receiver
from tests.review.notifications.told import mail_to, webhook

pytestmark = pytest.mark.django_db

SECRET = "T0000/B0000/uPl4eTfRGSzYqB0c9d8eNx7Qz"
HOOK = f"https://192.0.2.1/services/{SECRET}"
SHOWN = "https://192.0.2.1/…x7Qz"


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        (HOOK, SHOWN),
        ("https://chat.example.org/hooks/1", "https://chat.example.org/…"),
        ("https://chat.example.org:8443/?key=0123", "https://chat.example.org:8443/…"),
        ("https://chat.example.org?key=0123", "https://chat.example.org/…"),
        ("https://chat.example.org/#0123", "https://chat.example.org/…"),
        ("https://chat.example.org/", "https://chat.example.org/"),
        ("sec@example.org", "sec@example.org"),
    ],
)
def test_what_is_shown_of_an_address(address: str, shown: str) -> None:
    assert veil(address) == shown


def test_it_is_stored_listed_and_recorded_without_its_path(bay: Cluster, admin_client: Client) -> None:
    told = {"events": ["edges-opened"], "channel": "webhook", "every": "event", "address": HOOK}
    rest = "/api/v1/clusters/bay/notifications/"
    answers = [
        admin_client.post("/c/bay/notifications/", told),
        admin_client.post(rest, told, "application/json"),
    ]
    assert [each.status_code for each in answers] == [200, 201]
    for rule in NotificationRule.objects.all():
        add_test(rule)
    pages = ["/c/bay/notifications/", rest, f"{rest}{rule.pk}/", f"{rest}deliveries/", "/audit/"]
    answers += [admin_client.get(page) for page in pages]
    assert all(SECRET not in each.content.decode() for each in answers)
    assert answers[1].json()["address"] == SHOWN
    assert SHOWN in answers[2].content.decode()
    for model in (NotificationRule, Delivery, AuditEntry):
        assert SECRET not in str(list(model._default_manager.values()))


def test_the_whole_of_it_moves_to_a_new_key(bay: Cluster, receiver: Receiver, settings: Any) -> None:
    old, new = "o" * 40, "n" * 40
    settings.CREDENTIAL_KEYS = [old]
    rule, _ = webhook(bay, receiver.url)
    settings.CREDENTIAL_KEYS = [new, old]
    call_command("rotate_credentials", verbosity=0)
    settings.CREDENTIAL_KEYS = [new]
    add_test(rule)
    send_waiting(rule.pk)
    assert [request.path for request in receiver.got] == ["/hooks/1?to=team"]


def test_those_of_before_are_sealed_and_still_arrive(bay: Cluster, receiver: Receiver) -> None:
    rule, _ = webhook(bay, receiver.url)
    mail_to(bay)
    for each, address in (
        (rule, receiver.url),
        (NotificationRule.objects.get(channel="email"), "a@example.org"),
    ):
        NotificationRule.objects.filter(pk=each.pk).update(address=address, sealed_address="")
    migration = import_module("apps.review.migrations.0004_sealed_addresses")
    migration.seal(apps, None)
    assert receiver.url not in str(list(NotificationRule.objects.values()))
    add_test(rule)
    send_waiting(rule.pk)
    assert [request.path for request in receiver.got] == ["/hooks/1?to=team"]
    migration.unseal(apps, None)
    assert set(NotificationRule.objects.values_list("address", flat=True)) == {receiver.url, "a@example.org"}
