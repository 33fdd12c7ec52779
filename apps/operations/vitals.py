"""How Portolan itself is: its database, its queue, its scheduler and the snapshots of each cluster."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from celery import current_app
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Count, Max, QuerySet
from django.utils import timezone
from kombu.exceptions import ChannelError

from apps.reachability.models import TimelineStep
from apps.snapshots.models import Cluster, Snapshot

from .models import Pulse
from .tasks import SCHEDULER

_log = logging.getLogger(__name__)

_BROKER_PATIENCE = 2  # seconds
_QUEUE = "celery"


@dataclass(frozen=True, slots=True)
class Queue:
    """The broker: `messages` that wait there, or why it cannot be asked."""

    messages: int | None
    error: str = ""


@dataclass(frozen=True, slots=True)
class ClusterVitals:
    """One cluster's snapshots. `failures`: how many failed in the last 24 hours. `edges`: of the newest, by
    verdict."""

    cluster: Cluster
    newest: Snapshot | None  # that holds objects
    last: Snapshot | None  # of any state
    failures: int
    edges: Mapping[str, int]

    @property
    def age(self) -> timedelta | None:
        return timezone.now() - self.newest.finished if self.newest and self.newest.finished else None

    @property
    def duration(self) -> timedelta | None:
        newest = self.newest
        if newest is None or newest.started is None or newest.finished is None:
            return None
        return newest.finished - newest.started

    @property
    def is_late(self) -> bool:
        """Due by its own interval, and twice that time has passed."""
        interval = self.cluster.interval
        if not interval or not self.cluster.enabled or self.cluster.source == Cluster.Source.MANIFESTS:
            return False
        since = self.newest.finished if self.newest and self.newest.finished else self.cluster.created
        return timezone.now() - since > timedelta(seconds=2 * interval)


def database_error() -> str:
    """Why the database cannot serve; empty when it can."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        return "" if _is_migrated() else "the database waits for its migrations"
    except DatabaseError:
        return "the database does not answer"


def queue() -> Queue:
    try:
        with current_app.connection_for_write(connect_timeout=_BROKER_PATIENCE) as broker:
            broker.ensure_connection(max_retries=1, interval_start=0, timeout=_BROKER_PATIENCE)
            channel: Any = broker.channel()
            return Queue(channel.queue_declare(_QUEUE, passive=True).message_count)
    except ChannelError:
        return Queue(0)  # nothing was ever sent
    except Exception:  # each transport has errors of its own
        _log.warning("the broker does not answer", exc_info=True)
        return Queue(None, "the broker does not answer")


def pulses() -> dict[str, datetime]:
    """When each part last gave a sign of life, the scheduler first."""
    found = dict(Pulse.objects.order_by("part").values_list("part", "at"))
    return {part: found[part] for part in sorted(found, key=lambda part: (part != SCHEDULER, part))}


def scheduler_error() -> str:
    """Why nothing is taken on schedule; empty when ticks arrive."""
    at = pulses().get(SCHEDULER)
    if at is None:
        return "the scheduler has given no sign of life yet"
    silent = timezone.now() - at
    if silent > timedelta(seconds=4 * settings.SCHEDULER_TICK):
        return f"the scheduler has been silent for {int(silent.total_seconds())} s"
    return ""


def newest_age() -> int | None:
    """Seconds since any cluster's newest stored snapshot ended."""
    newest = Snapshot.objects.filter(state__in=Snapshot.STORED).aggregate(at=Max("finished"))["at"]
    return int((timezone.now() - newest).total_seconds()) if newest else None


def clusters() -> list[ClusterVitals]:
    """Every cluster's snapshots, in a fixed number of queries."""
    day_ago = timezone.now() - timedelta(days=1)
    stored = _newest_of(Snapshot.objects.filter(state__in=Snapshot.STORED))
    edges = _edges_of(stored)
    last = _newest_of(Snapshot.objects.all())
    recent = Snapshot.objects.filter(state=Snapshot.State.FAILED, finished__gt=day_ago).order_by()
    failed = dict(recent.values_list("cluster").annotate(Count("pk")))
    return [
        ClusterVitals(
            each, stored.get(each.pk), last.get(each.pk), failed.get(each.pk, 0), edges.get(each.pk, {})
        )
        for each in Cluster.objects.all()
    ]


def _newest_of(snapshots: QuerySet[Snapshot]) -> dict[int, Snapshot]:
    numbers = snapshots.order_by().values("cluster").annotate(newest=Max("number"))
    wanted = {(row["cluster"], row["newest"]) for row in numbers}
    found = Snapshot.objects.filter(number__in={number for _, number in wanted}).defer("coverage")
    return {each.cluster_id: each for each in found if (each.cluster_id, each.number) in wanted}


def _edges_of(newest: Mapping[int, Snapshot]) -> dict[int, dict[str, int]]:
    """As they were counted when the snapshots were stored; nothing is computed for it."""
    steps = TimelineStep.objects.filter(number__in={each.number for each in newest.values()}).order_by()
    found = steps.values_list("cluster_id", "number", "edges")
    return {
        pk: edges for pk, number, edges in found if pk in newest and newest[pk].number == number and edges
    }


_migrated: list[bool] = []


def _is_migrated() -> bool:
    """Asked until it is once true: nobody takes migrations back under a running server."""
    if not _migrated:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return False
        _migrated.append(True)
    return True
