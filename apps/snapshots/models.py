"""What the cluster said, stored once: a row a changed object, however often it is read.

An object stands in snapshot n when `first <= n` and (`last` is empty or `last >= n`), unless its kind could
not be read in that snapshot: then it is unknown there, and `Snapshot.coverage` says so.
"""

from __future__ import annotations

from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone


class Cluster(models.Model):
    """One cluster to be read. `credential`: its kubeconfig, encrypted (`clusters.set_kubeconfig`)."""

    class Source(models.TextChoices):
        KUBECONFIG = "kubeconfig", "a kubeconfig"
        IN_CLUSTER = "in-cluster", "the cluster that Portolan runs in"
        MANIFESTS = "manifests", "uploaded manifests"

    slug = models.SlugField(
        max_length=63,
        unique=True,
        validators=[RegexValidator(r"^(?!new$)", '"new" is the address of the page that adds a cluster')],
    )
    name = models.CharField(max_length=120)
    source = models.CharField(max_length=12, choices=Source.choices, default=Source.MANIFESTS)
    credential = models.TextField(blank=True, editable=False)
    context = models.CharField(max_length=253, blank=True)
    allow_insecure = models.BooleanField(default=False)  # the kubeconfig may switch off TLS verification
    plugin = models.CharField(max_length=32, blank=True)
    assumptions = models.JSONField(default=dict, blank=True)
    domain = models.CharField(max_length=253, default="cluster.local")
    interval = models.PositiveIntegerField(
        null=True, blank=True, validators=[MinValueValidator(30)]
    )  # seconds
    retention = models.CharField(max_length=8, blank=True)  # `retention.py`; empty: settings.RETENTION
    enabled = models.BooleanField(default=True)
    watch = models.BooleanField(default=False)  # take a snapshot whenever something changes (`watching`)
    next_due = models.DateTimeField(null=True, blank=True)
    created = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["slug"]
        indexes = [models.Index(fields=["next_due"], condition=Q(enabled=True), name="cluster_due")]

    def __str__(self) -> str:
        return self.slug


class WatchLease(models.Model):
    """Which process watches a cluster (`watching.lease`). `trouble`: what keeps it from that, or empty."""

    cluster = models.OneToOneField(Cluster, models.CASCADE, related_name="watch_lease")
    holder = models.CharField(max_length=32)
    until = models.DateTimeField()
    trouble = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"{self.cluster.slug} watched by {self.holder}"


class Content(models.Model):
    """The canonical JSON of one object's pruned manifest, keyed by its sha256."""

    sha256 = models.CharField(primary_key=True, max_length=64)
    # Text, not jsonb: what was hashed is kept to the byte, and escaped NULs are legal.
    body = models.TextField()

    def __str__(self) -> str:
        return self.sha256


class Placement(models.Model):
    """Which pod stood where: compressed JSON, shared by the snapshots in which nothing moved.

    With a `base`, only what differs from it; a base has none itself (`placements.py`).
    """

    sha256 = models.CharField(primary_key=True, max_length=64)
    base = models.ForeignKey("self", models.PROTECT, null=True, related_name="over")
    data = models.BinaryField()

    def __str__(self) -> str:
        return self.sha256


class Snapshot(models.Model):
    """One reading of a cluster: first an order to a worker, then what was read.

    `holder` and `wake_at` keep two workers off one snapshot (`hold.py`): a worker owns it while its own name
    is in `holder`, and when `wake_at` passes before the end, the scheduler hands it out again.
    `evaluated_with`: the plugin, assumptions and cluster domain that its answers rest on.
    """

    class State(models.TextChoices):
        QUEUED = "queued"
        RUNNING = "running"
        COMPLETE = "complete"
        PARTIAL = "partial"
        FAILED = "failed"

    UNFINISHED = (State.QUEUED, State.RUNNING)
    STORED = (State.COMPLETE, State.PARTIAL)

    cluster = models.ForeignKey(Cluster, models.CASCADE, related_name="snapshots")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.QUEUED)
    step = models.CharField(max_length=120, blank=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(null=True)
    error = models.TextField(blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    holder = models.CharField(max_length=32, blank=True)
    wake_at = models.DateTimeField(null=True)

    requested = models.DateTimeField(default=timezone.now)
    started = models.DateTimeField(null=True)
    finished = models.DateTimeField(null=True)

    coverage = models.JSONField(default=dict)  # {"read": {kind: count}, "unread": [...], "problems": [...]}
    counts = models.JSONField(default=dict)  # {"namespaces", "workloads", "pods", "services", "policies"}
    evaluated_with = models.JSONField(default=dict)  # {"plugin", "assumptions", "domain"}
    placement = models.ForeignKey(Placement, models.PROTECT, null=True, related_name="snapshots")
    digest = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["cluster", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["cluster", "number"], name="snapshot_number"),
            models.UniqueConstraint(
                fields=["cluster"],
                condition=Q(state__in=["queued", "running"]),
                name="snapshot_one_unfinished_a_cluster",
            ),
        ]
        indexes = [
            models.Index(fields=["cluster", "state", "-number"], name="snapshot_latest"),
            models.Index(
                fields=["wake_at"], condition=Q(state__in=["queued", "running"]), name="snapshot_wake"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cluster.slug} #{self.number}"

    @property
    def is_stored(self) -> bool:
        return self.state in self.STORED


class ObjectVersion(models.Model):
    """One object as it stood from snapshot `first` to snapshot `last` (empty: it still stands)."""

    cluster = models.ForeignKey(Cluster, models.CASCADE, related_name="versions")
    api_version = models.CharField(max_length=253)
    kind = models.CharField(max_length=253)
    namespace = models.CharField(max_length=253, blank=True)
    name = models.CharField(max_length=320)
    content = models.ForeignKey(Content, models.PROTECT, related_name="versions")
    first = models.PositiveIntegerField()
    last = models.PositiveIntegerField(null=True)

    class Meta:
        ordering = ["kind", "namespace", "name", "first"]
        constraints = [
            models.UniqueConstraint(
                fields=["cluster", "api_version", "kind", "namespace", "name"],
                condition=Q(last__isnull=True),
                name="version_one_standing",
            ),
        ]
        indexes = [models.Index(fields=["cluster", "last", "first"], name="version_standing")]

    def __str__(self) -> str:
        parts = (self.kind, self.namespace, self.name)
        return "/".join(part for part in parts if part)
