"""Many clusters at once: `python -m benchmarks.many_clusters [--clusters 200] [--workers 3]`.

Workers of two processes over a PostgreSQL and a Redis of their own, and fake API servers. Of the clusters one
is slow (each answer takes seconds), one dead (nobody listens), one silent (it takes connections, no more).
All are due at the same instant. Prints how long each sort waited for a worker and for its snapshot, and how
many snapshots of one cluster ran at the same time at most (never more than one).
"""

from __future__ import annotations

import argparse
import logging
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from benchmarks.generate import generate_cluster
from tests.dashboard.running import ROOT, until
from tests.fakes.kube_api import Fault, KubeApi
from tests.services import fresh_services

if TYPE_CHECKING:
    from apps.snapshots.models import Snapshot

SLOW = 3.0  # seconds for each answer of the slow one
PATIENCE = 600.0  # seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clusters", type=int, default=200)
    parser.add_argument("--workers", type=int, default=3)
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # ends all that was started, too
    with fresh_services(disk="1g") as (folder, postgresql, redis), ExitStack() as stack:
        os.environ |= {
            "DATABASE_URL": postgresql.url,
            "REDIS_URL": redis.url,
            "PORTOLAN_DATA_DIR": str(folder),
            "DJANGO_SETTINGS_MODULE": "dashboard.settings",
            "SCHEDULER_TICK": "1",
        }
        add_clusters(options.clusters, stack)
        measure(folder, options.workers, stack)


def add_clusters(count: int, stack: ExitStack) -> None:
    """One API server answers for all healthy ones; the others have one each."""
    subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=ROOT, check=True)
    import django

    django.setup()
    logging.disable(logging.WARNING)
    from apps.snapshots.clusters import add_cluster

    made = generate_cluster(20, 60, 120, 40, 40, seed=1)
    objects = [body for body in made if body["kind"] != "Deployment"]
    healthy, slow = (stack.enter_context(KubeApi(objects, token="t0ken")) for _ in range(2))
    slow.faults["*"] = Fault(delay=SLOW)
    silent = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
    kubeconfig = healthy.kubeconfig()
    servers = {
        "slow": slow.kubeconfig(),
        "silent": kubeconfig.replace(healthy.url, f"http://127.0.0.1:{silent.getsockname()[1]}"),
        "dead": kubeconfig.replace(healthy.url, "http://127.0.0.1:1"),
    }
    for name in [*servers, *(f"healthy {number}" for number in range(count - len(servers)))]:
        add_cluster(
            name=name, source="kubeconfig", kubeconfig=servers.get(name, kubeconfig), interval=100_000
        )


def measure(folder: Path, workers: int, stack: ExitStack) -> None:
    from apps.snapshots.models import Cluster, Snapshot

    celery = [sys.executable, "-m", "celery", "-A", "dashboard.celery"]
    worker = [*celery, "worker", "--concurrency", "2", "--without-gossip", "--without-mingle"]
    processes = [start(folder, f"worker{number}", [*worker, "-n", f"w{number}"]) for number in range(workers)]
    processes.append(
        start(folder, "beat", [*celery, "beat", "--schedule", str(folder / "beat"), "--pidfile="])
    )
    for each in processes:
        stack.callback(end, each)
    began = time.monotonic()
    count, most = Cluster.objects.count(), [0]

    def all_healthy_done() -> bool:
        running = list(Snapshot.objects.filter(state="running").values_list("cluster", flat=True))
        most[0] = max([most[0], *(running.count(each) for each in running)])
        return (
            Snapshot.objects.filter(state="complete", cluster__slug__startswith="healthy").count()
            == count - 3
        )

    until(all_healthy_done, PATIENCE, "all healthy clusters")
    took = time.monotonic() - began
    print(f"{count} clusters, {workers} workers of two: the healthy ones done after {took:.1f} s", flush=True)
    until(
        lambda: Snapshot.objects.filter(state="complete", cluster__slug="slow").exists(),
        PATIENCE,
        "the slow one",
    )
    tell(list(Snapshot.objects.select_related("cluster")), most[0])


def tell(snapshots: list[Snapshot], most: int) -> None:
    print(
        f"{'':10} {'waited for a worker: median':>28} {'longest':>9} {'then took: median':>19} {'longest':>9}"
    )
    for sort in ("healthy", "slow", "silent", "dead"):
        group = [each for each in snapshots if each.cluster.slug.startswith(sort)]
        waits = [(each.started - each.requested).total_seconds() for each in group if each.started]
        took = [
            (each.finished - each.started).total_seconds() for each in group if each.finished and each.started
        ]
        ended = f"{median(took):17.1f} s {max(took):7.1f} s" if took else f"{group[0].state:>19}"
        print(f"{sort:10} {median(waits):26.1f} s {max(waits):7.1f} s {ended}   {group[0].error[:60]}")
    print(
        f"snapshots of one cluster at the same time, at most: {most}; load average {os.getloadavg()[0]:.1f}"
    )


def start(folder: Path, name: str, command: list[str]) -> subprocess.Popen[bytes]:
    with (folder / f"{name}.log").open("wb") as log:
        return subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log, start_new_session=True)


def end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, 9)


if __name__ == "__main__":
    main()
