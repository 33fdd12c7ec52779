"""A scripted month: what is stored of every edge at every time is what a computation from scratch says.

30 snapshots; `HYPOTHESIS_PROFILE=overnight` makes them 300.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import groupby, pairwise

import pytest

from apps.engine import Cause, EdgeChange, compare_reach, compute_reach, undo
from apps.engine.model import Dns, Verdict
from apps.reachability.between import compare
from apps.reachability.history.causes import why
from apps.reachability.history.edge import REACHING, edge_history, namespace_history
from apps.reachability.history.rows import Key
from apps.reachability.models import TimelineStep
from apps.snapshots.clusters import add_cluster
from apps.snapshots.models import Cluster, Snapshot
from apps.snapshots.queries import assumptions_of, load_cluster
from tests.fakes.kube_api import KubeApi
from tests.reachability.history.month import Day, Edge, Month

LENGTH = 300 if os.environ.get("HYPOTHESIS_PROFILE") == "overnight" else 30
pytestmark = pytest.mark.django_db


@pytest.fixture
def month() -> Iterator[list[Day]]:
    with KubeApi(token="t0ken") as api:
        cluster = add_cluster(name="Live", source=Cluster.Source.KUBECONFIG, kubeconfig=api.kubeconfig())
        yield Month(api, cluster, seed=5).take(LENGTH)


def runs(values: list[str | None]) -> list[tuple[str | None, int, int | None]]:
    """(value, first snapshot, last snapshot or None), snapshots counted from 1."""
    found, at = [], 1
    for value, group in groupby(values):
        stop = at + len(list(group))
        found.append((value, at, stop - 1 if stop <= len(values) else None))
        at = stop
    return found


def test_month(month: list[Day]) -> None:
    """One test, for the month is dear to make."""
    check_variety(month)
    check_edges(month)
    check_namespaces(month)
    check_timeline(month)
    check_causes(month)


def check_variety(month: list[Day]) -> None:
    assert {verdict for day in month for verdict in day.verdicts.values()} == set(Verdict)
    assert {dns for day in month for dns in day.reach.dns} == set(Dns)
    assert {day.snapshot.state for day in month} == {"complete", "partial"}


def check_edges(month: list[Day]) -> None:
    last = month[-1].snapshot
    for edge in {edge for day in month for edge in day.verdicts}:
        expected = runs([day.verdicts.get(edge) for day in month])
        history = edge_history(last, *edge)
        found = [(each.value and each.value.value, each.first, each.last) for each in history.periods]
        assert found == expected, edge
        assert history.open_since == open_since(month, edge), edge


def open_since(month: list[Day], edge: Edge) -> int | None:
    found = None
    for day in reversed(month):
        if day.verdicts.get(edge) not in REACHING:
            break
        found = day.snapshot.number
    return found


def check_namespaces(month: list[Day]) -> None:
    for namespace in {name for day in month for name in day.reach.namespaces}:
        for fact in ("dns", "ingress", "egress"):
            expected = runs([value_of(day, namespace, fact) for day in month])
            history = namespace_history(month[-1].snapshot, namespace, fact)
            assert [(each.value, each.first, each.last) for each in history.periods] == expected


def value_of(day: Day, namespace: str, fact: str) -> str | None:
    if namespace not in day.reach.namespaces:
        return None
    index = day.reach.namespaces.index(namespace)
    if fact == "dns":
        return day.reach.dns[index].value
    return str(getattr(day.reach.isolation[index], fact))


def check_timeline(month: list[Day]) -> None:
    steps = {step.number: step for step in TimelineStep.objects.all()}
    assert len(steps) == len(month)
    for before, after in pairwise(month):
        if before.snapshot.evaluated_with != after.snapshot.evaluated_with:
            continue
        step = steps[after.snapshot.number]
        counts = compare_reach(before.world, after.world, assumptions_of(after.snapshot)).counts
        assert {"opened": step.opened, "closed": step.closed, "changed": step.changed} == counts
        assert step.is_partial == (after.snapshot.state == "partial")


def check_causes(month: list[Day]) -> None:
    """Every cause, undone alone, undoes the change of its edges; and it is what the history names."""
    named = 0
    for before, after in pairwise(day.snapshot for day in month):
        diff = compare(before, after).diff
        for cause in diff.causes:
            check_cause(before, after, cause, list(diff.edges(cause=cause)))
        for edge in [each for each in diff.edges() if verdicts_differ(each)][:20]:
            named += check_told(after.cluster_id, after.number, edge)
    assert named > len(month)


def verdicts_differ(edge: EdgeChange) -> bool:
    before, after = (side and side.verdict for side in (edge.before, edge.after))
    return before != after


def check_told(cluster: int, number: int, edge: EdgeChange) -> bool:
    key = Key(*edge.target.split("/"), edge.port, edge.protocol)
    told = why(cluster, number, edge.source, key)
    assert told == why(cluster, number, edge.source, key), "the second answer is the kept one"
    assert told is not None
    causes = [cause for cause in edge.causes if cause.aspect == "verdict"]
    assert told["cause_count"] == len(causes)
    assert bool(told["by"]) == bool(causes)
    return bool(causes)


def check_cause(before: Snapshot, after: Snapshot, cause: Cause, edges: list[EdgeChange]) -> None:
    if cause.aspect != "verdict":
        return
    undone = undo(load_cluster(before), load_cluster(after), cause.changes)
    reach = compute_reach(undone, assumptions_of(after))
    now = {(each.source, each.target, each.port, each.protocol): each.verdict for each in reach.edges()}
    for edge in edges:
        verdict = now.get((edge.source, edge.target, edge.port, edge.protocol))
        expected = {
            "opened": (None, "denied", "empty"),
            "closed": tuple(REACHING),
            "changed": (edge.before.verdict,) if edge.before else (None, "denied", "empty"),
        }[edge.kind]
        assert verdict in expected, (cause, edge)
