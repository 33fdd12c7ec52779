"""Adding and removing rules, and sending a test."""

from __future__ import annotations

import secrets
from collections.abc import Collection

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from apps.review.models import Delivery, Notice, NotificationRule
from apps.review.models.notifications import LONGEST_ADDRESS
from apps.review.notifications.address import veil
from apps.review.notifications.webhook import AddressRefused, check_url
from apps.snapshots.credentials import encrypt
from apps.snapshots.models import Cluster

MOST_RULES = 20  # of one cluster


class RuleRefused(ValueError):
    """What cannot be a rule. `field` names the part of it."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field
        self.message = message


def add_rule(
    cluster: Cluster,
    *,
    events: Collection[str],
    channel: str,
    address: str,
    by: str,
    every: str = NotificationRule.Every.EVENT,
) -> tuple[NotificationRule, str]:
    """A new rule, and the secret that signs what it sends (empty for e-mail), which is told this once.

    Raises RuleRefused.
    """
    check_words(events, channel, every)
    address = address.strip()
    check_address(channel, address)
    secret = secrets.token_urlsafe(32) if channel == NotificationRule.Channel.WEBHOOK else ""
    with transaction.atomic():
        Cluster.objects.select_for_update().get(pk=cluster.pk)
        if NotificationRule.objects.filter(cluster=cluster).count() >= MOST_RULES:
            raise RuleRefused("cluster", f"has {MOST_RULES} rules already; remove one first")
        rule = NotificationRule.objects.create(
            cluster=cluster,
            events=in_order(events),
            channel=channel,
            address=veil(address),
            sealed_address=encrypt(address),
            every=every,
            secret=encrypt(secret) if secret else "",
            created_by=by,
        )
    return rule, secret


def remove_rule(rule: NotificationRule) -> None:
    """Removes a rule with what it sent, and what it has not sent yet."""
    rule.delete()


def add_test(rule: NotificationRule) -> Delivery:
    """A delivery that says nothing but that it arrives; it waits behind the rule's others."""
    return Delivery.objects.create(rule=rule)


def in_order(events: Collection[str]) -> list[str]:
    return [kind for kind in Notice.Kind.values if kind in events]


def check_words(events: Collection[str], channel: str, every: str) -> None:
    """Raises RuleRefused for what is none of the words that a rule has."""
    if not events:
        raise RuleRefused("events", "must be one at least")
    for field, given, known in (
        ("events", events, Notice.Kind.values),
        ("channel", [channel], NotificationRule.Channel.values),
        ("every", [every], NotificationRule.Every.values),
    ):
        unknown = next((word for word in given if word not in known), None)
        if unknown is not None:
            raise RuleRefused(field, f"{unknown!r} is not one of {', '.join(known)}")


def check_address(channel: str, address: str) -> None:
    """Raises RuleRefused for what is no address of that channel, or may not be written to."""
    if len(address) > LONGEST_ADDRESS:
        raise RuleRefused("address", f"must have {LONGEST_ADDRESS} characters at most")
    try:
        if channel == NotificationRule.Channel.WEBHOOK:
            check_url(address)
        elif not settings.EMAIL_URL:
            raise RuleRefused("channel", "no mail server is set up (EMAIL_URL), so nothing can be mailed")
        else:
            validate_email(address)
    except AddressRefused as refused:
        raise RuleRefused("address", str(refused)) from None
    except ValidationError:
        raise RuleRefused("address", f"{address!r} is no e-mail address") from None
