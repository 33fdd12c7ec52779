"""What policies become, what the API server would refuse of them, and kinds that are not evaluated."""

from __future__ import annotations

from typing import Any

import pytest

from apps.engine import parse_cluster
from apps.engine.model import Direction, NoPeer, ObjectRef, PortMatch, Unevaluated
from tests.engine.objects import Object, admin_policy, network_policy, other_policy
from tests.engine.parse.bodies import POD, POLICY, changed


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
