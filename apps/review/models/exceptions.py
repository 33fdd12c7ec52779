"""Edges and findings that somebody accepted, for a time and for a reason."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from apps.snapshots.models import Cluster

from .guardrails import LONGEST_LOGIN


class AcceptedException(models.Model):
    """One accepted edge (`source`, `target` NS/SERVICE, `port`, `protocol`) or finding (`finding`: its key).

    `verdict`, `allowed_pairs`, `pairs`: of the edge when it was accepted. `evidence`: a digest of what the
    finding said. It holds until `until`, until its edge or finding has grown (`grown`, first seen in
    snapshot `grown_in`), or until somebody ends it; it is never removed.
    """

    cluster = models.ForeignKey(Cluster, models.CASCADE, related_name="exceptions")
    source = models.CharField(max_length=253, blank=True)
    target = models.CharField(max_length=507, blank=True)
    port = models.PositiveIntegerField(null=True)
    protocol = models.CharField(max_length=4, blank=True)
    verdict = models.CharField(max_length=12, blank=True)
    allowed_pairs = models.PositiveIntegerField(default=0)
    pairs = models.PositiveIntegerField(default=0)
    finding = models.CharField(max_length=1000, blank=True)
    evidence = models.CharField(max_length=64, blank=True)

    snapshot_number = models.PositiveIntegerField()
    reason = models.TextField()
    accepted = models.DateTimeField(default=timezone.now)
    accepted_by = models.CharField(max_length=LONGEST_LOGIN)
    until = models.DateTimeField()
    grown = models.DateTimeField(null=True)
    grown_in = models.PositiveIntegerField(null=True)
    ended = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=LONGEST_LOGIN, blank=True)

    class Meta:
        ordering = ["-accepted", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["cluster", "source", "target", "port", "protocol"],
                condition=Q(ended__isnull=True, finding=""),
                name="exception_edge_once",
            ),
            models.UniqueConstraint(
                fields=["cluster", "finding"],
                condition=Q(ended__isnull=True) & ~Q(finding=""),
                name="exception_finding_once",
            ),
            models.CheckConstraint(
                condition=Q(finding="", port__isnull=False) | (~Q(finding="") & Q(port__isnull=True)),
                name="exception_edge_or_finding",
            ),
        ]
        indexes = [models.Index(fields=["cluster", "ended", "until"], name="exception_standing")]

    def __str__(self) -> str:
        return self.finding or f"{self.source} → {self.target}:{self.port}/{self.protocol}"
