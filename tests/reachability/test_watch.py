"""A watched cluster is read when something in it changes, once for many changes, and never too late."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError
from django.utils import timezone

from apps.reachability import watch_orders
from apps.reachability.queries import load_reach
from apps.reachability.take import run_snapshot
from apps.reachability.watch_clusters import Watcher
from apps.reachability.watch_orders import Orders
from apps.snapshots.clusters import ClusterRefused, change_cluster
from apps.snapshots.models import Cluster, Snapshot, WatchLease
from apps.snapshots.paging import Resource
from apps.snapshots.queries import latest_complete
from apps.snapshots.watching.lease import give_up_lease, keep_lease, watched_clusters
from tests.fakes.kube_api import KubeApi
from tests.fakes.kube_objects import policy

ROOT = Path(__file__).resolve().parents[2]
POLICY = Resource("networking.k8s.io/v1", "networkpolicies", "NetworkPolicy")
POD = Resource("v1", "pods", "Pod")


def verdict(cluster: Cluster) -> str:
    """Of the edge from shop to lab/web, as the newest snapshot has it."""
    snapshot = latest_complete(cluster)
    if snapshot is None:
        return "none"
    (edge,) = load_reach(snapshot).edges("shop", "lab/web")
    return str(edge.verdict)


def stored_policies(cluster: Cluster) -> set[str]:
    newest = latest_complete(cluster)
    standing = cluster.versions.filter(kind="NetworkPolicy", last__isnull=True)
    return set(standing.values_list("name", flat=True)) if newest else set()


class Run:
    """What `manage.py watch` and a worker do, in turns."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        self.watcher = Watcher()

    def until(self, condition: Callable[[], Any], seconds: float = 120.0) -> float:
        """Seconds until the condition holds."""
        began = time.monotonic()
        while not condition():
            assert time.monotonic() < began + seconds, "waited too long"
            self.turn()
        return time.monotonic() - began

    def turn(self) -> None:
        self.watcher.tick()
        for snapshot in Snapshot.objects.filter(state=Snapshot.State.QUEUED):
            run_snapshot(snapshot.pk)
        time.sleep(0.02)


@pytest.fixture
def run(live_cluster: Cluster) -> Iterator[Run]:
    cluster = change_cluster(live_cluster, watch=True)
    found = Run(cluster)
    yield found
    found.watcher.end()


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch_orders, "CALM", 0.1)


def test_a_policy_is_in_reach_soon_after_it_was_made(
    run: Run, kube_api: KubeApi, capsys: pytest.CaptureFixture[str]
) -> None:
    run.until(lambda: verdict(run.cluster) != "none")
    before = verdict(run.cluster)
    body = policy("shop", "deny")
    body["spec"] = {"podSelector": {}, "policyTypes": ["Ingress"]}
    kube_api.store.add(body)
    seconds = run.until(lambda: verdict(run.cluster) != before)
    assert (before, verdict(run.cluster)) == ("denied", "unrestricted")
    with capsys.disabled():
        print(f" [in reach after {seconds:.1f} s]", end="")


def test_many_losses_and_changes_end_in_what_the_cluster_has(
    run: Run, kube_api: KubeApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch_orders, "AT_MOST_EVERY", 0.1)
    rng = random.Random(3)
    expected = {"deny"}
    for number in range(30):
        name = f"p{rng.randrange(8)}"
        kube_api.cut_watches()
        if name in expected:
            kube_api.store.remove("NetworkPolicy", "lab", name)
        else:
            kube_api.store.add(policy("lab", name))
        expected ^= {name}
        if number % 7 == 0:
            kube_api.store.forget()
        for _ in range(rng.randrange(3)):
            run.turn()
    run.until(lambda: stored_policies(run.cluster) == expected)
    assert Snapshot.objects.filter(cluster=run.cluster).exclude(state__in=Snapshot.STORED).count() <= 1


def test_many_changes_at_once_are_one_snapshot(
    live_cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch_orders, "AT_MOST_EVERY", 600.0)
    orders = Orders(live_cluster)
    assert orders.tick() is None
    for _ in range(20):
        orders.note(POLICY)
    first = orders.tick()
    assert first is not None
    orders.note(POLICY)
    assert orders.tick() is None  # so soon after the first
    orders._last -= watch_orders.AT_MOST_EVERY
    assert orders.tick() == first  # it has not begun, so it will see this change too
    assert orders.tick() is None
    assert Snapshot.objects.count() == 1


