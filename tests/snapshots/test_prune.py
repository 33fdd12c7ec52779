"""What is kept of each kind, and that nothing else survives, whatever it is hidden in."""

import copy
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.engine import parse_cluster
from apps.snapshots.prune import prune

METADATA = {
    "name": "a",
    "namespace": "shop",
    "labels": {"app": "web", "env": "prod"},
    "ownerReferences": [
        {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "a-1", "controller": True, "uid": "x"}
    ],
    "annotations": {"kubectl.kubernetes.io/last-applied-configuration": "{}"},
    "managedFields": [{"manager": "kubectl"}],
    "uid": "0f",
    "resourceVersion": "1",
    "creationTimestamp": "2026-01-01T00:00:00Z",
    "generation": 3,
}
KEPT_METADATA = {
    "name": "a",
    "namespace": "shop",
    "labels": {"app": "web", "env": "prod"},
    "ownerReferences": [{"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "a-1", "controller": True}],
}
CONTAINER = {
    "name": "web",
    "image": "web:1",
    "env": [{"name": "PASSWORD", "value": "x"}],
    "args": ["--password=x"],
    "command": ["web"],
    "ports": [{"name": "http", "containerPort": 8080, "protocol": "TCP", "hostIP": "10.0.0.1"}],
    "volumeMounts": [{"name": "v"}],
}
KEPT_PORTS = [{"name": "http", "containerPort": 8080, "protocol": "TCP"}]
POD_SPEC = {
    "nodeName": "n1",
    "hostNetwork": True,
    "dnsPolicy": "None",
    "dnsConfig": {"nameservers": ["10.0.0.10"], "searches": ["x"]},
    "hostname": "a",
    "subdomain": "s",
    "serviceAccountName": "sa",
    "containers": [CONTAINER],
    "initContainers": [{**CONTAINER, "restartPolicy": "Always"}],
    "volumes": [{"name": "v", "secret": {"secretName": "x"}}],
    "tolerations": [],
}
KEPT_SPEC = {
    "nodeName": "n1",
    "hostNetwork": True,
    "dnsPolicy": "None",
    "dnsConfig": {"nameservers": ["10.0.0.10"]},
    "hostname": "a",
    "subdomain": "s",
    "serviceAccountName": "sa",
    "containers": [{"name": "web", "ports": KEPT_PORTS}],
    "initContainers": [{"name": "web", "restartPolicy": "Always", "ports": KEPT_PORTS}],
}
TEMPLATE = {"metadata": {"labels": {"app": "web"}, "annotations": {"a": "b"}}, "spec": POD_SPEC}
KEPT_TEMPLATE = {"metadata": {"labels": {"app": "web"}}, "spec": KEPT_SPEC}


def body(api_version, kind, **rest):
    return {"apiVersion": api_version, "kind": kind, "metadata": METADATA, **rest}


def kept(api_version, kind, **rest):
    return {"apiVersion": api_version, "kind": kind, "metadata": KEPT_METADATA, **rest}


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


KINDS = [
    ("v1", "Pod"),
    ("v1", "Service"),
    ("v1", "Endpoints"),
    ("v1", "Node"),
    ("v1", "Secret"),
    ("v1", "ConfigMap"),
    ("apps/v1", "Deployment"),
    ("apps/v1", "StatefulSet"),
    ("batch/v1", "CronJob"),
    ("discovery.k8s.io/v1", "EndpointSlice"),
    ("example.org/v1", "Thing"),
]
FORBIDDEN = [
    *("env", "args", "command", "image", "volumes", "data", "stringData"),
    *("annotations", "managedFields"),
]
WORDS = [
    *("metadata", "labels", "name", "ownerReferences", "spec", "template", "jobTemplate", "status"),
    *("containers", "initContainers", "ephemeralContainers", "ports", "dnsConfig", "nameservers"),
    *("podIPs", "conditions", "addresses", "targetRef", "subsets", "endpoints"),
    *FORBIDDEN,
]
scalars = st.none() | st.booleans() | st.integers() | st.sampled_from(["", "Ready", "web"])
trees = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=5),
    max_leaves=30,
)


def marked(value):
    """The tree with everything below a forbidden key replaced by a mark."""
    if isinstance(value, dict):
        return {key: {"k": ["MARK"]} if key in FORBIDDEN else marked(each) for key, each in value.items()}
    return [marked(each) for each in value] if isinstance(value, list) else value


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(KINDS), st.dictionaries(st.sampled_from(WORDS), trees, max_size=6))
def test_nothing_survives_below_a_forbidden_key_and_nothing_raises(kind, rest):
    """In a label or a Service's selector `env` is a word like any other; its value there is text."""
    rest = marked(rest)
    if kind[1] == "Service":
        rest.pop("spec", None)
        rest.pop("status", None)
    given_body = {"apiVersion": kind[0], "kind": kind[1], **rest}
    before = copy.deepcopy(given_body)
    pruned = prune(given_body)
    assert "MARK" not in json.dumps(pruned)
    assert given_body == before
    assert prune(pruned) == pruned
    parse_cluster([pruned])


@pytest.mark.parametrize(
    ("spec", "left"),
    [
        ({"containers": {"env": "x"}}, {"containers": {}}),
        ({"containers": [["env"]]}, {"containers": [[]]}),
        ({"containers": "x"}, {"containers": "x"}),
        ([{"env": 1}], []),
        (None, None),
        ({"nodeName": {"env": 1}}, {"nodeName": {}}),
    ],
)
def test_a_wrong_shape_keeps_its_type_for_the_parser_to_complain_about(spec, left):
    assert prune({"apiVersion": "v1", "kind": "Pod", "spec": spec})["spec"] == left


@pytest.mark.parametrize(
    ("labels", "left"),
    [
        ({"env": {"k": "x"}, "app": "web"}, {"env": {}, "app": "web"}),
        ({"env": [{"k": "x"}]}, {"env": []}),
        ([{"env": "x"}, "web"], [{}, "web"]),
    ],
)
def test_labels_hold_text_and_nothing_below(labels, left):
    given_body = {"apiVersion": "v1", "kind": "Pod", "metadata": {"labels": labels}}
    assert prune(given_body)["metadata"]["labels"] == left


def test_the_parser_finds_the_same_in_a_pruned_object():
    broken = body("v1", "Pod", spec={"containers": {"env": "x"}})
    [before], [after] = parse_cluster([broken]).problems, parse_cluster([prune(broken)]).problems
    assert (after.field, after.message) == (before.field, before.message)
    pod = body("v1", "Pod", spec=POD_SPEC, status={"podIP": "10.1.0.5"})
    service = body("v1", "Service", spec={"selector": {"app": "web"}, "ports": [{"port": 80}]})
    assert parse_cluster([prune(pod), prune(service)]) == parse_cluster([pod, service])
