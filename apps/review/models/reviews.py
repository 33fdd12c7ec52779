"""Reviews: what was new since the last signed one, what was decided about it, and the seal."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from apps.snapshots.models import Cluster

from .guardrails import LONGEST_LOGIN


class Review(models.Model):
    """A snapshot gone through against `against`, the snapshot of the last signed review (None: the first).

    `version` counts the decisions; once `signed` is set the database refuses any change of the row.
    """

    cluster = models.ForeignKey(Cluster, models.CASCADE, related_name="reviews")
    snapshot_number = models.PositiveIntegerField()
    against = models.PositiveIntegerField(null=True)
    opened = models.DateTimeField(default=timezone.now)
    opened_by = models.CharField(max_length=LONGEST_LOGIN)
    version = models.PositiveIntegerField(default=0)
    signed = models.DateTimeField(null=True)
    signed_by = models.CharField(max_length=LONGEST_LOGIN, blank=True)

    class Meta:
        ordering = ["-opened", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["cluster"], condition=Q(signed__isnull=True), name="review_one_open_a_cluster"
            ),
            models.CheckConstraint(
                condition=Q(signed__isnull=True, signed_by="") | (Q(signed__isnull=False) & ~Q(signed_by="")),
                name="review_signed_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"Review {self.pk} of #{self.snapshot_number}"


class Decision(models.Model):
    """What was decided about an item of a review, or (`source` given) about one source namespace of it."""

    class Choice(models.TextChoices):
        ACCEPT = "accept", "Accept as an exception"
        FINE = "fine", "Fine as it is"
        FLAG = "flag", "Flag: to be mended"

    review = models.ForeignKey(Review, models.CASCADE, related_name="decisions")
    item = models.CharField(max_length=24)
    source = models.CharField(max_length=253, blank=True)
    choice = models.CharField(max_length=6, choices=Choice.choices)
    note = models.TextField(blank=True)
    until = models.DateTimeField(null=True)
    decided = models.DateTimeField(default=timezone.now)
    decided_by = models.CharField(max_length=LONGEST_LOGIN)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["review", "item", "source"], name="decision_once"),
            models.CheckConstraint(
                condition=~Q(choice="accept") | Q(until__isnull=False), name="decision_accepts_until"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item} {self.source}: {self.choice}"


class Seal(models.Model):
    """The whole of a signed review as canonical JSON, and its sha256.

    It protects its review from removal, and with it the cluster; the database refuses to change it.
    """

    review = models.OneToOneField(Review, models.PROTECT, related_name="seal")
    content = models.TextField()
    sha256 = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.review}: {self.sha256}"
