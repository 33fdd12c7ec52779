"""What pruning costs: `python -m benchmarks.retention [--namespaces 5000] [--snapshots 6]`.

A generated cluster gets 20 changes between two snapshots, each stored as the worker stores it in a new SQLite
database. Then all but the newest two are pruned at once, what they alone told of the beginning of things is
kept, and since when some edges are as they are is asked again: it must be what it was. Prints the processor's
seconds, the bytes, and the most memory that was taken so far.
"""

from __future__ import annotations

import argparse
import os
import resource
import tempfile
from pathlib import Path
from random import Random
from time import process_time
from typing import TYPE_CHECKING

from benchmarks.edits import Editor
from benchmarks.generate import generate_cluster
from benchmarks.reviews import set_up

if TYPE_CHECKING:
    from apps.snapshots.models import Snapshot

CHANGES = 20
ASKED = 50
LEFT = 2


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--namespaces", type=int, default=5000)
    parser.add_argument("--snapshots", type=int, default=6)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"PORTOLAN_DATA_DIR": folder, "DJANGO_SETTINGS_MODULE": "dashboard.settings"}
        set_up()
        newest = _store(options.namespaces, options.snapshots)
        _measure(newest, Path(folder))


def _store(size: int, count: int) -> Snapshot:
    from apps.reachability.take import snapshot_from_reading
    from apps.snapshots.clusters import add_cluster, change_cluster
    from apps.snapshots.reading import Reading, ReadObject

    editor = Editor(generate_cluster(size, 2 * size, 4 * size, size, 2 * size, seed=7), seed=2)
    cluster = add_cluster(name="Pruned", source="manifests")
    for number in range(count):
        if number:
            editor.edit(CHANGES)
        objects = [ReadObject(body) for body in editor.objects]
        newest = snapshot_from_reading(cluster, Reading(objects=objects))
    _told(f"storing {count} snapshots")
    change_cluster(cluster, retention=str(LEFT))
    return newest


def _measure(newest: Snapshot, folder: Path) -> None:
    from apps.reachability.history.rows import ports_standing
    from apps.reachability.retention.prune import prune_step

    keys = Random(3).sample(sorted(ports_standing(newest.cluster_id)), ASKED)
    before = [_since(newest, key) for key in keys]
    size, start = _bytes(folder), process_time()
    gone = prune_step(newest.cluster)
    _told(f"pruning {gone} of them", process_time() - start)
    if [_since(newest, key) for key in keys] != before:
        raise SystemExit("pruning lost since when an edge is as it is")
    print(f"{size / 1e6:.1f} MB before, {_bytes(folder) / 1e6:.1f} MB after")


def _since(newest: Snapshot, key: tuple[str, str, int, str]) -> tuple[int, int | None]:
    """Of the edge from the Service's own namespace."""
    from apps.reachability.history.edge import edge_history
    from apps.reachability.history.rows import Key

    history = edge_history(newest, key[0], Key(*key))
    return history.now.first, history.open_since


def _bytes(folder: Path) -> int:
    """What is in use: SQLite keeps what becomes free for its next rows."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return sum(file.stat().st_size for file in folder.iterdir() if file.is_file())


def _told(what: str, seconds: float | None = None) -> None:
    took = process_time() if seconds is None else seconds
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{what:<24}{took:8.2f} s   at most {peak:5.0f} MB so far", flush=True)


if __name__ == "__main__":
    main()
