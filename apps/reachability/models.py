"""What it means, stored by Service port: a row a changed answer, however many namespaces ask it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from apps.snapshots.models import Cluster


class NamespaceNumber(models.Model):
    """The number that a namespace keeps in every stored bitmap of its cluster; never given out twice."""

    cluster = models.ForeignKey(Cluster, models.CASCADE, related_name="namespace_numbers")
    name = models.CharField(max_length=253)
    number = models.PositiveIntegerField()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["cluster", "name"], name="namespace_number_by_name"),
            models.UniqueConstraint(fields=["cluster", "number"], name="namespace_number_once"),
        ]

    def __str__(self) -> str:
        return f"{self.name} is {self.number}"


class StoredPort(models.Model):
    """Who reaches one Service port, from snapshot `first` to snapshot `last` (empty: it still holds).

    `answer`: a `stored.Answer`, over that of `base` if there is one.
    """

    cluster = models.ForeignKey(Cluster, models.CASCADE, related_name="stored_ports", db_index=False)
    namespace = models.CharField(max_length=253)
    service = models.CharField(max_length=253)
    port = models.PositiveIntegerField()
    protocol = models.CharField(max_length=4)
    base = models.ForeignKey("self", models.DO_NOTHING, null=True, related_name="rows_over")
    answer = models.BinaryField()
    first = models.PositiveIntegerField()
    last = models.PositiveIntegerField(null=True)

    class Meta:
        ordering = ["namespace", "service", "port", "protocol", "first"]
        constraints = [
            models.UniqueConstraint(
                fields=["cluster", "namespace", "service", "port", "protocol"],
                condition=Q(last__isnull=True),
                name="stored_port_one_standing",
            ),
        ]
        indexes = [
            models.Index(fields=["cluster", "last", "first"], name="stored_port_standing"),
            models.Index(
                fields=["cluster", "namespace", "service", "port", "first"], name="stored_port_history"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.namespace}/{self.service}:{self.port}/{self.protocol}"


class StoredSpaces(models.Model):
    """All namespaces from snapshot `first` to snapshot `last`: a row a change. `facts`: a `stored.Spaces`."""

    cluster = models.ForeignKey(Cluster, models.CASCADE, related_name="stored_spaces", db_index=False)
    facts = models.BinaryField()
    first = models.PositiveIntegerField()
    last = models.PositiveIntegerField(null=True)

    class Meta:
        ordering = ["first"]
        constraints = [models.UniqueConstraint(fields=["cluster", "first"], name="stored_spaces_once")]

    def __str__(self) -> str:
        return f"namespaces of {self.cluster_id} from {self.first} to {self.last or 'now'}"


class Origin(models.Model):
    """Since when what snapshot `number` says of namespaces had been so, where the snapshot before it is gone.

    Of one Service port; or, with `namespace` empty, of what `service` names: `dns`, `ingress`, `egress`.
    `begins`: `history.origins.Begins`.
    """

    cluster = models.ForeignKey(Cluster, models.CASCADE, related_name="origins", db_index=False)
    number = models.PositiveIntegerField()
    namespace = models.CharField(max_length=253, blank=True)
    service = models.CharField(max_length=253)
    port = models.PositiveIntegerField(default=0)
    protocol = models.CharField(max_length=4, blank=True)
    begins = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["cluster", "namespace", "service", "port", "protocol", "number"], name="origin_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.namespace}/{self.service}:{self.port}/{self.protocol} before #{self.number}"


class TimelineStep(models.Model):
    """What one snapshot opened, closed and changed since the stored one before it.

    It outlives its snapshot, so that a date is known of everything that ever began. `previous` is empty for
    the first of a cluster. `edges`: how many there were of each verdict; empty where an older version counted
    none.
    """

    cluster = models.ForeignKey(Cluster, models.CASCADE, related_name="timeline", db_index=False)
    number = models.PositiveIntegerField()
    previous = models.PositiveIntegerField(null=True)
    at = models.DateTimeField()
    is_partial = models.BooleanField(default=False)
    opened = models.PositiveBigIntegerField(default=0)
    closed = models.PositiveBigIntegerField(default=0)
    changed = models.PositiveBigIntegerField(default=0)
    edges = models.JSONField(default=dict)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["cluster", "number"], name="timeline_step_once")]

    def __str__(self) -> str:
        return f"#{self.number}: {self.opened} opened, {self.closed} closed, {self.changed} changed"


class StoredCause(models.Model):
    """Why one edge, or one namespace's DNS (`target` empty), changed in a snapshot: told once, then kept."""

    cluster = models.ForeignKey(Cluster, models.CASCADE, related_name="stored_causes", db_index=False)
    number = models.PositiveIntegerField()
    source = models.CharField(max_length=253)
    target = models.CharField(max_length=507, blank=True)
    port = models.PositiveIntegerField(default=0)
    protocol = models.CharField(max_length=4, blank=True)
    told = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["cluster", "number", "source", "target", "port", "protocol"], name="stored_cause_once"
            )
        ]

    def __str__(self) -> str:
        return f"#{self.number}: {self.source} to {self.target}:{self.port}"