def test_a_change_during_a_snapshot_is_another_one(
    live_cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch_orders, "AT_MOST_EVERY", 0.0)
    orders = Orders(live_cluster)
    orders.note(POLICY)
    first = orders.tick()
    assert first is not None
    Snapshot.objects.update(state=Snapshot.State.RUNNING)  # its worker may have read the policies already
    orders.note(POLICY)
    assert orders.tick() is None
    assert orders.tick() is None
    Snapshot.objects.update(state=Snapshot.State.COMPLETE)
    second = orders.tick()
    assert second is not None
    assert second.number == first.number + 1


def test_a_snapshot_that_failed_is_ordered_again(
    live_cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch_orders, "AT_MOST_EVERY", 0.0)
    monkeypatch.setattr(watch_orders, "AFTER_FAILURE", 600.0)
    orders = Orders(live_cluster)
    orders.note(POLICY)
    assert orders.tick() is not None
    Snapshot.objects.update(state=Snapshot.State.FAILED)
    assert orders.tick() is None
    assert orders._due is not None
    orders._due -= watch_orders.AFTER_FAILURE
    again = orders.tick()
    assert again is not None
    assert again.number == 2


def test_a_database_that_is_away_delays_an_order(
    live_cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(cluster: Cluster) -> Snapshot:
        raise OperationalError("away")

    orders = Orders(live_cluster)
    orders.note(POLICY)
    with monkeypatch.context() as patch:
        patch.setattr(watch_orders, "request_snapshot", away)
        with pytest.raises(OperationalError):
            orders.tick()
    assert orders.tick() is not None


def test_what_changes_by_itself_waits(live_cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch_orders, "CALM", 30.0)
    orders = Orders(live_cluster)
    orders.note(POD)
    assert orders.tick() is None
    orders.note(POLICY)  # takes the pods along
    assert orders.tick() is not None
    assert orders.tick() is None


def test_one_process_watches_a_cluster_until_it_dies(live_cluster: Cluster) -> None:
    assert keep_lease(live_cluster, "one")
    assert keep_lease(live_cluster, "one", trouble="pods: forbidden")
    assert not keep_lease(live_cluster, "two")
    assert WatchLease.objects.get().trouble == "pods: forbidden"
    WatchLease.objects.update(until=timezone.now() - timedelta(seconds=1))
    assert keep_lease(live_cluster, "two")
    assert not keep_lease(live_cluster, "one")
    give_up_lease(live_cluster.pk, "one")
    assert not keep_lease(live_cluster, "one")
    give_up_lease(live_cluster.pk, "two")
    assert keep_lease(live_cluster, "one")


def test_only_what_is_set_so_is_watched(run: Run, kube_api: KubeApi, manifests_cluster: Cluster) -> None:
    with pytest.raises(ClusterRefused, match="watch: a cluster of manifests cannot be watched"):
        change_cluster(manifests_cluster, watch=True)
    assert watched_clusters() == [run.cluster]
    run.until(lambda: latest_complete(run.cluster))
    change_cluster(run.cluster, watch=False)
    run.watcher._looked = float("-inf")
    run.watcher.tick()
    assert not WatchLease.objects.exists()
    number = Snapshot.objects.count()
    kube_api.store.add(policy("lab", "open"))
    for _ in range(20):
        run.turn()
    assert Snapshot.objects.count() == number


def test_a_second_process_leaves_it_alone(run: Run) -> None:
    run.watcher.tick()
    other = Watcher()
    other.tick()
    assert other._watched == {}
    run.watcher.end()
    other._looked = float("-inf")
    other.tick()
    assert list(other._watched) == [run.cluster.pk]
    other.end()
    assert not WatchLease.objects.exists()


def test_the_command_outlives_a_missing_database_and_ends_when_asked(tmp_path: Path) -> None:
    environment = {**os.environ, "PORTOLAN_DATA_DIR": str(tmp_path), "DATABASE_URL": ""}
    manage = [sys.executable, "manage.py"]
    pulse = tmp_path / "pulse"
    process = subprocess.Popen(
        [*manage, "watch", "--pulse", str(pulse)], cwd=ROOT, env=environment, stderr=subprocess.PIPE
    )
    try:
        deadline = time.monotonic() + 120
        while not pulse.exists():
            assert time.monotonic() < deadline
            time.sleep(0.1)
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=120)
        assert process.returncode == 0
        assert b"the database does not answer" in said  # it has no tables yet, and that ends nothing
    finally:
        process.kill()
