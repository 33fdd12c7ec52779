"""First answers about a large cluster: `python -m benchmarks.first_answers [--namespaces 5000]`.

A generated cluster and the same after twenty changes are stored as two snapshots by a process of its own.
Then each question is asked over REST twice, in this order: CPU seconds of the whole request the first time,
which works out what the questions before it had no need of, and again. Last the content of the full report,
once.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from collections.abc import Callable
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from time import process_time
from typing import TYPE_CHECKING, Any

from benchmarks.edits import Editor
from benchmarks.generate import generate_cluster
from benchmarks.reviews import set_up

if TYPE_CHECKING:
    from django.test import Client

CHANGES = 20
BASE = "/api/v1/clusters/large/snapshots/2/"
DNS = "target=kube-system/kube-dns&port=53&protocol=UDP"
QUESTIONS = {
    "overview, read and evaluated": "graph/",
    "who reaches a Service": "graph/?focus=kube-system/kube-dns",
    "what a namespace reaches": "graph/?focus=team-000-1&direction=from",
    "graph of a broad filter": "graph/?q=verdict:unrestricted",
    "matrix, 500 x 500": "matrix/?row_limit=500&column_limit=500",
    "matrix by class": "matrix/?by=class&row_limit=500&column_limit=500",
    "matrix by Service": "matrix/?by=service&row_limit=500&column_limit=500",
    "a page of edges": "reach/?limit=100",
    "an edge explained": f"explain/?source=team-000-1&{DNS}",
    "history of an edge": f"history/?source=team-000-1&{DNS}",
    "namespaces": "namespaces/",
    "findings": "findings/",
    "three hops": "paths/?source=team-000-1&hops=3",
    "three hops on any port": "paths/?source=team-000-1&hops=3&any_port=true",
    "graph against another snapshot": "graph/?against=1",
    "what differs, and why": "diff/?against=1",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--namespaces", type=int, default=5000)
    size = parser.parse_args().namespaces
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"PORTOLAN_DATA_DIR": folder, "DJANGO_SETTINGS_MODULE": "dashboard.settings"}
        os.environ.pop("DATABASE_URL", None)
        storing = get_context("spawn").Process(target=_store, args=(size,))
        storing.start()
        storing.join()
        if storing.exitcode:
            raise SystemExit("the snapshots could not be stored")
        (Path(folder) / "static").mkdir()
        set_up()
        print(f"{size:,} namespaces, CPU seconds{'first':>17}{'again':>9}")
        client = _reader()
        for name, path in QUESTIONS.items():
            _told(name, partial(_ask, client, BASE + path))
        print(f"{'content of the full report':<36}{_seconds(_report):>9.2f}")


def _store(size: int) -> None:
    set_up()
    from apps.reachability.take import snapshot_from_reading
    from apps.snapshots.clusters import add_cluster
    from apps.snapshots.reading import Reading, ReadObject

    objects = generate_cluster(size, 3 * size, 3 * size, 2 * size, 2 * size, seed=1)
    cluster, editor = add_cluster(name="Large", source="manifests"), Editor(objects, seed=1)
    for changes in (0, CHANGES):
        editor.edit(changes)
        snapshot_from_reading(cluster, Reading([ReadObject(body) for body in objects]))


def _reader() -> Client:
    from django.conf import settings
    from django.contrib.auth.models import User
    from django.test import Client

    settings.ALLOWED_HOSTS.append("testserver")
    client = Client()
    client.force_login(User.objects.create_superuser("ann"))
    return client


def _ask(client: Client, address: str) -> None:
    answer = client.get(address)
    if answer.status_code != 200:
        raise SystemExit(f"{address}: {answer.status_code} {answer.content[:500]!r}")


def _report() -> Any:
    from apps.reports.contents import tell_report
    from apps.reports.options import Options
    from apps.snapshots.queries import find_snapshot

    snapshot = find_snapshot("large")
    assert snapshot
    return tell_report(snapshot, Options())


def _told(name: str, ask: Callable[[], object]) -> None:
    print(f"{name:<36}" + "".join(f"{_seconds(ask):>9.2f}" for _ in range(2)), flush=True)


def _seconds(run: Callable[[], object]) -> float:
    start = process_time()
    run()
    return process_time() - start


if __name__ == "__main__":
    main()
