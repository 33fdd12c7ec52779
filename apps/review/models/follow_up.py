"""Which snapshots have been followed up: guardrails checked, and exceptions looked through."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from apps.snapshots.models import Snapshot


class FollowUp(models.Model):
    """Written in one transaction with all that following up a snapshot gives.

    `told`: when those who want to hear of it were seen to (`notifications`); empty: they wait for it.
    """

    snapshot = models.OneToOneField(Snapshot, models.CASCADE, related_name="follow_up")
    told = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["snapshot"], condition=Q(told__isnull=True), name="follow_up_untold")]

    def __str__(self) -> str:
        return str(self.snapshot)
