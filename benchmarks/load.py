"""A web server under load: `python -m benchmarks.load [--seconds 30] [--clients 8]`.

A cluster of 500 namespaces in a PostgreSQL of its own, gunicorn as deployments start it, and clients on the
same machine that ask over kept connections with a token, one question after the other: edges, graphs, windows
of the matrix and reasons, of ever other names. Prints requests a second, the time of answers, errors,
and the memory of the web processes after a minute's warming (a tenth of short runs) and at the end; and the
CPU time that a request cost everybody, which says something on a busy machine too.
"""

from __future__ import annotations

import argparse
import http.client
import json
import logging
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Mapping
from contextlib import ExitStack
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import urlencode

from benchmarks.generate import generate_cluster
from tests.dashboard.running import descendants, free_port, until
from tests.services import fresh_services

API = "/api/v1/clusters/load/snapshots/latest"
SIZE = 500
Taken = tuple[str, float, int]  # kind of question, seconds, status (0: no answer)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--processes", type=int, default=2, help="of the web server")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # ends all that was started, too
    with fresh_services(disk="2g") as (folder, postgresql, redis), ExitStack() as stack:
        os.environ |= {
            "DATABASE_URL": postgresql.url,
            "REDIS_URL": redis.url,
            "PORTOLAN_DATA_DIR": str(folder),
            "DJANGO_SETTINGS_MODULE": "dashboard.settings",
        }
        token, edges = store()
        port, web = serve(folder, options.processes)
        stack.callback(end, web)
        warm(port, token)
        measure(port, token, edges, options, {"web": web.pid, "PostgreSQL": postgresql.pid})


# --- what is asked ---------------------------------------------------------------------------------


def store() -> tuple[str, list[dict[str, Any]]]:
    """The cluster, a viewer's token, and edges to ask about."""
    subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], check=True)
    import django

    django.setup()
    logging.disable(logging.WARNING)
    from django.contrib.auth.models import User

    import dashboard.celery  # noqa: F401  (what follows a snapshot is sent to its broker)
    from apps.access.models import ApiToken
    from apps.reachability.queries import plain_edges
    from apps.reachability.selection import EdgeFilter
    from apps.reachability.take import snapshot_from_reading
    from apps.snapshots.clusters import add_cluster
    from apps.snapshots.reading import Reading, ReadObject

    objects = generate_cluster(SIZE, 3 * SIZE, 6 * SIZE, 2 * SIZE, 2 * SIZE, seed=1)
    reading = Reading([ReadObject(body, None) for body in objects], [], [])
    snapshot = snapshot_from_reading(add_cluster(name="Load", source="manifests"), reading)
    _, token = ApiToken.objects.create(User.objects.create_user("program"), name="load")
    found = plain_edges(snapshot, EdgeFilter())
    dice = Random(1)
    chosen = [found[dice.randrange(len(found))] for _ in range(500)]
    return token, [
        {"source": each.source, "target": each.target, "port": each.port, "protocol": each.protocol}
        for each in chosen
    ]


def question(edge: dict[str, Any], dice: Random) -> tuple[str, str]:
    """A kind, and an address: of four, two ask for edges, one for a graph or the matrix, one why."""
    source, target = edge["source"], edge["target"]
    keys = {"source": source, "target": target, "port": edge["port"], "protocol": edge["protocol"]}
    match dice.randrange(8):
        case 0 | 1:
            return "reach", f"{API}/reach/?{urlencode({'source': source})}"
        case 2 | 3:
            return "reach", f"{API}/reach/?{urlencode({'target': target, 'verdict': 'allowed,partial'})}"
        case 4:
            return "graph", f"{API}/graph/?{urlencode({'focus': target, 'direction': 'to'})}"
        case 5:
            start = {"row_offset": dice.randrange(SIZE - 50), "column_offset": dice.randrange(SIZE - 50)}
            return "matrix", f"{API}/matrix/?{urlencode({**start, 'row_limit': 50, 'column_limit': 50})}"
        case _:
            return "explain", f"{API}/explain/?{urlencode(keys)}"


def ask(
    port: int, token: str, edges: list[dict[str, Any]], seed: int, until_: float, out: Connection
) -> None:
    """One client; sends what it took when time is up."""
    taken: list[Taken] = []
    dice = Random(seed)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    while time.monotonic() < until_:
        kind, path = question(dice.choice(edges), dice)
        began = time.perf_counter()
        try:
            connection.request("GET", path, headers={"Authorization": f"Token {token}"})
            answer = connection.getresponse()
            status = answer.status if json.loads(answer.read()) else 0
        except (OSError, http.client.HTTPException, ValueError):
            status = 0
            connection.close()
        taken.append((kind, time.perf_counter() - began, status))
    out.send(taken)


