"""Guardrails with their versions, and what each came to on each snapshot."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from apps.review.guardrails import Outcome
from apps.snapshots.models import Cluster, Snapshot

LONGEST_LOGIN = 150


class StoredGuardrail(models.Model):
    """A guardrail of a cluster. It is never removed, only ended; what it says stands in its versions."""

    cluster = models.ForeignKey(Cluster, models.CASCADE, related_name="guardrails")
    name = models.CharField(max_length=63)
    ended = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=LONGEST_LOGIN, blank=True)

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["cluster", "name"], condition=Q(ended__isnull=True), name="guardrail_name_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class GuardrailVersion(models.Model):
    """What a guardrail said from `created` on. `body`: the document (docs/guardrails.md)."""

    guardrail = models.ForeignKey(StoredGuardrail, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    body = models.JSONField()
    created = models.DateTimeField(default=timezone.now)
    created_by = models.CharField(max_length=LONGEST_LOGIN)

    class Meta:
        ordering = ["guardrail", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["guardrail", "number"], name="guardrail_version_once"),
        ]

    def __str__(self) -> str:
        return f"{self.guardrail} version {self.number}"


class GuardrailCheck(models.Model):
    """What a version of a guardrail came to on a snapshot: `guardrails.Result`, bounded.

    `since`: the snapshot since which it has not passed, empty if it passes; `at_least`: it may be longer.
    `causes`: what made it not pass there, in sentences; empty where nothing stood before to compare with.
    """

    version = models.ForeignKey(GuardrailVersion, models.CASCADE, related_name="checks")
    snapshot = models.ForeignKey(Snapshot, models.CASCADE, related_name="guardrail_checks")
    outcome = models.CharField(max_length=8, choices=[(str(word), str(word)) for word in Outcome])
    result = models.JSONField()
    since = models.PositiveIntegerField(null=True)
    at_least = models.BooleanField(default=False)
    causes = models.JSONField(default=list)

    class Meta:
        ordering = ["version__guardrail__name", "-snapshot__number"]
        constraints = [
            models.UniqueConstraint(fields=["version", "snapshot"], name="guardrail_check_once"),
        ]

    def __str__(self) -> str:
        return f"{self.version} on {self.snapshot}: {self.outcome}"
