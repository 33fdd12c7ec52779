"""Reports as ordered, made and kept; and orders that come again."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from apps.snapshots.models import Cluster, Snapshot


class Schedule(models.Model):
    """An order that comes again. `recipients`: e-mail addresses that get the file; empty: it is only kept."""

    class Every(models.TextChoices):
        DAY = "day"
        WEEK = "week"
        MONTH = "month"

    cluster = models.ForeignKey(Cluster, models.CASCADE, related_name="report_schedules")
    options = models.JSONField()
    every = models.CharField(max_length=5, choices=Every.choices, default=Every.MONTH)
    recipients = models.JSONField(default=list, blank=True)
    next_due = models.DateTimeField(db_index=True)
    created = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["cluster", "pk"]

    def __str__(self) -> str:
        return f"{self.cluster.slug} every {self.every}"


class Report(models.Model):
    """One report: first an order to a worker, then a file.

    `holder` and `wake_at` keep two workers off one report (`make.py`). The file outlives its snapshot, which
    `snapshot_number` still names. `by`: who asked for it, in words.
    """

    class State(models.TextChoices):
        QUEUED = "queued"
        RUNNING = "running"
        COMPLETE = "complete"
        FAILED = "failed"

    UNFINISHED = (State.QUEUED, State.RUNNING)

    cluster = models.ForeignKey(Cluster, models.CASCADE, related_name="reports")
    snapshot = models.ForeignKey(Snapshot, models.SET_NULL, null=True, related_name="reports")
    snapshot_number = models.PositiveIntegerField()
    schedule = models.ForeignKey(Schedule, models.SET_NULL, null=True, related_name="reports")
    options = models.JSONField()
    by = models.CharField(max_length=150, blank=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    state = models.CharField(max_length=8, choices=State.choices, default=State.QUEUED)
    step = models.CharField(max_length=120, blank=True)
    error = models.TextField(blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    holder = models.CharField(max_length=32, blank=True)
    wake_at = models.DateTimeField(null=True)
    requested = models.DateTimeField(default=timezone.now)
    started = models.DateTimeField(null=True)
    finished = models.DateTimeField(null=True)

    content_sha256 = models.CharField(max_length=64, blank=True)
    file_sha256 = models.CharField(max_length=64, blank=True, db_index=True)
    size = models.PositiveIntegerField(null=True)  # bytes
    recipients = models.JSONField(default=list, blank=True)
    mailed = models.DateTimeField(null=True)
    mail_error = models.TextField(blank=True)

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["cluster", "-id"], name="report_latest"),
            models.Index(
                fields=["wake_at"], condition=Q(state__in=["queued", "running"]), name="report_wake"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cluster.slug} #{self.snapshot_number} report {self.pk}"

    @property
    def is_unfinished(self) -> bool:
        return self.state in self.UNFINISHED

    @property
    def file_name(self) -> str:
        """`portolan-prod-28-full.pdf`; the tables of a CSV report are in one archive."""
        ending = {"csv": "zip"}.get(self.options["format"], self.options["format"])
        return f"portolan-{self.cluster.slug}-{self.snapshot_number}-{self.options['kind']}.{ending}"


class ReportFile(models.Model):
    """The bytes of a finished report, apart from its row, so that lists do not carry them."""

    report = models.OneToOneField(Report, models.CASCADE, related_name="file")
    data = models.BinaryField()

    def __str__(self) -> str:
        return f"file of report {self.report_id}"
