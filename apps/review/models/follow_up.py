"""Which snapshots have been followed up: guardrails checked, and exceptions looked through."""

from __future__ import annotations

from django.db import models

from apps.snapshots.models import Snapshot


class FollowUp(models.Model):
    """Written in one transaction with all that following up a snapshot gives."""

    snapshot = models.OneToOneField(Snapshot, models.CASCADE, related_name="follow_up")

    def __str__(self) -> str:
        return str(self.snapshot)
