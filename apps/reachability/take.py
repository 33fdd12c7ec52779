"""Taking a snapshot: read, work out who reaches what, store both. All of it is stored, or nothing."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any

from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from apps.engine import Reach, assumptions_for, compute_reach, parse_cluster
from apps.engine.collector import collector_at_rest
from apps.snapshots.check import find_problems
from apps.snapshots.clusters import ClusterRefused, access_of, basis_of
from apps.snapshots.collect import SnapshotOvertaken, count_parts, store_reading
from apps.snapshots.credentials import CredentialLost
from apps.snapshots.gather import Gathered, gather
from apps.snapshots.hold import Hold, HoldLost, take_hold
from apps.snapshots.live import ClusterUnreachable, read_cluster
from apps.snapshots.models import Cluster, Snapshot
from apps.snapshots.reading import Problem, Reading
from apps.snapshots.schedule import next_number

from .analyse import store_reach
from .announce import announce
from .history.timeline import note_step

_log = logging.getLogger(__name__)


class ReadingRefused(ValueError):
    """Manifests that cannot be used. `problems` name every one with file, document, object and field."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class _Evaluated:
    """Everything that one snapshot stores, worked out before the first write."""

    gathered: Gathered
    basis: dict[str, Any]
    counts: dict[str, int]
    reach: Reach


def run_snapshot(snapshot_id: int) -> None:
    """Takes an ordered snapshot of a live cluster; its row says how that goes and ends.

    Does nothing if the snapshot is over or another worker has it, so it may be called at any time again.
    """
    hold = take_hold(snapshot_id)
    if hold is None:
        return
    try:
        with hold.beating():
            _run(hold)
    except HoldLost as lost:
        _log.warning("%s; its work is dropped", lost)


def snapshot_from_reading(cluster: Cluster, reading: Reading) -> Snapshot:
    """Stores manifests as the newest snapshot of their cluster, evaluated.

    Raises ReadingRefused if anything is wrong with them, and ClusterRefused for a cluster that is read live.
    """
    if cluster.source != Cluster.Source.MANIFESTS:
        raise ClusterRefused("source", "this cluster is read live; manifests need a cluster of their own")
    problems = find_problems(reading)
    if problems:
        raise ReadingRefused(problems)
    started = timezone.now()
    evaluated = _evaluate(gather(reading), basis_of(cluster))
    with transaction.atomic():
        snapshot = Snapshot(cluster=cluster, number=next_number(cluster), requested=started, started=started)
        _store(snapshot, evaluated)
    return snapshot


def _run(hold: Hold) -> None:
    try:
        _read_and_store(hold)
    except HoldLost:
        raise
    except ClusterUnreachable as failure:
        hold.put_back(str(failure))
    except (ClusterRefused, CredentialLost, SnapshotOvertaken) as refusal:
        hold.fail(str(refusal))
    except SoftTimeLimitExceeded:
        hold.fail(f"Not done after {settings.SNAPSHOT_TIMEOUT} s (SNAPSHOT_TIMEOUT), and stopped.")
    except Exception as error:
        hold.fail(f"Internal error: {type(error).__name__}: {error}. The worker's log has the details.")
        raise


def _read_and_store(hold: Hold) -> None:
    cluster = hold.snapshot.cluster
    hold.report("connecting")
    with collector_at_rest():  # also over what is let go at the end
        reading = read_cluster(access_of(cluster), progress=hold.report)
        hold.report("working out who reaches what")
        evaluated = _evaluate(gather(reading), basis_of(cluster))
        del reading
    hold.report("storing")
    with transaction.atomic():
        hold.confirm()
        _store(hold.snapshot, evaluated)


def _evaluate(gathered: Gathered, basis: dict[str, Any]) -> _Evaluated:
    parsed = parse_cluster(gathered.bodies(), unread=gathered.unread, domain=basis["domain"])
    assumptions = assumptions_for(basis["plugin"], basis["assumptions"])
    return _Evaluated(gathered, basis, count_parts(parsed), compute_reach(parsed, assumptions))


def _store(snapshot: Snapshot, evaluated: _Evaluated) -> None:
    snapshot.evaluated_with = evaluated.basis
    store_reading(snapshot, evaluated.gathered, counts=evaluated.counts)
    store_reach(snapshot, evaluated.reach)
    note_step(snapshot, evaluated.reach)
    announce(snapshot)
