"""The page of notifications: administrators add, test and remove rules, and see what was sent."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from apps.review.models import Delivery, NotificationRule
from apps.review.notifications.send import send_waiting
from apps.snapshots.credentials import decrypt
from apps.snapshots.models import Cluster, Snapshot
from tests.review.notifications.told import EDGES, STALE, mail_to, webhook
from tests.web.pages import rows_of, text_of

PAGE = "/c/quay/notifications/"
RULE = {"events": [EDGES, STALE], "channel": "webhook", "address": "https://192.0.2.1/hook", "every": "event"}


@pytest.fixture(autouse=True)
def mail_server(settings: Any) -> None:
    settings.EMAIL_URL = "smtp://mail.example.org"


def test_a_rule_is_added_and_its_secret_shown_once(quay: Snapshot, administrator: Client) -> None:
    assert "Nobody is told yet." in administrator.get(PAGE).content.decode()
    page = administrator.post(PAGE, RULE)
    rule = NotificationRule.objects.get()
    secret = decrypt(rule.secret)
    assert f'<code id="secret">{secret}</code>' in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    again = administrator.get(PAGE).content.decode()
    assert secret not in again
    ((to, events, when, *_),) = rows_of(again)
    assert (to, events) == ("Webhook https://192.0.2.1/…", "Edges opened, Snapshot out of date")
    assert when == "At once"
    assert rule.created_by == "admin"


def test_a_test_is_sent_and_its_end_shown(quay: Snapshot, administrator: Client) -> None:
    rule = mail_to(quay.cluster)
    page = administrator.post(f"{PAGE}{rule.pk}/test", follow=True).content.decode()
    assert "A test is on its way" in page
    assert "Queued" in text_of(page)
    send_waiting(rule.pk)
    assert "Sent" in text_of(administrator.get(PAGE).content.decode())


def test_what_went_wrong_is_shown(quay: Snapshot, administrator: Client) -> None:
    rule = mail_to(quay.cluster)
    Delivery.objects.create(rule=rule, state="failed", attempts=8, error="<b>no</b> answer")
    page = administrator.get(PAGE).content.decode()
    assert "&lt;b&gt;no&lt;/b&gt; answer" in page
    assert "Failed" in text_of(page)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"events": []}, "Choose one at least."),
        ({"address": "http://192.0.2.1/"}, "A webhook must be an https:// address."),
        ({"address": "https://169.254.169.254/"}, "WEBHOOKS_DENY"),
        ({"channel": "email", "address": "sec"}, "is no e-mail address."),
        ({"channel": "pigeon"}, "pigeon"),
    ],
)
def test_what_is_wrong_is_told_by_its_field(
    quay: Snapshot, administrator: Client, change: dict[str, Any], said: str
) -> None:
    page = administrator.post(PAGE, RULE | change)
    assert page.status_code == 400
    assert said in page.content.decode()
    assert not NotificationRule.objects.exists()


def test_a_rule_is_changed_and_keeps_what_is_not_typed(quay: Snapshot, administrator: Client) -> None:
    rule, secret = webhook(quay.cluster, "https://192.0.2.1/hook")
    page = f"{PAGE}{rule.pk}/change"
    assert "Leave it empty to keep https://192.0.2.1/…" in administrator.get(page).content.decode()
    changed = RULE | {"events": [STALE], "address": "", "every": "day"}
    listed = administrator.post(page, changed, follow=True).content.decode()
    assert "The rule is changed." in listed
    ((to, events, when, *_),) = rows_of(listed)
    assert (to, events, when) == (
        "Webhook https://192.0.2.1/…",
        "Snapshot out of date",
        "Once a day, together",
    )
    rule.refresh_from_db()
    assert (decrypt(rule.sealed_address), decrypt(rule.secret)) == ("https://192.0.2.1/hook", secret)


def test_mail_that_becomes_a_webhook_gets_a_secret(quay: Snapshot, administrator: Client) -> None:
    rule = mail_to(quay.cluster)
    page = f"{PAGE}{rule.pk}/change"
    refused = administrator.post(page, RULE | {"address": ""})
    assert (refused.status_code, "Is needed, as that of the other" in refused.content.decode()) == (400, True)
    shown = administrator.post(page, RULE).content.decode()
    rule.refresh_from_db()
    assert f'<code id="secret">{decrypt(rule.secret)}</code>' in shown
    administrator.post(page, RULE | {"channel": "email", "address": "sec@example.org"})
    rule.refresh_from_db()
    assert (rule.secret, rule.address) == ("", "sec@example.org")


def test_a_wrong_change_is_told_by_its_field_and_not_made(quay: Snapshot, administrator: Client) -> None:
    rule, _ = webhook(quay.cluster, "https://192.0.2.1/hook")
    for change, said in (
        ({"events": []}, "Choose one at least."),
        ({"address": "http://192.0.2.1/"}, "A webhook must be an https:// address."),
    ):
        page = administrator.post(f"{PAGE}{rule.pk}/change", RULE | change)
        assert (page.status_code, said in page.content.decode()) == (400, True)
    rule.refresh_from_db()
    assert decrypt(rule.sealed_address) == "https://192.0.2.1/hook"


def test_a_rule_is_removed(quay: Snapshot, administrator: Client) -> None:
    rule, _ = webhook(quay.cluster, "https://192.0.2.1/")
    assert administrator.post(f"{PAGE}{rule.pk}/remove").status_code == 302
    assert not NotificationRule.objects.exists()
    assert administrator.post(f"{PAGE}{rule.pk}/remove").status_code == 404


def test_rules_of_another_cluster_are_not_here(quay: Snapshot, administrator: Client, db: None) -> None:
    other = Cluster.objects.create(slug="other", name="Other")
    rule = mail_to(other)
    for deed in ("test", "remove", "change"):
        assert administrator.post(f"{PAGE}{rule.pk}/{deed}").status_code == 404


def test_nobody_else_sees_addresses(quay: Snapshot, visitor: Client) -> None:
    rule = mail_to(quay.cluster)
    assert visitor.get(PAGE).status_code == 403
    for deed in ("test", "remove"):
        assert visitor.post(f"{PAGE}{rule.pk}/{deed}").status_code == 403
    assert PAGE not in visitor.get("/c/quay/s/1/map").content.decode()
