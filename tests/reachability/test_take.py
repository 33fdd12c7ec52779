"""Snapshots of a live cluster and of manifests: complete, partial or failed, and never half."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.db import OperationalError
from django.utils import timezone

from apps.reachability.history.rows import ports_standing
from apps.reachability.models import StoredPort
from apps.reachability.take import ReadingRefused, run_snapshot, snapshot_from_reading
from apps.snapshots import hold as holds
from apps.snapshots.clusters import ClusterRefused, change_cluster
from apps.snapshots.models import Cluster, ObjectVersion, Snapshot
from apps.snapshots.queries import load_cluster
from apps.snapshots.reading import Origin, Reading, ReadObject
from apps.snapshots.schedule import claim_stalled_snapshots, order_snapshot
from tests.fakes.kube_api import Fault, KubeApi
from tests.fakes.kube_objects import Object

Read = Callable[..., Reading]


def take(cluster: Cluster) -> Snapshot:
    snapshot, _ = order_snapshot(cluster)
    run_snapshot(snapshot.pk)
    snapshot.refresh_from_db()
    return snapshot


def test_live_cluster(live_cluster: Cluster, kube_api: KubeApi) -> None:
    snapshot = take(live_cluster)

    assert (snapshot.state, snapshot.error) == ("complete", "")
    assert (snapshot.holder, snapshot.wake_at, snapshot.attempts) == ("", None, 1)
    assert snapshot.counts == {"namespaces": 2, "workloads": 2, "pods": 2, "services": 2, "policies": 1}
    assert snapshot.started is not None
    assert snapshot.finished is not None
    assert snapshot.started <= snapshot.finished
    assert StoredPort.objects.count() == 2
    assert len(load_cluster(snapshot).policies) == 1
    assert kube_api.verbs == {"GET"}


def test_running_it_again_does_nothing(live_cluster: Cluster, kube_api: KubeApi) -> None:
    snapshot = take(live_cluster)
    asked = len(kube_api.asked)
    run_snapshot(snapshot.pk)
    run_snapshot(snapshot.pk + 1)

    assert len(kube_api.asked) == asked
    assert Snapshot.objects.get().finished == snapshot.finished


def test_kind_that_may_not_be_listed_makes_it_partial(live_cluster: Cluster, kube_api: KubeApi) -> None:
    take(live_cluster)
    kube_api.faults["/apis/networking.k8s.io/v1/networkpolicies"] = Fault(status=403, message="forbidden")
    snapshot = take(live_cluster)

    assert snapshot.state == "partial"
    assert [entry["kind"] for entry in snapshot.coverage["unread"]] == ["NetworkPolicy"]
    assert ObjectVersion.objects.get(kind="NetworkPolicy").last is None
    unknown = StoredPort.objects.filter(first=2)
    assert len(unknown) == 2  # no port's answer is sure any more
    assert load_cluster(snapshot).policies == ()


def test_unreachable_cluster_is_tried_again_and_then_failed(live_cluster: Cluster, kube_api: KubeApi) -> None:
    kube_api.faults["*"] = Fault(status=401, message="who are you")
    snapshot = take(live_cluster)
    assert (snapshot.state, snapshot.attempts) == ("queued", 1)
    assert "401" in snapshot.error
    assert "15 s" in snapshot.step
    assert claim_stalled_snapshots() == []

    for _ in range(holds.ATTEMPTS):
        Snapshot.objects.update(wake_at=timezone.now())
        for snapshot_id in claim_stalled_snapshots():
            run_snapshot(snapshot_id)
    snapshot.refresh_from_db()
    assert (snapshot.state, snapshot.attempts) == ("failed", holds.ATTEMPTS)
    assert "401" in snapshot.error
    assert "t0ken" not in snapshot.error
    assert not ObjectVersion.objects.exists()

    kube_api.faults.clear()
    assert take(live_cluster).state == "complete"


def test_lost_credential_fails_at_once(live_cluster: Cluster, settings: Any) -> None:
    settings.CREDENTIAL_KEYS = ["another key " * 4]
    snapshot = take(live_cluster)

    assert (snapshot.state, snapshot.attempts) == ("failed", 1)
    assert "CREDENTIAL_KEYS" in snapshot.error


def test_takes_the_assumptions_of_its_moment(live_cluster: Cluster) -> None:
    change_cluster(live_cluster, plugin="none", domain="corp.example")
    snapshot = take(Cluster.objects.get())

    assert snapshot.evaluated_with == {"plugin": "none", "assumptions": {}, "domain": "corp.example"}
    answers = [row.answer for row in ports_standing(live_cluster.pk).values()]
    assert len(answers) == 2
    assert not any(answer.allowed for answer in answers)


class _StopsAtStoring(holds.Hold):
    """A worker that meets `trouble` after everything is worked out and before it commits."""

    trouble: BaseException

    def confirm(self) -> None:
        super().confirm()
        raise self.trouble


@pytest.mark.parametrize(
    ("trouble", "state", "words"),
    [
        (SoftTimeLimitExceeded(), "failed", "SNAPSHOT_TIMEOUT"),
        (ZeroDivisionError("by nought"), "failed", "Internal error: ZeroDivisionError: by nought"),
        (KeyboardInterrupt(), "running", ""),  # as killed: it says nothing any more
    ],
)
def test_trouble_in_the_transaction_leaves_nothing(
    live_cluster: Cluster, monkeypatch: pytest.MonkeyPatch, trouble: BaseException, state: str, words: str
) -> None:
    _StopsAtStoring.trouble = trouble
    monkeypatch.setattr(holds, "Hold", _StopsAtStoring)
    snapshot, _ = order_snapshot(live_cluster)
    with suppress(ZeroDivisionError, KeyboardInterrupt):
        run_snapshot(snapshot.pk)

    snapshot.refresh_from_db()
    assert snapshot.state == state
    assert words in snapshot.error
    assert not ObjectVersion.objects.exists()
    assert not StoredPort.objects.exists()


def test_worker_that_was_replaced_stores_nothing(
    live_cluster: Cluster, kube_api: KubeApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It freezes before it stores; the scheduler gives the snapshot to another, which finishes first."""
    report = holds.Hold.report
    frozen = []

    def freeze(hold: holds.Hold, step: str, *progress: Any) -> None:
        if step != "storing" or frozen:
            return report(hold, step, *progress)
        frozen.append(hold)
        Snapshot.objects.update(wake_at=timezone.now())
        (snapshot_id,) = claim_stalled_snapshots()
        return run_snapshot(snapshot_id)

    monkeypatch.setattr(holds.Hold, "report", freeze)
    snapshot = take(live_cluster)

    assert (snapshot.state, snapshot.attempts) == ("complete", 2)
    assert ObjectVersion.objects.count() == 7


