"""Notification rules and what was sent for them."""

# mypy: disable-error-code="assignment"
# (Serializers have attributes called source, label, data and errors, and so have our answers.)

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from apps.api.serializers import words
from apps.review.models import Delivery, Notice, NotificationRule
from apps.review.models.notifications import LONGEST_ADDRESS

EVENTS = list(Notice.Kind.values)
CHANNELS = list(NotificationRule.Channel.values)
EVERY = list(NotificationRule.Every.values)


class NewNotificationRule(serializers.Serializer[Any]):
    """`every` is `event` for at once, or `day` for one message a day."""

    events = serializers.ListField(
        child=words.one_of(EVENTS), allow_empty=False, max_length=len(EVENTS), help_text="What to tell of"
    )
    channel = words.one_of(CHANNELS)
    address = serializers.CharField(max_length=LONGEST_ADDRESS, help_text="A URL, or an e-mail address")
    every = words.one_of(EVERY, default="event")


class NotificationRuleChange(serializers.Serializer[Any]):
    """What is left out stays as it is; another channel needs an address."""

    events = serializers.ListField(child=words.one_of(EVENTS), allow_empty=False, max_length=len(EVENTS))
    channel = words.one_of(CHANNELS)
    address = serializers.CharField(max_length=LONGEST_ADDRESS)
    every = words.one_of(EVERY)


class NotificationRuleSerializer(serializers.ModelSerializer[NotificationRule]):
    cluster = serializers.SlugRelatedField[Any](slug_field="slug", read_only=True)
    events = serializers.ListField(child=words.one_of(EVENTS))
    channel = words.one_of(CHANNELS)
    every = words.one_of(EVERY)

    class Meta:
        model = NotificationRule
        fields = ["id", "cluster", "events", "channel", "address", "every", "created", "created_by"]
        read_only_fields = fields


class AddedNotificationRule(NotificationRuleSerializer):
    """Also of a rule that was changed: `secret` is empty unless it became a webhook."""

    secret = serializers.CharField(
        allow_blank=True, help_text="Signs what goes to a webhook. It is told in this answer only"
    )

    class Meta(NotificationRuleSerializer.Meta):
        fields = [*NotificationRuleSerializer.Meta.fields, "secret"]
        read_only_fields = fields


class NoticeSerializer(serializers.ModelSerializer[Notice]):
    kind = words.one_of(EVENTS)

    class Meta:
        model = Notice
        fields = ["kind", "number", "at"]
        read_only_fields = fields


class DeliverySerializer(serializers.ModelSerializer[Delivery]):
    """`notices`: the first five; without any it is a test. `wake_at`: when it is tried (again)."""

    rule = serializers.PrimaryKeyRelatedField[Any](read_only=True)
    notice_count = serializers.IntegerField()
    notices = NoticeSerializer(many=True, source="first_notices")

    class Meta:
        model = Delivery
        fields = [
            *("key", "rule", "state", "attempts", "error", "queued", "wake_at", "ended"),
            *("notice_count", "notices"),
        ]
        read_only_fields = fields
