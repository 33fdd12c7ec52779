"""What is kept of each kind."""

import pytest

from apps.snapshots.prune import prune
from tests.snapshots.prunable import (
    KEPT_METADATA,
    KEPT_SPEC,
    KEPT_TEMPLATE,
    METADATA,
    POD_SPEC,
    TEMPLATE,
    body,
    kept,
)


def test_a_pod():
    status = {
        "phase": "Running",
        "podIP": "10.1.0.5",
        "podIPs": [{"ip": "10.1.0.5"}],
        "hostIP": "10.0.0.1",
        "conditions": [
            {"type": "Ready", "status": "True", "lastTransitionTime": "2026-01-01T00:00:00Z"},
            {"type": "PodScheduled", "status": "True"},
        ],
        "containerStatuses": [{"image": "web:1"}],
    }
    pod = body("v1", "Pod", spec=POD_SPEC, status=status)
    pod["metadata"] = {**METADATA, "deletionTimestamp": "2026-01-02T00:00:00Z"}
    expected = kept(
        "v1",
        "Pod",
        spec=KEPT_SPEC,
        status={
            "phase": "Running",
            "podIP": "10.1.0.5",
            "podIPs": [{"ip": "10.1.0.5"}],
            "hostIP": "10.0.0.1",
            "conditions": [{"type": "Ready", "status": "True"}],
        },
    )
    expected["metadata"] = {**KEPT_METADATA, "deletionTimestamp": "2026-01-02T00:00:00Z"}
    assert prune(pod) == expected


@pytest.mark.parametrize(
    ("api_version", "kind"),
    [
        ("apps/v1", "Deployment"),
        ("apps/v1", "StatefulSet"),
        ("apps/v1", "DaemonSet"),
        ("apps/v1", "ReplicaSet"),
        ("v1", "ReplicationController"),
        ("batch/v1", "Job"),
        ("extensions/v1beta1", "Deployment"),
    ],
)
def test_a_workload(api_version, kind):
    spec = {"replicas": 3, "serviceName": "s", "template": TEMPLATE, "strategy": {}, "selector": {}}
    expected = {"replicas": 3, "serviceName": "s", "template": KEPT_TEMPLATE}
    assert prune(body(api_version, kind, spec=spec, status={"replicas": 3})) == kept(
        api_version, kind, spec=expected
    )


def test_a_cron_job():
    spec = {
        "schedule": "* * * * *",
        "jobTemplate": {"metadata": {"annotations": {}}, "spec": {"template": TEMPLATE}},
    }
    assert prune(body("batch/v1", "CronJob", spec=spec)) == kept(
        "batch/v1", "CronJob", spec={"jobTemplate": {"spec": {"template": KEPT_TEMPLATE}}}
    )


def test_a_service_and_its_slices():
    spec = {"selector": {"env": "prod"}, "ports": [{"port": 80}], "type": "LoadBalancer"}
    status = {"loadBalancer": {"ingress": [{"ip": "192.0.2.1"}]}, "conditions": []}
    assert prune(body("v1", "Service", spec=spec, status=status)) == kept(
        "v1", "Service", spec=spec, status={"loadBalancer": {"ingress": [{"ip": "192.0.2.1"}]}}
    )
    endpoint = {
        "addresses": ["10.1.0.5"],
        "conditions": {"ready": True, "serving": True, "terminating": False},
        "nodeName": "n1",
        "targetRef": {"kind": "Pod", "name": "a", "namespace": "shop", "uid": "x"},
        "zone": "z",
    }
    ports = [{"name": "http", "port": 8080, "protocol": "TCP"}]
    pruned = prune(
        body("discovery.k8s.io/v1", "EndpointSlice", addressType="IPv4", endpoints=[endpoint], ports=ports)
    )
    assert pruned["endpoints"] == [
        {
            "addresses": ["10.1.0.5"],
            "conditions": {"ready": True, "serving": True, "terminating": False},
            "nodeName": "n1",
            "targetRef": {"kind": "Pod", "name": "a", "namespace": "shop"},
        }
    ]
    assert (pruned["addressType"], pruned["ports"]) == ("IPv4", ports)


def test_nodes_keep_addresses_and_namespaces_their_labels():
    addresses = [{"type": "InternalIP", "address": "10.0.0.1"}]
    node = body("v1", "Node", spec={"podCIDR": "x"}, status={"addresses": addresses, "images": [{}]})
    assert prune(node) == kept("v1", "Node", status={"addresses": addresses})
    assert prune(body("v1", "Namespace", spec={}, status={})) == kept("v1", "Namespace")


@pytest.mark.parametrize(
    ("api_version", "kind"),
    [
        ("policy.networking.k8s.io/v1alpha1", "AdminNetworkPolicy"),
        ("policy.networking.k8s.io/v1alpha1", "BaselineAdminNetworkPolicy"),
        ("policy.networking.k8s.io/v1alpha2", "ClusterNetworkPolicy"),
        ("cilium.io/v2", "CiliumNetworkPolicy"),
        ("crd.projectcalico.org/v1", "GlobalNetworkPolicy"),
        ("projectcalico.org/v3", "Tier"),
        ("security.istio.io/v1", "AuthorizationPolicy"),
        ("policy.linkerd.io/v1beta1", "Server"),
        ("vendor.example/v1", "VendorNetworkPolicy"),
    ],
)
def test_policies_of_any_kind_keep_their_whole_spec(api_version, kind):
    spec = {"podSelector": {"matchLabels": {"env": "prod"}}, "anything": [{"command": 1}]}
    policy = body(api_version, kind, spec=spec, specs=[spec], status={"ok": True})
    assert prune(policy) == kept(api_version, kind, spec=spec, specs=[spec])


def test_network_policies_keep_their_spec_and_the_version_that_evidence_names():
    head = ("networking.k8s.io/v1", "NetworkPolicy")
    spec = {"podSelector": {"matchLabels": {"env": "prod"}}}
    expected = kept(*head, spec=spec)
    expected["metadata"] = expected["metadata"] | {"resourceVersion": "1"}
    assert prune(body(*head, spec=spec, status={"ok": True})) == expected


@pytest.mark.parametrize(
    ("api_version", "kind"),
    [
        ("v1", "ConfigMap"),
        ("v1", "Secret"),
        ("kyverno.io/v1", "ClusterPolicy"),
        ("example.org/v1", "Thing"),
        (5, []),
    ],
)
def test_other_kinds_keep_their_metadata_only(api_version, kind):
    pruned = prune(body(api_version, kind, spec={"a": 1}, data={"k": "x"}, stringData={"k": "x"}))
    assert pruned["metadata"] == KEPT_METADATA
    assert set(pruned) == {"apiVersion", "kind", "metadata"}
