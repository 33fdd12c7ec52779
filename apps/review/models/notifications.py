"""Who wants to be told of what, what happened, and what was sent of it."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone

from apps.snapshots.models import Cluster

from .guardrails import LONGEST_LOGIN

LONGEST_ADDRESS = 2000


class NotificationRule(models.Model):
    """Whom to tell of what happens in a cluster. `events`: kinds of notices.

    `address`: a URL or an e-mail address, as far as it may be shown; `sealed_address` is the whole of it, and
    `secret` signs what goes to a webhook: these two are encrypted as kubeconfigs are.
    """

    class Channel(models.TextChoices):
        WEBHOOK = "webhook", "Webhook"
        EMAIL = "email", "E-mail"

    class Every(models.TextChoices):
        EVENT = "event", "At once"
        DAY = "day", "Once a day, together"

    cluster = models.ForeignKey(Cluster, models.CASCADE, related_name="notification_rules")
    events = models.JSONField()
    channel = models.CharField(max_length=7, choices=Channel.choices)
    address = models.CharField(max_length=LONGEST_ADDRESS)
    sealed_address = models.TextField(editable=False)
    secret = models.TextField(blank=True, editable=False)
    every = models.CharField(max_length=5, choices=Every.choices, default=Every.EVENT)
    created = models.DateTimeField(default=timezone.now)
    created_by = models.CharField(max_length=LONGEST_LOGIN)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.channel} of {self.cluster.slug}"

    @property
    def event_labels(self) -> list[str]:
        return [Notice.Kind(kind).label for kind in self.events]


class Notice(models.Model):
    """Something that happened, told once to each rule that wanted it then. `content`: bounded, by kind.

    `number`: the snapshot that opened edges or broke guardrails; of a failure and of staleness, the newest
    one that was stored before (0: none), so that one that goes on is one notice.
    """

    class Kind(models.TextChoices):
        EDGES_OPENED = "edges-opened", "Edges opened"
        GUARDRAIL_BROKEN = "guardrail-broken", "Guardrail broken"
        SNAPSHOT_FAILED = "snapshot-failed", "Snapshot failed"
        SNAPSHOT_STALE = "snapshot-stale", "Snapshot out of date"

    cluster = models.ForeignKey(Cluster, models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    number = models.PositiveIntegerField()
    at = models.DateTimeField(default=timezone.now, db_index=True)
    content = models.JSONField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["cluster", "kind", "number"], name="notice_once"),
        ]

    def __str__(self) -> str:
        return f"{self.cluster.slug} #{self.number}: {self.kind}"


class Delivery(models.Model):
    """One message to one address; without notices it is a test. `key` names it to the receiver.

    A digest gathers notices until `wake_at`, then waits as any other does. While it is queued, `wake_at` is
    when it may be tried (again): whoever tries moves that on first, so that two never try at once and what a
    dead worker left is tried later.
    """

    class State(models.TextChoices):
        GATHERING = "gathering"
        QUEUED = "queued"
        SENT = "sent"
        FAILED = "failed"

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    rule = models.ForeignKey(NotificationRule, models.CASCADE, related_name="deliveries")
    notices = models.ManyToManyField(Notice, related_name="deliveries")
    state = models.CharField(max_length=9, choices=State.choices, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    wake_at = models.DateTimeField(null=True, default=timezone.now)
    error = models.TextField(blank=True)
    queued = models.DateTimeField(default=timezone.now)
    ended = models.DateTimeField(null=True, db_index=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["rule"], condition=Q(state="gathering"), name="delivery_one_gathering_a_rule"
            ),
        ]
        indexes = [
            models.Index(
                fields=["wake_at"], condition=Q(state__in=["gathering", "queued"]), name="delivery_wake"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} to {self.rule}: {self.state}"
