"""What a reading of a live cluster holds."""

from __future__ import annotations

from typing import Any

import pytest

from apps.engine.model import Direction
from apps.snapshots.live import Access, ClusterUnreachable, read_cluster
from apps.snapshots.reading import Reading
from tests.fakes.kube_api import Fault, KubeApi
from tests.fakes.kube_objects import endpoint_slice, namespace, node, pod, policy, service
from tests.fakes.kube_reading import Reader, names, unread


def _cluster() -> list[dict[str, Any]]:
    return [
        namespace("shop"),
        namespace("prod", stage="prod"),
        node("node-1", "192.168.0.1"),
        service("shop", "web"),
        endpoint_slice("shop", "web"),
        policy("shop", "deny"),
        pod("shop", "web-1"),
    ]


def _one(reading: Reading, kind: str) -> dict[str, Any]:
    (found,) = [each.body for each in reading.objects if each.body["kind"] == kind]
    return found


def test_every_kind_is_read_with_its_kind_and_version() -> None:
    with KubeApi(_cluster()) as api:
        reading = Reader().read(api)
    assert [(each.body["apiVersion"], each.body["kind"]) for each in reading.objects] == [
        ("v1", "Namespace"),
        ("v1", "Namespace"),
        ("v1", "Node"),
        ("v1", "Service"),
        ("discovery.k8s.io/v1", "EndpointSlice"),
        ("networking.k8s.io/v1", "NetworkPolicy"),
        ("v1", "Pod"),
    ]
    assert names(reading, "Namespace") == ["prod", "shop"]
    assert _one(reading, "Service")["spec"]["ports"] == [{"port": 80, "protocol": "TCP"}]
    assert _one(reading, "EndpointSlice")["endpoints"] == [{"addresses": ["10.0.0.9"]}]
    assert (reading.unread, reading.problems) == ([], [])
    assert all(each.origin is None for each in reading.objects)


def test_nothing_but_get_is_asked_and_never_a_secret() -> None:
    with KubeApi([*_cluster(), policy("shop", "c", api="cilium.io/v2", kind="CiliumNetworkPolicy")]) as api:
        Reader().read(api)
    assert api.verbs == {"GET"}
    assert "/apis/cilium.io/v2/ciliumnetworkpolicies" in api.paths
    assert not [path for path in api.paths if "secret" in path or "configmap" in path]


def test_of_pods_no_environment_is_read() -> None:
    with KubeApi(_cluster()) as api:
        body = _one(Reader().read(api), "Pod")
    assert body["spec"]["nodeName"] == "node-1"
    assert "env" not in body["spec"]["containers"][0]
    assert "managedFields" not in body["metadata"]


def test_what_changes_between_two_readings_is_seen() -> None:
    with KubeApi(_cluster()) as api:
        before = Reader().read(api)
        api.store.add(pod("shop", "web-2"))
        api.store.remove("NetworkPolicy", "shop", "deny")
        api.store.replace(service("shop", "web", port=8443))
        after = Reader().read(api)
    assert (names(before, "Pod"), names(after, "Pod")) == (["shop/web-1"], ["shop/web-1", "shop/web-2"])
    assert (names(before, "NetworkPolicy"), names(after, "NetworkPolicy")) == (["shop/deny"], [])
    assert _one(after, "Service")["spec"]["ports"][0]["port"] == 8443


def test_a_list_whose_items_are_null_is_empty() -> None:
    with KubeApi(_cluster()) as api:
        api.faults = {"/api/v1/pods": Fault(null_items=True), "/api/v1/services": Fault(null_items=True)}
        reading = Reader().read(api)
    assert (names(reading, "Pod"), names(reading, "Service"), reading.unread) == ([], [], [])


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/api/v1/namespaces", "Namespace"),
        ("/api/v1/nodes", "Node"),
        ("/api/v1/pods", "Pod"),
        ("/api/v1/services", "Service"),
        ("/apis/discovery.k8s.io/v1/endpointslices", "EndpointSlice"),
        ("/apis/networking.k8s.io/v1/networkpolicies", "NetworkPolicy"),
    ],
)
def test_a_kind_that_may_not_be_listed_is_named_and_the_rest_is_read(path: str, kind: str) -> None:
    message = f'{kind} is forbidden: User "reader" cannot list it at the cluster scope'
    with KubeApi(_cluster()) as api:
        api.faults[path] = Fault(status=403, message=message)
        reading = Reader().read(api)
    assert unread(reading) == {kind: f"not readable: HTTP 403 ({message})"}
    (entry,) = reading.unread
    assert (entry.ref.namespace, entry.ref.name, entry.namespace) == ("", "", "")
    assert (entry.directions, entry.only_restricts) == (frozenset(Direction), False)
    assert {each.body["kind"] for each in reading.objects} == {
        "Namespace", "Node", "Pod", "Service", "EndpointSlice", "NetworkPolicy",
    } - {kind}  # fmt: skip


def test_a_kind_that_is_not_served_is_named() -> None:
    with KubeApi(_cluster()) as api:
        api.store.kinds = [kind for kind in api.store.kinds if kind.kind != "EndpointSlice"]
        reading = Reader().read(api)
    expected = "not readable: HTTP 404 (the server could not find the requested resource)"
    assert unread(reading) == {"EndpointSlice": expected}


def test_an_account_that_may_list_nothing_is_told_so() -> None:
    with KubeApi(_cluster()) as api:
        api.faults["*"] = Fault(status=403, message="forbidden")
        with pytest.raises(ClusterUnreachable, match=r"read nothing: HTTP 403 \(forbidden\).*ClusterRole"):
            Reader().read(api)


def test_progress_is_reported_page_by_page() -> None:
    reader = Reader()
    with KubeApi([namespace("shop"), *(pod("shop", f"web-{number:04}") for number in range(1001))]) as api:
        reading = reader.read(api)
    assert [step for step in reader.progress if step[0] == "pods"] == [
        ("pods", 500, 1001),
        ("pods", 1000, 1001),
        ("pods", 1001, 1001),
    ]
    assert len(names(reading, "Pod")) == len(set(names(reading, "Pod"))) == 1001
    assert ("networkpolicies.networking.k8s.io", 0, 0) in reader.progress


def test_an_error_of_the_caller_comes_through() -> None:
    def cancelled(*step: object) -> None:
        raise KeyboardInterrupt

    with KubeApi(_cluster()) as api, pytest.raises(KeyboardInterrupt):
        read_cluster(Access(kubeconfig=api.kubeconfig()), progress=cancelled)
