"""A delivery arrives, signed, however its receiver behaves on the way, and ends if it never does."""

from __future__ import annotations

import hashlib
import hmac
import socket
import time
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.core import mail
from django.core.management import call_command

from apps.review.models import Delivery, NotificationRule
from apps.review.notifications import send as module
from apps.review.notifications import webhook as transport
from apps.review.notifications.add_rule import RuleRefused, add_rule, add_test
from apps.review.notifications.send import ATTEMPTS, send_waiting
from apps.snapshots.models import Cluster
from tests.fakes.kube_api import KubeApi
from tests.review.notifications.receiver import Receiver
from tests.review.notifications.told import mail_to, pass_time, webhook

pytestmark = pytest.mark.django_db


def send_test(rule: NotificationRule) -> Delivery:
    test = add_test(rule)
    send_waiting(rule.pk)
    test.refresh_from_db()
    return test


def test_it_is_signed_with_the_rules_secret(bay: Cluster, receiver: Receiver) -> None:
    rule, secret = webhook(bay, receiver.url)
    test = send_test(rule)
    (request,) = receiver.got
    stamp = request.headers["Portolan-Timestamp"]
    expected = hmac.new(secret.encode(), stamp.encode() + b"." + request.body, hashlib.sha256).hexdigest()
    assert request.headers["Portolan-Signature"] == f"sha256={expected}"
    assert abs(time.time() - int(stamp)) < 60
    assert request.headers["Portolan-Delivery"] == request.told["delivery"] == str(test.key)
    assert request.headers["Content-Type"] == "application/json"
    assert request.path == "/hooks/1?to=team"
    assert (request.told["test"], request.told["notices"]) == (True, [])
    assert (test.state, test.error) == ("sent", "")
    assert secret not in rule.secret


def test_a_receiver_that_errs_stalls_and_resets_is_told_when_it_is_well(
    bay: Cluster, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport, "READ", 3)
    rule, _ = webhook(bay, receiver.url)
    receiver.plan.extend([500, "stall", "reset", 302, 404])
    test, behind = add_test(rule), add_test(rule)
    said, waits = [], []
    for _ in range(5):
        send_waiting(rule.pk)
        send_waiting(rule.pk)  # too early: nothing is tried
        test.refresh_from_db()
        said.append(test.error)
        assert test.wake_at
        waits.append(round((test.wake_at - module.timezone.now()).total_seconds(), -1))
        pass_time(seconds=30 * 2 ** (test.attempts - 1))
    assert said == [
        "It answered HTTP 500 Internal Server Error.",
        "No answer within 3 s.",
        "It broke the connection off.",
        "It answered HTTP 302, and redirects are not followed.",
        "It answered HTTP 404 Not Found.",
    ]
    assert waits == [30, 60, 120, 240, 480]
    assert {request.path for request in receiver.got} == {"/hooks/1?to=team"}
    send_waiting(rule.pk)
    states = dict(Delivery.objects.values_list("pk", "state"))
    assert states == {test.pk: "sent", behind.pk: "sent"}
    keys = [request.headers["Portolan-Delivery"] for request in receiver.got]
    assert keys == [str(test.key)] * 6 + [str(behind.key)]
    assert len({request.body for request in receiver.got}) == 2


def test_what_never_arrives_is_given_up_with_its_reason(bay: Cluster, receiver: Receiver) -> None:
    rule, _ = webhook(bay, receiver.url)
    receiver.plan.extend([503] * ATTEMPTS)
    test, behind = add_test(rule), add_test(rule)
    for _ in range(ATTEMPTS):
        send_waiting(rule.pk)
        pass_time(hours=1)
    test.refresh_from_db()
    assert (test.state, test.attempts, test.wake_at) == ("failed", ATTEMPTS, None)
    assert test.error == "It answered HTTP 503 Service Unavailable."
    send_waiting(rule.pk)
    behind.refresh_from_db()
    assert behind.state == "sent"
    assert len(receiver.got) == ATTEMPTS + 1


def test_what_waited_for_a_day_is_no_news(bay: Cluster, receiver: Receiver) -> None:
    rule, _ = webhook(bay, receiver.url)
    test = add_test(rule)
    pass_time(hours=25)
    send_waiting(rule.pk)
    test.refresh_from_db()
    assert (test.state, test.error) == ("failed", "It had waited for a day behind others.")
    assert receiver.got == []