# --- who answers -----------------------------------------------------------------------------------


def serve(folder: Path, processes: int) -> tuple[int, subprocess.Popen[bytes]]:
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "dashboard.wsgi:application", "--bind", f"127.0.0.1:{port}"]
    threads = ["--worker-class", "gthread", "--workers", str(processes), "--threads", "4", "--preload"]
    with (folder / "web.log").open("wb") as log:
        return port, subprocess.Popen([*command, *threads], stdout=log, stderr=log)


def warm(port: int, token: str) -> None:
    """Until each process has read and evaluated the snapshot."""

    def answers() -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        try:
            connection.request("GET", f"{API}/graph/", headers={"Authorization": f"Token {token}"})
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()

    until(lambda: answers() and all(answers() for _ in range(20)), 120, "the web server")


def end(web: subprocess.Popen[bytes]) -> None:
    web.terminate()
    web.wait()


def memory(pid: int) -> float:
    """MB of the web processes, shared pages divided among them."""
    total = 0
    for each in (pid, *descendants(pid)):
        lines = Path(f"/proc/{each}/smaps_rollup").read_text().splitlines()
        total += next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total / 1024


def cpu(pid: int) -> float:
    """Seconds that a process and those below it have worked so far, with those that have ended."""
    ticks = 0
    for each in (pid, *descendants(pid)):
        fields = Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split()
        ticks += sum(map(int, fields[11:15]))  # its own, and of children that it has waited for
    return ticks / os.sysconf("SC_CLK_TCK")


# --- the figures -----------------------------------------------------------------------------------


def measure(
    port: int,
    token: str,
    edges: list[dict[str, Any]],
    options: argparse.Namespace,
    servers: Mapping[str, int],
) -> None:
    """`servers`: process ids by name."""
    run(port, token, edges, options.clients, min(60.0, options.seconds / 10))
    before, used = memory(servers["web"]), worked(servers)
    began = time.monotonic()
    taken = run(port, token, edges, options.clients, options.seconds)
    tell(taken, time.monotonic() - began)
    each = {name: 1000 * (now - used[name]) / len(taken) for name, now in worked(servers).items()}
    print("CPU time a request: " + ", ".join(f"{name} {spent:.1f} ms" for name, spent in each.items()))
    after = memory(servers["web"])
    print(f"memory of the web processes: {before:.0f} MB at the start, {after:.0f} MB at the end")
    print(f"machine: {os.cpu_count()} cores, load average {os.getloadavg()[0]:.1f}")


def worked(servers: Mapping[str, int]) -> dict[str, float]:
    clients = os.times()
    by_name = {name: cpu(pid) for name, pid in servers.items()}
    return by_name | {"clients": clients.children_user + clients.children_system}


def run(port: int, token: str, edges: list[dict[str, Any]], clients: int, seconds: float) -> list[Taken]:
    """All clients at once, each in a process of its own."""
    fork = multiprocessing.get_context("fork")
    stop = time.monotonic() + seconds
    started = []
    for number in range(clients):
        ours, theirs = fork.Pipe(duplex=False)
        client = fork.Process(target=ask, args=(port, token, edges, number, stop, theirs), daemon=True)
        client.start()
        started.append((client, ours))
    taken = [each for _, pipe in started for each in pipe.recv()]
    for client, _ in started:
        client.join()
    return taken


def tell(taken: list[Taken], seconds: float) -> None:
    wrong = Counter(status for _, _, status in taken if status != 200)
    rate = len(taken) / seconds
    print(f"{len(taken)} requests in {seconds:.0f} s: {rate:.0f} a second, errors: {dict(wrong)}")
    print(f"{'':10} {'requests':>9} {'p50':>8} {'p99':>8} {'longest':>8}  ms")
    for kind in ("reach", "graph", "matrix", "explain", ""):
        times = sorted(1000 * each for of, each, _ in taken if kind in ("", of))
        p50, p99 = times[len(times) // 2], times[int(len(times) * 0.99)]
        print(f"{kind or 'all':10} {len(times):9} {p50:8.1f} {p99:8.1f} {times[-1]:8.1f}")


if __name__ == "__main__":
    main()
