"""What manifests become, and what is said of those that cannot be used."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from apps.engine import Owner, maker_of, parse_cluster
from apps.engine.model import (
    Direction,
    NoPeer,
    ObjectRef,
    PodState,
    PortMatch,
    Unevaluated,
)
from tests.engine.objects import (
    Object,
    admin_policy,
    deployment,
    namespace,
    network_policy,
    other_policy,
    pod,
)

REPLICA_SET = [{"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "web-5d4c8f", "controller": True}]


def changed(body: Object, path: str, value: Any) -> Object:
    """The object with another value at `a.b.0.c`."""
    body = copy.deepcopy(body)
    *parents, last = [int(key) if key.isdigit() else key for key in path.split(".")]
    place: Any = body
    for key in parents:
        place = place[key]
    place[last] = value
    return body


POLICY = network_policy(
    "shop",
    "web",
    ingress=[
        {"from": [{"ipBlock": {"cidr": "10.0.0.0/8", "except": ["10.1.0.0/16"]}}], "ports": [{"port": 80}]}
    ],
)
SERVICE: Object = {
    "apiVersion": "v1",
    "kind": "Service",
    "metadata": {"name": "web", "namespace": "shop"},
    "spec": {"selector": {"app": "web"}, "ports": [{"port": 80, "targetPort": "http"}]},
}
POD = pod("shop", "web", ports=[{"name": "http", "containerPort": 8080}], app="web")


@pytest.mark.parametrize(
    ("body", "path", "value", "field", "words"),
    [
        (
            POD,
            "metadata.labels",
            {"app": True},
            'metadata.labels["app"]',
            "must be text (quote it), not true",
        ),
        (POD, "metadata.labels", ["app"], "metadata.labels", "must be a mapping, not a list"),
        (POD, "metadata.name", "", "metadata.name", "must not be empty"),
        (POD, "metadata.name", None, "metadata.name", "is missing"),
        (
            POD,
            "spec.containers.0.ports.0.containerPort",
            "80",
            "spec.containers[0].ports[0].containerPort",
            "'80'",
        ),
        (
            POD,
            "spec.containers.0.ports.0.containerPort",
            70000,
            "spec.containers[0].ports[0].containerPort",
            "70000",
        ),
        (POD, "spec.hostNetwork", "yes", "spec.hostNetwork", "must be true or false"),
        (POD, "status.podIPs", [{"ip": "300.1.1.1"}], "status.podIPs[0].ip", "300.1.1.1"),
        (SERVICE, "spec.selector", {"app": 1}, 'spec.selector["app"]', "must be text"),
        (SERVICE, "spec.ports.0.port", None, "spec.ports[0].port", "port number"),
        (SERVICE, "spec.ports.0.protocol", "HTTP", "spec.ports[0].protocol", "TCP, UDP, SCTP"),
        (SERVICE, "spec.type", "External", "spec.type", "ExternalName"),
        (
            POLICY,
            "spec.podSelector",
            {"matchLabels": {"a": 1}},
            'spec.podSelector.matchLabels["a"]',
            "must be text",
        ),
        (
            POLICY,
            "spec.podSelector",
            {"matchExpressions": [{"key": "a", "operator": "Equals", "values": ["b"]}]},
            "spec.podSelector.matchExpressions[0].operator",
            "In, NotIn, Exists, DoesNotExist",
        ),
        (
            POLICY,
            "spec.podSelector",
            {"matchExpressions": [{"key": "a", "operator": "In", "values": []}]},
            "spec.podSelector.matchExpressions[0].values",
            "must not be empty",
        ),
        (POLICY, "spec.policyTypes", ["ingress"], "spec.policyTypes[0]", "Ingress, Egress"),
        (POLICY, "spec.ingress", {"from": []}, "spec.ingress", "must be a list, not a mapping"),
        (
            POLICY,
            "spec.ingress.0.from.0.ipBlock.cidr",
            "10.0.0.0",
            "spec.ingress[0].from[0].ipBlock.cidr",
            "CIDR",
        ),
        (
            POLICY,
            "spec.ingress.0.from.0.ipBlock.except.0",
            "10.1.0.0/40",
            "spec.ingress[0].from[0].ipBlock.except[0]",
            "40",
        ),
        (POLICY, "spec.ingress.0.ports.0.port", 80.5, "spec.ingress[0].ports[0].port", "whole number"),
    ],
)
def test_what_cannot_be_used_is_named_with_its_field(
    body: Object, path: str, value: Any, field: str, words: str
) -> None:
    parsed = parse_cluster([namespace("shop"), changed(body, path, value)])
    (problem,) = parsed.problems
    assert problem.index == 1
    assert problem.field == field
    assert words in problem.message
    assert not parse_cluster([namespace("shop"), body]).problems


def test_one_bad_object_does_not_hide_the_others() -> None:
    parsed = parse_cluster(
        [changed(POD, "metadata.labels", []), SERVICE, changed(POLICY, "spec.ingress", {})]
    )
    assert [problem.index for problem in parsed.problems] == [0, 2]
    assert [service.name for service in parsed.services] == ["web"]


def test_a_policy_that_cannot_be_read_leaves_its_namespace_undecided() -> None:
    parsed = parse_cluster([POD, changed(POLICY, "spec.ingress", {})])
    assert [(entry.ref, entry.namespace) for entry in parsed.unevaluated] == [
        (ObjectRef("NetworkPolicy", "shop", "web"), "shop")
    ]


def test_an_object_given_twice_is_a_problem() -> None:
    (problem,) = parse_cluster([POD, POD]).problems
    assert (problem.index, problem.field) == (1, "metadata.name")


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("spec.ingress.0.from.0", {}, "an empty peer"),
        (
            "spec.ingress.0.from.0",
            {"ipBlock": {"cidr": "10.0.0.0/8"}, "podSelector": {}},
            "ipBlock stands beside a selector",
        ),
        ("spec.ingress.0.from.0.ipBlock.except.0", "11.0.0.0/8", "not a part of its cidr"),
        ("spec.ingress.0.ports.0", {"port": "http", "endPort": 90}, "endPort needs a port number"),
        ("spec.ingress.0.ports.0", {"endPort": 90}, "endPort needs a port"),
        ("spec.ingress.0.ports.0", {"port": 90, "endPort": 80}, "no range"),
        ("spec.ingress.0.ports.0", {"port": "HTTP_main"}, "no valid port name"),
        ("spec.ingress.0.ports.0", {"port": 80, "protocol": "ICMP"}, "ICMP"),
        ("spec.podSelectors", {}, "no such field"),
        ("spec.policyTypes", ["Egress"], "these rules are dead"),
    ],
)
def test_what_the_api_server_would_refuse_is_warned_of(path: str, value: Any, words: str) -> None:
    parsed = parse_cluster([POD, changed(POLICY, path, value)])
    assert not parsed.problems
    assert any(words in note.message for note in parsed.notes if note.object == "NetworkPolicy/shop/web")


def test_refused_peers_and_ports_match_nothing() -> None:
    body = changed(POLICY, "spec.ingress.0.from.0", {})
    (rule,) = (
        parse_cluster([changed(body, "spec.ingress.0.ports.0", {"port": 9, "endPort": 1})]).policies[0].rules
    )
    assert isinstance(rule.peers[0], NoPeer)
    assert rule.ports == (PortMatch("TCP", 1, 0),)


@pytest.mark.parametrize(
    ("spec", "directions"),
    [
        ({}, {Direction.INGRESS}),
        ({"policyTypes": []}, {Direction.INGRESS}),
        ({"egress": [{}]}, set(Direction)),
        ({"egress": []}, {Direction.INGRESS}),
        ({"policyTypes": ["Egress"], "ingress": [{}]}, {Direction.EGRESS}),
    ],
)
def test_policy_types(spec: Object, directions: set[Direction]) -> None:
    (policy,) = parse_cluster([network_policy("shop", "p", **spec)]).policies
    assert policy.isolates == directions
    assert {rule.direction for rule in policy.rules} <= directions


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


def test_kinds_that_play_no_part_are_passed_over() -> None:
    config = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c"}, "data": {"a": 1}}
    parsed = parse_cluster([config])
    assert (parsed.problems, parsed.notes, parsed.unevaluated) == ((), (), ())


def test_strict_mutual_tls_may_refuse_and_permissive_does_not() -> None:
    strict = other_policy("security.istio.io/v1", "PeerAuthentication", "shop", "default")
    permissive = {**strict, "spec": {"mtls": {"mode": "PERMISSIVE"}}}
    assert not parse_cluster([POD, permissive]).unevaluated
    (entry,) = parse_cluster([POD, {**strict, "spec": {"mtls": {"mode": "STRICT"}}}]).unevaluated
    assert entry.only_restricts


def test_unread_services_close_no_gate_and_unread_nodes_only_where_policies_pick_nodes() -> None:
    unread = [Unevaluated(ObjectRef(kind, "", ""), "not readable: HTTP 403") for kind in ("Node", "Service")]
    parsed = parse_cluster([POD], unread=unread)
    assert not any(entry.directions for entry in parsed.unevaluated)
    rule = {"action": "Deny", "to": [{"nodes": {}}]}
    parsed = parse_cluster([POD, admin_policy("nodes", 1, egress=[rule])], unread=unread)
    assert [entry.ref.name for entry in parsed.unevaluated if entry.directions] == ["nodes"]


@pytest.mark.parametrize(("address", "message"), [(None, "is missing"), ("here", "IPv4 or IPv6")])
def test_address_of_a_node_must_be_one(address: str | None, message: str) -> None:
    entries = [{"type": "Hostname", "address": "here"}, {"type": "InternalIP", "address": address}]
    node = {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "a"}, "status": {"addresses": entries}}
    (problem,) = parse_cluster([node]).problems
    assert problem.field == "status.addresses[1].address"
    assert message in problem.message
