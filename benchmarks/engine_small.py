"""From objects to every edge in a small cluster: `python -m benchmarks.engine_small`.

From decoded objects to all verdicts, to all edges (each with its counts and its exact potential), and the
latter from one YAML file a namespace on disk; then what each part of it takes. CPU seconds of one core,
medians of five runs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import process_time

import yaml

from apps import engine
from apps.snapshots.manifests import read_paths
from benchmarks.generate import Object, generate_cluster

RUNS = 5
SIZE = {"namespaces": 100, "workloads": 300, "pods": 600, "services": 100, "policies": 200}


def main() -> None:
    objects = generate_cluster(**SIZE, seed=1)
    with TemporaryDirectory() as folder:
        write_manifests(objects, Path(folder))
        rows = [
            ("decoded objects to verdicts", *measure(lambda: compute_verdicts(objects))),
            ("decoded objects to edges", *measure(lambda: compute_edges(objects))),
            ("YAML files to edges", *measure(lambda: compute_edges(read_objects(folder)))),
            *measure_parts(objects),
        ]
    print(", ".join(f"{count} {name}" for name, count in SIZE.items()))
    print(f"{'median of ' + str(RUNS):<34}{'CPU s':>9}{'edges':>9}")
    for name, seconds, edges in rows:
        print(f"{name:<34}{seconds:>9.3f}{edges:>9}")


def measure(run: Callable[[], int]) -> tuple[float, int]:
    """Median CPU time in seconds, and what `run` gave."""
    times = []
    for _ in range(RUNS):
        start = process_time()
        edges = run()
        times.append(process_time() - start)
    return median(times), edges


def measure_parts(objects: Sequence[Object]) -> list[tuple[str, float, int]]:
    """What reading the objects, the verdicts and the edges take, each for itself."""
    under = engine.assumptions_for("calico", {})
    times: dict[str, list[float]] = {"objects": [], "verdicts": [], "edges, counts, potential": []}
    for _ in range(RUNS):
        start = process_time()
        cluster = engine.parse_cluster(objects)
        read = process_time()
        reach = engine.compute_reach(cluster, under)
        computed = process_time()
        edges = len(list(reach.edges()))
        for taken, seconds in zip(
            times.values(), (read - start, computed - read, process_time() - computed), strict=True
        ):
            taken.append(seconds)
    return [(f"  of it: {name}", median(taken), edges) for name, taken in times.items()]


def compute_verdicts(objects: Sequence[Object]) -> int:
    """How many edges have a verdict; none of them is made."""
    reach = compute_reach(objects)
    return sum(len(numbers) for port in reach.ports for numbers in port.by_verdict.values())


def compute_edges(objects: Sequence[Object]) -> int:
    """How many edges there are, each of them made."""
    return len(list(compute_reach(objects).edges()))


def compute_reach(objects: Sequence[Object]) -> engine.Reach:
    """ValueError names an object that could not be used."""
    cluster = engine.parse_cluster(objects)
    if cluster.problems:
        raise ValueError(f"the generated cluster is wrong: {cluster.problems[0]}")
    return engine.compute_reach(cluster, engine.assumptions_for("calico", {}))


def read_objects(folder: str) -> list[Object]:
    reading = read_paths([folder])
    if reading.problems:
        raise ValueError(f"the written cluster is wrong: {reading.problems[0]}")
    return [read.body for read in reading.objects]


def write_manifests(objects: Sequence[Object], folder: Path) -> None:
    """One file a namespace, as people keep them."""
    files: dict[str, list[Object]] = {}
    for body in objects:
        meta = body["metadata"]
        files.setdefault(meta.get("namespace", meta["name"]), []).append(body)
    for name, bodies in files.items():
        (folder / f"{name}.yaml").write_text(yaml.dump_all(bodies, Dumper=_Plain, sort_keys=False))


class _Plain(yaml.CSafeDumper):
    """Without anchors: nobody writes manifests with them."""

    def ignore_aliases(self, data: object) -> bool:
        return True


if __name__ == "__main__":
    main()