def test_what_a_killed_worker_left_is_sent_later_under_the_same_key(
    bay: Cluster, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    rule, _ = webhook(bay, receiver.url)
    test = add_test(rule)

    def die(*args: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(module, "_end", die)  # it is killed between sending and saying so
        with pytest.raises(KeyboardInterrupt):
            send_waiting(rule.pk)
    send_waiting(rule.pk)  # another worker leaves it alone while the first may live
    assert len(receiver.got) == 1
    pass_time(minutes=3)
    send_waiting(rule.pk)
    assert {request.headers["Portolan-Delivery"] for request in receiver.got} == {str(test.key)}
    assert len(receiver.got) == 2
    test.refresh_from_db()
    assert (test.state, test.attempts) == ("sent", 2)


def test_one_that_kills_workers_is_given_up(bay: Cluster, receiver: Receiver) -> None:
    rule, _ = webhook(bay, receiver.url)
    test = add_test(rule)
    Delivery.objects.update(attempts=ATTEMPTS)
    send_waiting(rule.pk)
    test.refresh_from_db()
    assert (test.state, test.error) == ("failed", "The worker died at every attempt.")
    assert receiver.got == []


def test_a_try_that_takes_too_long_counts_as_failed(bay: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    rule, _ = webhook(bay, "https://192.0.2.1/")

    def drip(*args: object, **more: object) -> None:
        raise SoftTimeLimitExceeded

    monkeypatch.setattr(module, "post", drip)
    test = send_test(rule)
    assert (test.state, test.attempts, test.error) == ("queued", 1, "It took more than 60 s.")


def test_nobody_listens(bay: Cluster, settings: Any) -> None:
    settings.WEBHOOKS_ALLOW_HTTP = True
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        rule, _ = webhook(bay, f"http://127.0.0.1:{unused.getsockname()[1]}/")
        assert send_test(rule).error == "No connection: it was refused, or there is no way there."


def test_certificates_are_checked_for_the_host(
    bay: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with KubeApi(tls=True) as api:
        here = webhook(bay, api.url)[0]
        by_name = webhook(bay, api.url.replace("127.0.0.1", "localhost"))[0]
        assert send_test(here).error == "Its certificate cannot be trusted."
        trusted = tmp_path / "authorities.pem"
        trusted.write_text(api.authority.certificate)
        monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
        pass_time(minutes=1)
        send_waiting(here.pk)
        test = Delivery.objects.get(rule=here)
        assert test.error == "It answered HTTP 405 Method Not Allowed."  # it is no receiver, but it is itself
        assert send_test(by_name).error == "It answered HTTP 405 Method Not Allowed."
        monkeypatch.setattr(transport, "addresses_of", lambda host: [ip_address("127.0.0.1")])
        other = webhook(bay, api.url.replace("127.0.0.1", "other.example.org"))[0]
        assert send_test(other).error == "Its certificate cannot be trusted."
        assert api.verbs == {"POST"}


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("https://169.254.169.254/latest/meta-data", "WEBHOOKS_DENY"),
        ("https://[::ffff:169.254.169.254]/", "WEBHOOKS_DENY"),
        ("https://2852039166/", "WEBHOOKS_DENY"),
        ("http://127.0.0.1/", "must be an https"),
        ("ftp://127.0.0.1/", "must be an https"),
        ("https://ann:word@example.org/", "no user name"),
        ("https://", "such as"),
        ("nothing", "such as"),
        ("https://a b/", "such as"),
        ("https://example.org/\r\nX: y", "such as"),
        ("https://example.org:99999/", "no URL"),
        (f"https://example.org/{'x' * 2000}", "2000 characters"),
    ],
)
def test_what_is_no_webhook_is_refused(bay: Cluster, url: str, said: str) -> None:
    with pytest.raises(RuleRefused, match=said) as refused:
        webhook(bay, url)
    assert refused.value.field == "address"


def test_an_address_that_turns_bad_later_gets_nothing(
    bay: Cluster, receiver: Receiver, settings: Any
) -> None:
    rule, _ = webhook(bay, receiver.url)
    settings.WEBHOOKS_DENY = ["127.0.0.0/8"]
    assert "WEBHOOKS_DENY" in send_test(rule).error
    settings.WEBHOOKS_DENY, settings.WEBHOOKS_ALLOW_HTTP = [], False
    Delivery.objects.all().delete()
    assert send_test(rule).error == "A webhook must be an https:// address."
    assert receiver.got == []


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("events", {"events": []}),
        ("events", {"events": ["moon-rises"]}),
        ("channel", {"channel": "pigeon"}),
        ("every", {"every": "hour"}),
        ("address", {"address": "sec@"}),
    ],
)
def test_wrong_rules_are_refused_by_their_field(bay: Cluster, field: str, given: dict[str, Any]) -> None:
    told = {"events": ["edges-opened"], "channel": "email", "address": "sec@example.org"} | given
    with pytest.raises(RuleRefused) as refused:
        add_rule(bay, by="ann", **told)
    assert refused.value.field == field


def test_rules_of_a_cluster_are_bounded(bay: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("apps.review.notifications.add_rule.MOST_RULES", 1)
    mail_to(bay)
    with pytest.raises(RuleRefused, match="remove one first"):
        mail_to(bay)


def test_without_a_mail_server_nobody_is_promised_a_mail(bay: Cluster, settings: Any) -> None:
    settings.EMAIL_URL = ""
    with pytest.raises(RuleRefused, match="EMAIL_URL"):
        mail_to(bay)


def test_a_mail_names_its_delivery(bay: Cluster) -> None:
    test = send_test(mail_to(bay))
    (message,) = mail.outbox
    assert message.subject == "[Portolan] Bay: a test"
    assert message.extra_headers["Message-ID"] == f"<{test.key}@portolan>"


def test_a_mail_that_fails_is_tried_again(bay: Cluster, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    test = send_test(mail_to(bay))
    assert (test.state, test.attempts) == ("queued", 1)
    assert "refused" in test.error


def test_a_mail_without_a_server_is_not_sent(bay: Cluster, settings: Any) -> None:
    rule = mail_to(bay)
    settings.EMAIL_URL = ""
    test = send_test(rule)
    assert (test.state, test.error) == ("queued", "No mail server is set up (EMAIL_URL).")
    assert mail.outbox == []


def test_secrets_move_to_a_new_key(bay: Cluster, receiver: Receiver, settings: Any) -> None:
    old, new = "o" * 40, "n" * 40
    settings.CREDENTIAL_KEYS = [old]
    rule, secret = webhook(bay, receiver.url)
    settings.CREDENTIAL_KEYS = [new, old]
    call_command("rotate_credentials", verbosity=0)
    settings.CREDENTIAL_KEYS = [new]
    assert send_test(rule).state == "sent"
    request = receiver.got[0]
    signature = transport.sign(secret, request.headers["Portolan-Timestamp"], request.body)
    assert request.headers["Portolan-Signature"] == f"sha256={signature}"
    settings.CREDENTIAL_KEYS = [old]
    assert "none of CREDENTIAL_KEYS fits" in send_test(rule).error