def test_manifests(manifests_cluster: Cluster, shop: list[Object], read: Read) -> None:
    first = snapshot_from_reading(manifests_cluster, read(shop))
    second = snapshot_from_reading(manifests_cluster, read(shop))

    assert [first.number, second.number] == [1, 2]
    assert {each.state for each in manifests_cluster.snapshots.all()} == {"complete"}
    assert StoredPort.objects.count() == 2


def test_bad_manifests_are_refused_whole_with_their_places(
    manifests_cluster: Cluster, shop: list[Object]
) -> None:
    shop[-1]["spec"]["policyTypes"] = "Ingress"
    reading = Reading(
        [ReadObject(body, Origin("shop.yaml", number, 1)) for number, body in enumerate(shop, 1)]
    )
    with pytest.raises(ReadingRefused) as refused:
        snapshot_from_reading(manifests_cluster, reading)

    (problem,) = refused.value.problems
    assert (problem.file, problem.document, problem.object) == ("shop.yaml", 7, "NetworkPolicy/shop/deny")
    assert "policyTypes" in problem.field
    assert not Snapshot.objects.exists()


def test_nothing_at_all_is_refused(manifests_cluster: Cluster) -> None:
    with pytest.raises(ReadingRefused, match="no Kubernetes object"):
        snapshot_from_reading(manifests_cluster, Reading())


def test_live_cluster_takes_no_manifests(live_cluster: Cluster, shop: list[Object], read: Read) -> None:
    with pytest.raises(ClusterRefused, match="source"):
        snapshot_from_reading(live_cluster, read(shop))


def test_error_at_the_very_end_of_storing_is_told(
    live_cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when the database's disk is full: nothing is stored, and the snapshot says why."""

    def fail(*args: object) -> None:
        raise OperationalError("No space left on device")

    monkeypatch.setattr("apps.reachability.take.note_step", fail)
    snapshot, _ = order_snapshot(live_cluster)
    with pytest.raises(OperationalError):
        run_snapshot(snapshot.pk)
    snapshot.refresh_from_db()
    assert (snapshot.state, snapshot.holder) == ("failed", "")
    assert "No space left on device" in snapshot.error
    assert not live_cluster.versions.exists()
