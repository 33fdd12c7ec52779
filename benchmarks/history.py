"""What a history costs: `python -m benchmarks.history [--snapshots 40] [--full]` (`--full`: 1,000 snapshots).

A cluster of 500 namespaces, 1,500 workloads, 3,000 pods, 500 Services and 1,000 policies gets 20 changes
between two snapshots (`benchmarks/edits.py`), each stored as the worker stores it, in a new SQLite database.
Prints the bytes of the first snapshot, of each further one and of an unchanged one, the size that 1,000
snapshots come to (growth is even, so that fewer tell it too), and the times of storing, of differences
between snapshots far apart and near, and of the past of an edge. Times are the processor's, medians.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from collections.abc import Callable, Sequence
from functools import partial
from random import Random
from statistics import median
from time import process_time
from typing import TYPE_CHECKING

from benchmarks.edits import Editor
from benchmarks.generate import generate_cluster

if TYPE_CHECKING:
    from apps.snapshots.models import Cluster, Snapshot

CHANGES = 20
FULL = 1000
RUNS = 15


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--snapshots", type=int, default=40)
    parser.add_argument("--full", action="store_true", help=f"{FULL} snapshots")
    options = parser.parse_args()
    count = FULL if options.full else max(3, options.snapshots)
    with tempfile.TemporaryDirectory() as folder:
        _set_up(folder)
        _measure(count)


def _set_up(folder: str) -> None:
    """A new database; the settings are read once, so this comes before anything of Django's."""
    os.environ |= {"PORTOLAN_DATA_DIR": folder, "DJANGO_SETTINGS_MODULE": "dashboard.settings"}
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


def _measure(count: int) -> None:
    from apps.snapshots.clusters import add_cluster

    objects = generate_cluster(500, 1500, 3000, 500, 1000, seed=1)
    editor = Editor(objects, seed=2)
    cluster = add_cluster(name="History", source="manifests")
    first = _store(cluster, editor)[0]
    sizes, seconds = [_size()], []
    for _ in range(count - 1):
        editor.edit(CHANGES)
        last, took = _store(cluster, editor)
        seconds.append(took)
    sizes.append(_size())
    for _ in range(20):
        last, _ = _store(cluster, editor)
    sizes.append(_size())
    each = (sizes[1] - sizes[0]) / (count - 1)
    print(f"first snapshot             {sizes[0] / 1e6:8.2f} MB")
    print(f"each with {CHANGES} changes       {each / 1e3:8.2f} kB")
    print(f"each unchanged             {(sizes[2] - sizes[1]) / 20:8.0f} bytes")
    print(f"{count} snapshots {'':<14}{sizes[1] / 1e6:8.2f} MB")
    print(f"{FULL} snapshots at that rate{(sizes[0] + each * (FULL - 1)) / 1e6:8.2f} MB")
    print(f"storing one                {median(seconds):8.3f} s")
    _ask(first, last)


def _ask(first: Snapshot, last: Snapshot) -> None:
    """Differences of counts and edges, and since when an edge is as it is."""
    from apps.reachability.history.edge import edge_history
    from apps.reachability.history.outcomes import compare_stored
    from apps.reachability.history.rows import ports_standing

    random, cluster = Random(3), first.cluster_id
    pairs = [sorted(random.sample(range(1, last.number), 2)) for _ in range(RUNS)]
    keys = random.sample(sorted(ports_standing(cluster)), RUNS)
    _print("difference, any two", [partial(_edges, cluster, *pair) for pair in pairs])
    _print("difference, first and last", [partial(_edges, cluster, 1, last.number)] * RUNS)
    _print("difference, neighbours", [partial(_edges, cluster, high, high + 1) for _, high in pairs])
    _print("past of an edge", [partial(edge_history, last, key.namespace, key) for key in keys])
    print(f"first and last differ in    {compare_stored(cluster, 1, last.number).counts}")


def _edges(cluster: int, before: int, after: int) -> int:
    """Counts all edges of a difference, and makes a page of them."""
    from itertools import islice

    from apps.reachability.history.outcomes import compare_stored

    diff = compare_stored(cluster, before, after)
    return sum(diff.counts.values()) + len(list(islice(diff.edges(), 500)))


def _print(what: str, questions: Sequence[Callable[[], object]]) -> None:
    times = []
    for ask in questions:
        start = process_time()
        ask()
        times.append(process_time() - start)
    print(f"{what:<27}{median(times):8.3f} s, at most {max(times):.3f} s")


def _store(cluster: Cluster, editor: Editor) -> tuple[Snapshot, float]:
    """The next snapshot, as the worker stores it, and the seconds that took."""
    from django.db import transaction

    from apps.engine import assumptions_for, compute_reach, parse_cluster
    from apps.reachability.analyse import store_reach
    from apps.reachability.history.timeline import note_step
    from apps.snapshots.collect import store_reading
    from apps.snapshots.gather import gather
    from apps.snapshots.models import Snapshot
    from apps.snapshots.reading import Reading, ReadObject
    from apps.snapshots.schedule import next_number

    gathered = gather(Reading(objects=[ReadObject(body) for body in editor.objects]))
    reach = compute_reach(parse_cluster(gathered.bodies()), assumptions_for("", {}))
    start = process_time()
    with transaction.atomic():
        snapshot = Snapshot(cluster=cluster, number=next_number(cluster))
        store_reading(snapshot, gathered)
        store_reach(snapshot, reach)
        note_step(snapshot, reach)
    return snapshot, process_time() - start


def _size() -> int:
    """Bytes in use."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("PRAGMA page_count")
        pages = cursor.fetchone()[0]
        cursor.execute("PRAGMA freelist_count")
        return int((pages - cursor.fetchone()[0]) * 4096)


if __name__ == "__main__":
    main()
