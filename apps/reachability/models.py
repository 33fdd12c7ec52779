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

    Each verdict is a serialised roaring bitmap of `NamespaceNumber.number`. Denied and empty are not
    stored: they are what is left of the snapshot's namespaces, and a new namespace would otherwise rewrite
    every row. `counts`: `{number: [allowed_pairs, pairs]}` of the partial ones.
    """

    cluster = models.ForeignKey(Cluster, models.CASCADE, related_name="stored_ports")
    namespace = models.CharField(max_length=253)
    service = models.CharField(max_length=253)
    port = models.PositiveIntegerField()
    protocol = models.CharField(max_length=4)
    backend = models.CharField(max_length=8)
    allowed = models.BinaryField()
    unrestricted = models.BinaryField()
    partial = models.BinaryField()
    unknown = models.BinaryField()
    counts = models.JSONField(default=dict)
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
        indexes = [models.Index(fields=["cluster", "last", "first"], name="stored_port_standing")]

    def __str__(self) -> str:
        return f"{self.namespace}/{self.service}:{self.port}/{self.protocol}"
