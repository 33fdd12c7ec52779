"""Threads with connections of their own, on a database of their own, all at once: each thing happens once."""

from __future__ import annotations

import json
from pathlib import Path

from tests.dashboard.running import Portolan, own_services

RACE = """
import json
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from apps.reachability.take import snapshot_from_reading
from apps.snapshots.clusters import add_cluster
from apps.snapshots.hold import take_hold
from apps.snapshots.models import ObjectVersion, Snapshot
from apps.snapshots.reading import Reading, ReadObject
from apps.snapshots.schedule import claim_due_clusters, claim_stalled_snapshots, order_snapshot

call_command("migrate", verbosity=0)
live = add_cluster(name="live", source="in-cluster", interval=60)
files = add_cluster(name="files", source="manifests")
namespace = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "a"}}

def race(act, runners=6):
    start = Barrier(runners)
    def run(_):
        try:
            connection.ensure_connection()
            start.wait()
            return act()
        finally:
            connection.close()
    with ThreadPoolExecutor(runners) as pool:
        return list(pool.map(run, range(runners)))

said = {}
said["due"] = sum(len(each) for each in race(claim_due_clusters))
ordered = race(lambda: order_snapshot(live))
said["ordered"] = len({each.pk for each, _ in ordered})
said["new"] = sum(is_new for _, is_new in ordered)
said["held"] = sum(hold is not None for hold in race(lambda: take_hold(ordered[0][0].pk)))
Snapshot.objects.update(wake_at=timezone.now())
said["stalled"] = sum(len(each) for each in race(claim_stalled_snapshots))
uploads = race(lambda: snapshot_from_reading(files, Reading([ReadObject(namespace)])))
said["uploads"] = sorted(each.number for each in uploads)
said["versions"] = ObjectVersion.objects.count()
print(json.dumps(said))
"""


def test_each_thing_happens_once(tmp_path: Path) -> None:
    with own_services() as services:
        said = Portolan(tmp_path / "data", **services).shell(RACE)

    assert json.loads(said.splitlines()[-1]) == {
        "due": 1,
        "ordered": 1,
        "new": 1,
        "held": 1,
        "stalled": 1,
        "uploads": [1, 2, 3, 4, 5, 6],
        "versions": 1,
    }
