"""The engine at the largest size that Kubernetes supports: `python -m benchmarks.engine_large`.

From decoded objects, as an API server gives them, to the verdict of every namespace and Service port: CPU
seconds of one core, each run in a process of its own. The peak is that of the process, the objects included;
`objects` is what it held before the engine began. Then, for the standard mix, what follows an answer: edges
explained, and one object changed (`benchmarks/changes.py` says what is inside those times).
"""

from __future__ import annotations

import json
import multiprocessing
import resource
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import process_time

from apps import engine
from apps.engine.model import Cluster
from benchmarks.changes import Cost, measure_changes
from benchmarks.generate import Object
from benchmarks.variants import LARGEST, VARIANTS

RUNS = 3  # of the standard mix; one of the others
EXPLAINED = 30
PAGE = 500
_STANDARD = "standard mix"
_ASSUMPTIONS = engine.assumptions_for("calico", {})
_COLUMNS = "{:<26}{:>8}{:>8}{:>8}{:>12}{:>10}{:>14}{:>14}"


@dataclass(frozen=True)
class Run:
    """CPU seconds, and megabytes of memory. `explained`: seconds by what was asked after the answer."""

    parse: float
    reach: float
    objects: float
    peak: float
    ports: int
    edges: int
    explained: dict[str, float]
    changed: dict[str, Cost]


def main() -> None:
    print(", ".join(f"{count:,} {name}" for name, count in LARGEST.items()))
    print(
        _COLUMNS.format(
            "CPU seconds", "parse", "reach", "total", "objects MB", "peak MB", "Service ports", "edges"
        )
    )
    for name, generate in VARIANTS.items():
        with TemporaryDirectory() as folder:
            path = Path(folder) / "objects"
            _write(path, generate())
            runs = [_in_process(path, follow=False) for _ in range(RUNS if name == _STANDARD else 1)]
            _print(name, runs)
            if name == _STANDARD:
                after = _in_process(path, follow=True)
    print(f"\nAfter that, {_STANDARD}, CPU seconds")
    for what, seconds in after.explained.items():
        print(f"{what:<42}{seconds:>8.3f}")
    print(
        f"\n{'One object changed, CPU seconds':<42}{'verdicts and diff':>18}{'diff':>8}{'causes':>8}  edges"
    )
    for what, cost in after.changed.items():
        edges = ", ".join(f"{count:,} {kind}" for kind, count in cost.counts.items())
        print(f"{what:<42}{cost.total:>18.3f}{cost.diff:>8.3f}{cost.causes:>8.3f}  {edges}")


def _print(name: str, runs: list[Run]) -> None:
    print(
        _COLUMNS.format(
            name,
            f"{median(run.parse for run in runs):.2f}",
            f"{median(run.reach for run in runs):.2f}",
            f"{median(run.parse + run.reach for run in runs):.2f}",
            f"{median(run.objects for run in runs):.0f}",
            f"{median(run.peak for run in runs):.0f}",
            f"{runs[0].ports:,}",
            f"{runs[0].edges:,}",
        ),
        flush=True,
    )


def _write(path: Path, objects: list[Object]) -> None:
    """A page a line, as an API server gives them, so that objects share only what a decoder shares."""
    with path.open("w") as file:
        for first in range(0, len(objects), PAGE):
            file.write(f"{json.dumps(objects[first : first + PAGE])}\n")


def _read(path: Path) -> list[Object]:
    with path.open() as file:
        return [body for line in file for body in json.loads(line)]


def _in_process(path: Path, *, follow: bool) -> Run:
    """One run in a fresh process, so that its memory is its own."""
    spawn = multiprocessing.get_context("spawn")
    ours, theirs = spawn.Pipe()
    process = spawn.Process(target=_run, args=(path, follow, theirs))
    process.start()
    theirs.close()  # so that a run that fails ends the waiting
    run: Run = ours.recv()
    process.join()
    return run


def _run(path: Path, follow: bool, channel: Connection) -> None:
    objects = _read(path)
    before = _peak()
    start = process_time()
    cluster = engine.parse_cluster(objects)
    parsed = process_time()
    reach = engine.compute_reach(cluster, _ASSUMPTIONS)
    done = process_time()
    peak = _peak()
    if cluster.problems:
        raise ValueError(f"the generated cluster is wrong: {cluster.problems[0]}")
    # Changes first: of an explanation much is kept.
    changed = measure_changes(objects, cluster, _ASSUMPTIONS) if follow else {}
    explained = _explain(cluster, reach) if follow else {}
    edges = len(reach.namespaces) * len(reach.ports)
    channel.send(
        Run(parsed - start, done - parsed, before, peak, len(reach.ports), edges, explained, changed)
    )


def _peak() -> float:
    """MB, as Linux counts them (kB)."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _explain(cluster: Cluster, reach: engine.Reach) -> dict[str, float]:
    """Edges from here and there to here and there; the first one finds nothing prepared."""
    times = []
    for number in range(EXPLAINED):
        source = reach.namespaces[(37 * number + 5) % len(reach.namespaces)]
        port = reach.ports[(101 * number + 7) % len(reach.ports)]
        asked = (source, port.target, port.port, port.protocol)
        times.append(_timed(partial(engine.explain_edge, cluster, _ASSUMPTIONS, *asked)))
    return {
        "explain one edge, the first of a cluster": times[0],
        f"explain one edge, median of the next {EXPLAINED - 1}": median(times[1:]),
    }


def _timed(run: Callable[[], object]) -> float:
    start = process_time()
    run()
    return process_time() - start


if __name__ == "__main__":
    main()
