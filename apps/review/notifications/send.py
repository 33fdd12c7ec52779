"""Bringing deliveries to their addresses: the oldest of a rule first, again and again until it arrives.

Whoever dies in the middle leaves a delivery that is tried again after its hold; it may then arrive twice,
under the same key, and never be lost.
"""

from __future__ import annotations

import smtplib
import time
from datetime import timedelta

from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import F, QuerySet
from django.utils import timezone

from apps.review.models import Delivery, NotificationRule
from apps.review.notifications.webhook import NotDelivered, post
from apps.review.notifications.wording import body_of, encode, subject_of, text_of
from apps.snapshots.credentials import CredentialLost, decrypt

ATTEMPTS = 8
FIRST_WAIT = timedelta(seconds=30)  # doubles with every attempt: the last one is an hour after the first
LONGEST_TRY = 60  # seconds of one attempt
_HOLD = timedelta(seconds=3 * LONGEST_TRY)
_OLDEST = timedelta(days=1)  # what waited longer, behind others, is no news
_TURN = 20.0  # seconds after which a rule makes way for others


def due_rules() -> list[int]:
    """Ids of rules with something to send now."""
    due = Delivery.objects.filter(state=Delivery.State.QUEUED, wake_at__lte=timezone.now())
    return list(due.order_by().values_list("rule_id", flat=True).distinct())


def send_waiting(rule_id: int) -> None:
    """Sends what waits for a rule, in order, until something fails, or its turn is over.

    While the oldest waits to be tried again, so do those behind it: a receiver that is down is asked
    seldom, and told in order when it is back.
    """
    began = time.monotonic()
    while time.monotonic() - began < _TURN:
        delivery = _claim(rule_id)
        if delivery is None or not _try(delivery):
            return


def _claim(rule_id: int) -> Delivery | None:
    """The oldest that waits, if it is its time and nobody else tries it."""
    queued = Delivery.objects.filter(rule=rule_id, state=Delivery.State.QUEUED)
    head = queued.select_related("rule__cluster").order_by("pk").first()
    now = timezone.now()
    if head is None or (head.wake_at and head.wake_at > now):
        return None
    taken = queued.filter(pk=head.pk, wake_at=head.wake_at).update(
        wake_at=now + _HOLD, attempts=F("attempts") + 1
    )
    head.attempts += 1
    return head if taken else None


def _try(delivery: Delivery) -> bool:
    """Whether it is over: sent, or given up without a try."""
    if delivery.attempts > ATTEMPTS:  # who tried last did not live to say how it went
        _end(delivery, Delivery.State.FAILED, delivery.error or "The worker died at every attempt.")
        return True
    if timezone.now() - delivery.queued > _OLDEST:
        _end(delivery, Delivery.State.FAILED, delivery.error or "It had waited for a day behind others.")
        return True
    try:
        _send(delivery)
    except NotDelivered as failure:
        _put_back(delivery, str(failure))
        return False
    except SoftTimeLimitExceeded:
        _put_back(delivery, f"It took more than {LONGEST_TRY} s.")
        return False
    _end(delivery, Delivery.State.SENT)
    return True


def _send(delivery: Delivery) -> None:
    body = body_of(delivery)
    address, secret = _open(delivery.rule)
    if delivery.rule.channel == NotificationRule.Channel.WEBHOOK:
        post(address, encode(body), key=str(delivery.key), secret=secret)
        return
    if not settings.EMAIL_URL:  # Django would discard it without a word
        raise NotDelivered("No mail server is set up (EMAIL_URL).")
    message = EmailMessage(
        subject=subject_of(body),
        body=text_of(body),
        to=[address],
        headers={"Message-ID": f"<{delivery.key}@portolan>"},
    )
    try:
        message.send()
    except (OSError, smtplib.SMTPException) as error:
        raise NotDelivered(f"{type(error).__name__}: {error}"[:500]) from None


def _open(rule: NotificationRule) -> tuple[str, str]:
    """The address, and the secret that signs what goes there (empty for e-mail)."""
    try:
        return decrypt(rule.sealed_address), decrypt(rule.secret) if rule.secret else ""
    except CredentialLost:
        message = "Its address cannot be decrypted: none of CREDENTIAL_KEYS fits. Add the rule again."
        raise NotDelivered(message) from None


def _put_back(delivery: Delivery, error: str) -> None:
    if delivery.attempts >= ATTEMPTS:
        _end(delivery, Delivery.State.FAILED, error)
        return
    wait = FIRST_WAIT * 2 ** (delivery.attempts - 1)
    _queued(delivery).update(error=error, wake_at=timezone.now() + wait)


def _end(delivery: Delivery, state: str, error: str = "") -> None:
    _queued(delivery).update(state=state, error=error, wake_at=None, ended=timezone.now())


def _queued(delivery: Delivery) -> QuerySet[Delivery]:
    return Delivery.objects.filter(pk=delivery.pk, state=Delivery.State.QUEUED)
