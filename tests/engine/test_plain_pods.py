"""Pods are read in two ways, quickly or part by part: what comes of them may not differ."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.engine import parse_cluster
from apps.engine.model import Cluster, PodState
from apps.engine.parse import pods
from tests.engine.objects import Object, pod

# What may stand at some place of a Pod besides what is usual there; DROP takes the field away.
DROP = object()
_ODD: dict[tuple[str | int, ...], tuple[Any, ...]] = {
    ("apiVersion",): ("v2", 1, DROP),
    ("metadata",): (None, [], DROP),
    ("metadata", "name"): ("", None, 7, DROP),
    ("metadata", "namespace"): ("", None, 7, DROP),
    ("metadata", "labels"): (None, [], {"app": 1}, {"app": "b"}),
    ("metadata", "deletionTimestamp"): (None, "2026-11-23T00:00:00Z"),
    ("metadata", "ownerReferences"): ([], None, {}, [7], [{"name": "own"}], [{"kind": "Node", "name": "n"}]),
    ("metadata", "ownerReferences", 0, "name"): ("other", "", 7, DROP),
    ("spec",): (None, [], DROP),
    ("spec", "nodeName"): ("", None, 7, DROP),
    ("spec", "hostNetwork"): (True, "yes", None),
    ("spec", "subdomain"): ("db", "", None, 7),
    ("spec", "hostname"): ("first", "", None),
    ("spec", "dnsPolicy"): ("None", 7),
    ("spec", "containers", 0, "ports", 0, "containerPort"): (81, 0, "80"),
    ("status",): (None, {}, [], "Running", DROP),
    ("status", "phase"): ("Pending", "Succeeded", None, 7, DROP),
    ("status", "podIPs"): (
        [],
        None,
        {},
        "10.0.0.1",
        [{}],
        [7],
        [{"ip": "10.0.0.1"}, {"ip": "fd00::1"}],
        DROP,
    ),
    ("status", "podIPs", 0, "ip"): ("", None, 7, "10.0.0.256", "fd00::1", "010.0.0.1", DROP),
    ("status", "podIP"): ("10.0.0.9", 7),
    ("status", "conditions"): ([], None, {}, [7], [{}], DROP),
    ("status", "conditions", 1, "type"): ("PodScheduled", None, 7, DROP),
    ("status", "conditions", 1, "status"): ("False", "Unknown", None, 7, DROP),
}


def owned_pod(number: int) -> Object:
    """The usual pod: running, ready, with an owner, an address and a node."""
    found = pod("home", f"web-{number}", addresses=[f"10.0.0.{number}"], on="n1", app="a")
    found["spec"]["containers"][0]["ports"] = [{"name": "http", "containerPort": 80, "protocol": "TCP"}]
    found["metadata"]["ownerReferences"] = [{"kind": "ReplicaSet", "name": "web-5d4c8f", "controller": True}]
    conditions = [{"type": "Initialized", "status": "True"}, {"type": "Ready", "status": "True"}]
    found["status"]["conditions"] = conditions
    return found


def altered(body: Object, path: tuple[str | int, ...], value: Any) -> None:
    """Puts the value at the path, where the path still leads to something."""
    place: Any = body
    for key in path[:-1]:
        found = isinstance(place, dict) and key in place
        listed = isinstance(place, list) and isinstance(key, int) and key < len(place)
        if not (found or listed):
            return
        place = place[key]
    if isinstance(place, dict):
        place[path[-1]] = deepcopy(value)
        if value is DROP:
            del place[path[-1]]


ALTERATIONS = [(path, value) for path, values in _ODD.items() for value in values]
_alterations = st.sampled_from(ALTERATIONS)
_pods = st.lists(st.lists(_alterations, min_size=1, max_size=3), min_size=2, max_size=5)


def parsed(objects: list[Object], *, quickly: bool) -> Cluster:
    with pytest.MonkeyPatch.context() as patch:
        if not quickly:
            patch.setattr(pods, "read_plain_pod", lambda meta, spec, status: None)
        return parse_cluster(deepcopy(objects))


@pytest.mark.parametrize(("path", "value"), ALTERATIONS)
@pytest.mark.parametrize("place", [0, 1])
def test_one_odd_field_reads_the_same_both_ways(place: int, path: tuple[str | int, ...], value: Any) -> None:
    objects = [owned_pod(number) for number in range(3)]
    altered(objects[place], path, value)
    assert parsed(objects, quickly=True) == parsed(objects, quickly=False)


@given(_pods, st.booleans())
def test_both_ways_give_the_same_cluster_and_the_same_complaints(
    alterations: list[list[tuple[tuple[str | int, ...], Any]]], names_are_unique: bool
) -> None:
    objects = [owned_pod(number if names_are_unique else 0) for number in range(len(alterations))]
    for body, changes in zip(objects, alterations, strict=True):
        for path, value in changes:
            altered(body, path, value)
    assert parsed(objects, quickly=True) == parsed(objects, quickly=False)


def test_pods_of_one_owner_are_one_workload_with_each_its_own() -> None:
    objects = [owned_pod(number) for number in range(1, 4)]
    altered(objects[1], ("status", "conditions", 1, "status"), "False")
    altered(objects[2], ("metadata", "deletionTimestamp"), "2026-11-23T00:00:00Z")
    (workload,) = parsed(objects, quickly=True).workloads
    assert workload.key == "home/ReplicaSet/web-5d4c8f"
    assert [(each.name, each.addresses, each.state) for each in workload.pods] == [
        ("web-1", ("10.0.0.1",), PodState.READY),
        ("web-2", ("10.0.0.2",), PodState.NOT_READY),
        ("web-3", ("10.0.0.3",), PodState.SERVING),
    ]


def test_pods_without_an_owner_stand_for_themselves() -> None:
    objects = [owned_pod(number) for number in range(1, 3)]
    for body in objects:
        del body["metadata"]["ownerReferences"]
    assert [each.key for each in parsed(objects, quickly=True).workloads] == [
        "home/Pod/web-1",
        "home/Pod/web-2",
    ]
