"""What is said of manifests that cannot be used: which object, which field, and why."""

from __future__ import annotations

from typing import Any

import pytest

from apps.engine import parse_cluster
from apps.engine.model import ObjectRef
from tests.engine.objects import Object, namespace
from tests.engine.parse.bodies import POD, POLICY, SERVICE, changed


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


@pytest.mark.parametrize(("address", "message"), [(None, "is missing"), ("here", "IPv4 or IPv6")])
def test_address_of_a_node_must_be_one(address: str | None, message: str) -> None:
    entries = [{"type": "Hostname", "address": "here"}, {"type": "InternalIP", "address": address}]
    node = {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "a"}, "status": {"addresses": entries}}
    (problem,) = parse_cluster([node]).problems
    assert problem.field == "status.addresses[1].address"
    assert message in problem.message


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
