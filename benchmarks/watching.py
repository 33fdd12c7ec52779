"""From a policy at the API server to the stored answer: `python -m benchmarks.watching [--namespaces 500]`.

A fake API server in a process of its own sends a generated cluster. A watcher and a worker take turns in this
process, over a new SQLite database; after the first snapshot, policies are added one after the other. Prints
the seconds, by the clock and of the processor, from each addition until a snapshot with it is stored, and the
processor's that a web process then needs to answer from it. Between two orders the watcher may wait 2 s.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import tempfile
import time
from multiprocessing.connection import Connection
from statistics import median
from typing import TYPE_CHECKING, Any

from benchmarks.generate import generate_cluster
from benchmarks.reviews import set_up

if TYPE_CHECKING:
    from apps.snapshots.models import Cluster, Snapshot

CHANGES = 5
PATIENCE = 600.0  # seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--namespaces", type=int, default=500)
    size = parser.parse_args().namespaces
    spawn = multiprocessing.get_context("spawn")
    ours, theirs = spawn.Pipe()
    server = spawn.Process(target=_serve, args=(size, theirs), daemon=True)
    server.start()
    kubeconfig, spaces = ours.recv()
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"PORTOLAN_DATA_DIR": folder, "DJANGO_SETTINGS_MODULE": "dashboard.settings"}
        set_up()
        try:
            _measure(kubeconfig, spaces, ours)
        finally:
            server.terminate()


def _serve(size: int, channel: Connection) -> None:
    from tests.fakes.kube_api import KubeApi

    objects = generate_cluster(size, 2 * size, 4 * size, size, 2 * size, seed=7)
    spaces = [each["metadata"]["name"] for each in objects if each["kind"] == "Namespace"]
    with KubeApi(objects) as api:
        channel.send((api.kubeconfig(), spaces[:CHANGES]))
        while True:
            api.store.add(channel.recv())


def _measure(kubeconfig: str, spaces: list[str], channel: Connection) -> None:
    from apps.reachability.watch_clusters import Watcher
    from apps.snapshots.clusters import add_cluster

    cluster = add_cluster(name="Watched", source="kubeconfig", kubeconfig=kubeconfig, watch=True)
    watcher = Watcher()
    try:
        _turns(watcher, cluster, "")
        _rest(watcher)
        figures = [_change(watcher, cluster, space, channel) for space in spaces]
    finally:
        watcher.end()
    wall, processor, asked = (median(column) for column in zip(*figures, strict=True))
    print(f"from the change until it is stored {wall:8.2f} s, of which the processor {processor:.2f} s")
    print(f"and until a web process answers it {asked:8.2f} s of the processor")


def _change(watcher: Any, cluster: Cluster, space: str, channel: Connection) -> tuple[float, float, float]:
    from apps.reachability.queries import load_reach

    wall, processor = time.perf_counter(), time.process_time()
    channel.send(_policy(space))
    snapshot = _turns(watcher, cluster, space)
    took = time.perf_counter() - wall, time.process_time() - processor
    processor = time.process_time()
    load_reach(snapshot)
    asked = time.process_time() - processor
    _rest(watcher)
    return *took, asked


def _policy(space: str) -> dict[str, Any]:
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": "watched", "namespace": space},
        "spec": {"podSelector": {}, "policyTypes": ["Ingress"]},
    }


def _turns(watcher: Any, cluster: Cluster, space: str) -> Snapshot:
    """What `manage.py watch` and a worker do, until the policy in this namespace is stored."""
    from apps.reachability.take import run_snapshot
    from apps.snapshots.models import Snapshot
    from apps.snapshots.queries import latest_complete

    wanted = {"kind": "NetworkPolicy", "namespace": space, "name": "watched"} if space else {}
    ends = time.monotonic() + PATIENCE
    while time.monotonic() < ends:
        watcher.tick()
        for waiting in Snapshot.objects.filter(cluster=cluster, state=Snapshot.State.QUEUED):
            run_snapshot(waiting.pk)
        if cluster.versions.filter(**wanted).exists() and (newest := latest_complete(cluster)):
            return newest
        time.sleep(0.02)
    raise SystemExit("the change was never stored")


def _rest(watcher: Any) -> None:
    """Until what the first lists told of, or the last change did, orders nothing more."""
    from apps.reachability.take import run_snapshot
    from apps.snapshots.models import Snapshot

    ends = time.monotonic() + 4.0
    while time.monotonic() < ends:
        watcher.tick()
        for waiting in Snapshot.objects.filter(state=Snapshot.State.QUEUED):
            run_snapshot(waiting.pk)
            ends = time.monotonic() + 4.0
        time.sleep(0.02)


if __name__ == "__main__":
    main()
