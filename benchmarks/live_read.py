"""How long reading a large cluster takes: `python -m benchmarks.live_read [--pods 20000] [--runs 5]`.

A fake API server in a process of its own sends pods of about 6 kB over HTTP, in pages of 500 and then all in
one, as a server does that ignores `limit`; each run reads them in a fresh process. Prints the medians; the
server's own work is in the wall time, not in the CPU time.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import resource
import statistics
import sys
import time
from multiprocessing.connection import Connection

from apps.snapshots.paging import PAGE
from tests.fakes.kube_api import KubeApi
from tests.fakes.kube_objects import namespace, pod


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pods", type=int, default=20_000)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    spawn = multiprocessing.get_context("spawn")
    ours, theirs = spawn.Pipe()
    server = spawn.Process(target=_serve, args=(options.pods, theirs), daemon=True)
    server.start()
    kubeconfig, size = ours.recv()
    for page in (PAGE, options.pods):
        runs = []
        for _ in range(options.runs):
            reader = spawn.Process(target=_read, args=(kubeconfig, options.pods, page, theirs))
            reader.start()
            runs.append(ours.recv())
            reader.join()
        _print(options.pods, size, page, runs)
    server.terminate()


def _serve(pods: int, channel: Connection) -> None:
    objects = [pod(f"team-{number % 300}", f"web-{number}", number=number) for number in range(pods)]
    with KubeApi([*(namespace(f"team-{number}") for number in range(300)), *objects]) as api:
        channel.send((api.kubeconfig(), len(json.dumps(objects[0], separators=(",", ":")))))
        while True:
            time.sleep(3600)


def _read(kubeconfig: str, pods: int, page: int, channel: Connection) -> None:
    import kubernetes.client  # noqa: F401  (about a second, once a worker)

    from apps.snapshots import paging
    from apps.snapshots.live import Access, read_cluster

    paging.PAGE = page
    before, wall, cpu = _peak(), time.perf_counter(), time.process_time()
    reading = read_cluster(Access(kubeconfig=kubeconfig), progress=lambda step, done, total: None)
    if sum(each.body["kind"] == "Pod" for each in reading.objects) != pods or reading.unread:
        sys.exit("the reading is not whole")
    channel.send((time.perf_counter() - wall, time.process_time() - cpu, _peak(), before))


def _peak() -> float:
    """MB, as Linux counts them (kB)."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _print(pods: int, size: int, page: int, runs: list[tuple[float, float, float, float]]) -> None:
    wall, cpu, peak, before = (statistics.median(column) for column in zip(*runs, strict=True))
    print(f"{pods} pods of {size} bytes, pages of {page}, medians of {len(runs)} runs")
    print(f"wall {wall:.2f} s   CPU {cpu:.2f} s   peak {peak:.0f} MB (before: {before:.0f} MB)")


if __name__ == "__main__":
    main()
