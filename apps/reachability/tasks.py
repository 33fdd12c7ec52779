"""What the worker does. Messages carry ids only, and may come twice, late or never."""

from __future__ import annotations

import logging
import time
from functools import partial

from celery import shared_task
from django.db import transaction
from kombu.exceptions import OperationalError

from apps.snapshots.clusters import ClusterRefused
from apps.snapshots.models import Cluster, Snapshot
from apps.snapshots.schedule import claim_due_clusters, claim_stalled_snapshots, order_snapshot

from .retention.prune import prune_step
from .take import run_snapshot

_PRUNE_SECONDS = 120
_log = logging.getLogger(__name__)


@shared_task
def take_snapshot(snapshot_id: int) -> None:
    run_snapshot(snapshot_id)


@shared_task
def enqueue_due_clusters() -> None:
    """The scheduler's tick: orders what is due and sends again what nobody works on."""
    for cluster in claim_due_clusters():
        request_snapshot(cluster)
    for snapshot_id in claim_stalled_snapshots():
        _send(snapshot_id)


@shared_task
def prune_snapshots() -> None:
    """Removes what the clusters' retention lets go, in steps; what is left when time is up waits."""
    end = time.monotonic() + _PRUNE_SECONDS
    for cluster in Cluster.objects.all():
        while time.monotonic() < end and prune_step(cluster):
            pass


def request_snapshot(cluster: Cluster) -> Snapshot:
    """The cluster's unfinished snapshot; without one, a new one, sent to a worker when the transaction ends.

    Raises ClusterRefused for a cluster of manifests.
    """
    if cluster.source == Cluster.Source.MANIFESTS:
        raise ClusterRefused("source", "this cluster is known by uploaded manifests only; upload newer ones")
    snapshot, is_new = order_snapshot(cluster)
    if is_new:
        transaction.on_commit(partial(_send, snapshot.pk))
    return snapshot


def _send(snapshot_id: int) -> None:
    try:
        take_snapshot.delay(snapshot_id)
    except OperationalError:
        # The row is the order; the scheduler sends it again when the broker is back.
        _log.warning("snapshot %s: no broker to send it to", snapshot_id, exc_info=True)
