"""Changing a rule. What waits for it goes where the rule says when it is sent."""

from __future__ import annotations

import secrets
from collections.abc import Collection

from django.db import transaction

from apps.review.models import NotificationRule
from apps.review.notifications.add_rule import RuleRefused, check_address, check_words, in_order
from apps.review.notifications.address import veil
from apps.snapshots.credentials import encrypt


def change_rule(
    rule: NotificationRule,
    *,
    events: Collection[str] | None = None,
    channel: str = "",
    address: str = "",
    every: str = "",
) -> tuple[NotificationRule, str]:
    """The rule with what is given; and where it becomes a webhook its secret, told this once, else nothing.

    What is empty stays as it is; another channel needs an address. Raises RuleRefused, and
    NotificationRule.DoesNotExist when somebody removed the rule meanwhile.
    """
    address = address.strip()
    with transaction.atomic():
        found = (
            NotificationRule.objects.select_for_update(of=("self",)).select_related("cluster").get(pk=rule.pk)
        )
        events = found.events if events is None else events
        turns = channel not in ("", found.channel)
        found.channel, found.every = channel or found.channel, every or found.every
        check_words(events, found.channel, found.every)
        if turns and not address:
            raise RuleRefused("address", "is needed, as that of the other channel is none of this one")
        if address:
            check_address(found.channel, address)
            found.address, found.sealed_address = veil(address), encrypt(address)
        found.events = in_order(events)
        secret = _turn(found) if turns else ""
        found.save()
    return found, secret


def _turn(rule: NotificationRule) -> str:
    """Mail is not signed, and a webhook never with a secret that was told for another."""
    secret = secrets.token_urlsafe(32) if rule.channel == NotificationRule.Channel.WEBHOOK else ""
    rule.secret = encrypt(secret) if secret else ""
    return secret
