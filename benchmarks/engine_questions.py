"""Questions to one cluster whose reach is known already: `python -m benchmarks.engine_questions`.

Medians of five runs over 1,000 namespaces; the first run of each, which may build an index, stands beside it.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from statistics import median
from time import perf_counter

from apps import engine
from apps.engine.model import Assumptions, Cluster
from benchmarks.generate import generate_cluster

RUNS = 5
SIZE = {"namespaces": 1000, "workloads": 3000, "pods": 15000, "services": 1000, "policies": 2000}


def main() -> None:
    cluster = engine.parse_cluster(generate_cluster(**SIZE, seed=1))
    under = engine.assumptions_for("calico", {})
    engine.compute_reach(cluster, under)
    print(", ".join(f"{count} {name}" for name, count in SIZE.items()))
    print(f"{'':<34}{'first':>10}{'median of ' + str(RUNS):>14}   seconds")
    for name, ask in questions(cluster, under):
        first, usual = measure(ask)
        print(f"{name:<34}{first:>10.4f}{usual:>14.4f}")


def questions(cluster: Cluster, under: Assumptions) -> list[tuple[str, Callable[[], object]]]:
    reach = engine.compute_reach(cluster, under)
    edge = next(edge for edge in reach.edges() if edge.allowed_pairs)
    ends = (edge.source, edge.target, edge.port, edge.protocol)
    return [
        ("explain one edge", lambda: engine.explain_edge(cluster, under, *ends)),
        ("10,000 edges with their potential", lambda: list(islice(reach.edges(), 10_000))),
        ("paths of five hops", lambda: engine.find_paths(cluster, under, edge.source, 5)),
        ("all findings", lambda: engine.find_findings(cluster, under)),
    ]


def measure(run: Callable[[], object]) -> tuple[float, float]:
    """Wall seconds of the first run, and the median of those after it."""
    times = []
    for _ in range(RUNS + 1):
        start = perf_counter()
        run()
        times.append(perf_counter() - start)
    return times[0], median(times[1:])


if __name__ == "__main__":
    main()
