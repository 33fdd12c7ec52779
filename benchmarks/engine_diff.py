"""What two states of a cluster differ in: `python -m benchmarks.engine_diff [NAMESPACES]` (default 1,000).

One object changes: an ingress policy, which then lets in every namespace, or one label of a namespace. Rows,
medians of five runs: the reach of the second state, the difference given both reaches, and its causes.
With N namespaces there are N Services, 3N workloads, 6N pods and 2N policies.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from copy import deepcopy
from statistics import median
from time import perf_counter
from typing import TypeVar

from apps import engine
from apps.engine.model import Assumptions, Cluster
from apps.engine.scene import Scene
from benchmarks.generate import Object, generate_cluster

RUNS = 5
T = TypeVar("T")


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    objects = generate_cluster(count, 3 * count, 6 * count, count, 2 * count, seed=1)
    assumptions = engine.assumptions_for("calico", {})
    before = _read(objects)
    reach = engine.Reach(Scene(before, assumptions))
    print(f"{count} namespaces, {len(reach.ports)} Service ports, {count * len(reach.ports)} edges")
    print(f"{'median of ' + str(RUNS):<36}{'seconds':>9}  found")
    for name, edit in EDITS.items():
        after = _read(edited(objects, edit))
        for row, seconds, found in measure(before, reach, after, assumptions):
            print(f"{name + ': ' + row:<36}{seconds:>9.4f}  {found}")


def measure(
    before: Cluster, reach: engine.Reach, after: Cluster, assumptions: Assumptions
) -> list[tuple[str, float, str]]:
    """(what, median seconds, what was found) of the three steps."""
    rows = []
    seconds, second = timed(lambda: engine.Reach(Scene(after, assumptions)))
    rows.append(("second reach", seconds, f"{len(second.ports)} ports"))

    def compare() -> engine.ReachDiff:
        return engine.ReachDiff((before, after), (reach, second), assumptions)

    seconds, diff = timed(compare)
    rows.append(("difference", seconds, ", ".join(f"{count} {kind}" for kind, count in diff.counts.items())))
    seconds, causes = timed(lambda: compare().causes)
    rows.append(("difference and causes", seconds, "; ".join(map(str, causes[:2]))))
    return rows


def timed(run: Callable[[], T]) -> tuple[float, T]:
    """Median wall time in seconds, and what the last run gave."""
    times = []
    for _ in range(RUNS):
        gc.collect()
        start = perf_counter()
        found = run()
        times.append(perf_counter() - start)
    return median(times), found


def edited(objects: list[Object], edit: Callable[[list[Object]], None]) -> list[Object]:
    changed = deepcopy(objects)
    edit(changed)
    return changed


def open_policy(objects: list[Object]) -> None:
    """The first policy that lets in its own namespace's pods, where there is a Service, lets in all pods."""
    homes = {body["metadata"]["namespace"] for body in objects if body["kind"] == "Service"}
    peers = (
        rule["from"]
        for body in objects
        if body["kind"] == "NetworkPolicy" and body["metadata"]["namespace"] in homes
        for rule in body["spec"].get("ingress", ())
    )
    next(each for each in peers if each == [{"podSelector": {}}])[0]["namespaceSelector"] = {}


def relabel_namespace(objects: list[Object]) -> None:
    """The last namespace that has `access: frontend` loses it."""
    spaces = (body for body in reversed(objects) if body["kind"] == "Namespace")
    labels = next(body["metadata"]["labels"] for body in spaces if "access" in body["metadata"]["labels"])
    del labels["access"]


EDITS = {"a policy": open_policy, "a label": relabel_namespace}


def _read(objects: list[Object]) -> Cluster:
    cluster = engine.parse_cluster(objects)
    if cluster.problems:
        raise ValueError(f"the generated cluster is wrong: {cluster.problems[0]}")
    return cluster


if __name__ == "__main__":
    main()
