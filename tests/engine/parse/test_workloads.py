"""What pods and templates become: workloads, whose pods have states."""

from __future__ import annotations

import pytest

from apps.engine import Owner, maker_of, parse_cluster
from apps.engine.model import PodState
from tests.engine.objects import Object, deployment, network_policy, pod
from tests.engine.parse.bodies import POD, changed

REPLICA_SET = [{"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "web-5d4c8f", "controller": True}]


def test_pods_of_one_owner_are_one_workload_whatever_their_rollout() -> None:
    pods = [pod("shop", f"web-5d4c8f-{n}", app="web", **{"pod-template-hash": "5d4c8f"}) for n in "abc"]
    for each in pods:
        each["metadata"]["ownerReferences"] = REPLICA_SET
    (workload,) = parse_cluster(pods).workloads
    assert (workload.key, len(workload.pods)) == ("shop/Deployment/web", 3)
    assert workload.labels == {"app": "web"}


def test_a_label_of_a_rollout_divides_where_a_selector_asks_for_it() -> None:
    pods = [pod("shop", f"db-{n}", **{"statefulset.kubernetes.io/pod-name": f"db-{n}"}) for n in (0, 1)]
    for each in pods:
        each["metadata"]["ownerReferences"] = [{"kind": "StatefulSet", "name": "db", "controller": True}]
    assert len(parse_cluster(pods).workloads) == 1
    first = network_policy("shop", "first", pods={"statefulset.kubernetes.io/pod-name": "db-0"})
    assert len(parse_cluster([*pods, first]).workloads) == 2


def test_a_template_gives_way_to_the_pods_that_it_made() -> None:
    made = pod("shop", "web-5d4c8f-x", app="web", **{"pod-template-hash": "5d4c8f"})
    made["metadata"]["ownerReferences"] = REPLICA_SET
    (workload,) = parse_cluster([deployment("shop", "web", 3, app="web"), made]).workloads
    assert [each.name for each in workload.pods] == ["web-5d4c8f-x"]


def test_owners_that_are_given_are_followed() -> None:
    job: Object = {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {
            "name": "nightly-run",
            "namespace": "shop",
            "ownerReferences": [{"kind": "CronJob", "name": "nightly", "controller": True}],
        },
        "spec": {"template": {"spec": {"containers": []}}},
    }
    assert [workload.key for workload in parse_cluster([job]).workloads] == ["shop/CronJob/nightly"]


@pytest.mark.parametrize(
    ("owner", "mark", "maker"),
    [
        (Owner("ReplicaSet", "web-5d4c8f"), "5d4c8f", Owner("Deployment", "web")),
        (Owner("ReplicaSet", "web-5d4c8f"), "", Owner("ReplicaSet", "web-5d4c8f")),
        (Owner("Job", "report-29387520"), "", Owner("CronJob", "report")),
        (Owner("Job", "migrate-20261123"), "", Owner("Job", "migrate-20261123")),
        (Owner("StatefulSet", "db"), "", Owner("StatefulSet", "db")),
    ],
)
def test_controllers_name_what_they_make(owner: Owner, mark: str, maker: Owner) -> None:
    assert maker_of(owner, mark) == maker


@pytest.mark.parametrize(
    ("status", "deleted", "state"),
    [
        ({"podIP": "10.0.0.1"}, False, PodState.READY),
        ({"conditions": [{"type": "Ready", "status": "False"}]}, False, PodState.NOT_READY),
        ({"conditions": [{"type": "Ready", "status": "True"}]}, True, PodState.SERVING),
        ({"conditions": [{"type": "Ready", "status": "False"}]}, True, PodState.TERMINATING),
    ],
)
def test_states_of_pods(status: Object, deleted: bool, state: PodState) -> None:
    body = {**POD, "status": status}
    if deleted:
        body["metadata"] = {**POD["metadata"], "deletionTimestamp": "2026-11-23T00:00:00Z"}
    assert parse_cluster([body]).workloads[0].pods[0].state is state


@pytest.mark.parametrize("phase", ["Succeeded", "Failed"])
def test_finished_pods_take_no_part(phase: str) -> None:
    assert not parse_cluster([{**POD, "status": {"phase": phase}}]).workloads


def test_objects_without_a_namespace_stand_in_default_and_a_namespace_not_given_is_noted() -> None:
    body = changed(POD, "metadata.namespace", None)
    parsed = parse_cluster([body])
    assert [space.name for space in parsed.namespaces] == ["default"]
    assert any("no such object was given" in note.message for note in parsed.notes)


def test_many_replicas_are_cut_off() -> None:
    assert len(parse_cluster([deployment("shop", "web", 2_000_000_000)]).workloads[0].pods) == 1000


def test_a_deployment_without_replicas_stands_for_no_pod() -> None:
    parsed = parse_cluster([deployment("shop", "web", 0)])
    assert not parsed.workloads
    assert any("no replicas" in note.message for note in parsed.notes)
