"""Findings about policies that do not do what they seem to."""

from __future__ import annotations

import pytest

from apps.engine.model import ObjectRef, Unevaluated
from tests.engine.findings.finding_in import findings, paths
from tests.engine.objects import (
    Object,
    admin_policy,
    cluster_policy,
    namespace,
    network_policy,
    node,
    other_policy,
    pod,
)

DB = pod("shop", "db", app="db")
PODS_UNREAD = [Unevaluated(ObjectRef("Pod", "", ""), "not readable: HTTP 403")]


def test_a_policy_that_selects_nothing() -> None:
    idle = network_policy("shop", "idle", pods={"app": "dbs"})
    (found,) = findings("policy-selects-nothing", DB, idle)
    assert str(found.object) == "NetworkPolicy/shop/idle"
    assert found.evidence[0].path == "spec.podSelector"
    assert not findings("policy-selects-nothing", DB, network_policy("shop", "good", pods={"app": "db"}))


def test_a_policy_for_pods_on_the_host_network_governs_none() -> None:
    agent = pod("shop", "agent", host=True, app="agent")
    assert findings("policy-selects-nothing", agent, network_policy("shop", "p", pods={"app": "agent"}))


def test_pods_that_could_not_be_read_are_not_missing() -> None:
    idle = network_policy(
        "shop", "idle", pods={"app": "x"}, ingress=[{"from": [{"podSelector": {"matchLabels": {"a": "b"}}}]}]
    )
    assert not findings("policy-selects-nothing", DB, idle, unread=PODS_UNREAD)
    assert not findings("peer-matches-nothing", DB, idle, unread=PODS_UNREAD)
    assert findings("peer-matches-nothing", DB, idle)


def ingress(peer: Object) -> Object:
    return network_policy("shop", "p", ingress=[{"from": [{"podSelector": {}}, peer]}])


@pytest.mark.parametrize(
    ("peer", "lack"),
    [
        ({"podSelector": {"matchLabels": {"app": "dbs"}}}, "no pod"),
        ({"namespaceSelector": {"matchLabels": {"team": "none"}}}, "no pod"),
        ({"ipBlock": {"cidr": "10.0.0.0/31", "except": ["10.0.0.0/32", "10.0.0.1/32"]}}, "no address"),
        ({}, "empty peer"),
    ],
)
def test_a_peer_that_matches_nothing(peer: Object, lack: str) -> None:
    (found,) = findings("peer-matches-nothing", DB, ingress(peer))
    assert found.path == "spec.ingress[0].from[1]"
    assert lack in found.message


@pytest.mark.parametrize(
    "peer",
    [
        {"podSelector": {"matchLabels": {"app": "db"}}},
        {"namespaceSelector": {}},
        {"ipBlock": {"cidr": "10.0.0.0/30", "except": ["10.0.0.0/31"]}},
    ],
)
def test_a_peer_that_matches_something(peer: Object) -> None:
    assert not findings("peer-matches-nothing", DB, ingress(peer))


def test_a_peer_of_nodes() -> None:
    out = [{"action": "Deny", "to": [{"nodes": {"matchLabels": {"zone": "east"}}}]}]
    policy = admin_policy("nodes", 1, egress=out)
    found = paths("peer-matches-nothing", DB, node("n1", "192.0.2.1", zone="west"), policy)
    assert found == [("AdminNetworkPolicy/nodes", "spec.egress[0].to[0]")]
    assert not findings("peer-matches-nothing", DB, node("n1", "192.0.2.1", zone="east"), policy)


def test_rules_that_policy_types_leave_out() -> None:
    dead = network_policy("shop", "dead", policyTypes=["Ingress"], egress=[{}], ingress=[{}])
    (found,) = findings("rules-without-effect", DB, dead)
    assert (str(found.object), found.path) == ("NetworkPolicy/shop/dead", "spec.egress")
    assert not findings("rules-without-effect", DB, network_policy("shop", "fine", egress=[{}]))
    assert not findings(
        "rules-without-effect", DB, network_policy("shop", "fine", policyTypes=["Ingress"], egress=[])
    )


DENY = [{"action": "Deny", "from": [{"namespaces": {}}]}]
ALLOW = [{"action": "Allow", "from": [{"namespaces": {}}]}]


def test_equal_priorities_that_may_disagree() -> None:
    (found,) = findings(
        "equal-priorities", DB, admin_policy("a", 5, ingress=DENY), admin_policy("b", 5, ingress=ALLOW)
    )
    assert str(found.object) == "AdminNetworkPolicy/b"
    assert str(found.evidence[1].object) == "AdminNetworkPolicy/a"


@pytest.mark.parametrize(
    "other",
    [
        admin_policy("b", 6, ingress=ALLOW),
        admin_policy("b", 5, ingress=DENY),
        admin_policy("b", 5, egress=[{"action": "Allow", "to": [{"namespaces": {}}]}]),
        admin_policy("b", 5, ingress=ALLOW, subject={"namespaces": {"matchLabels": {"x": "y"}}}),
        cluster_policy("b", "Baseline", 5, ingress=[{"action": "Accept", "from": [{"namespaces": {}}]}]),
    ],
)
def test_priorities_that_cannot_clash(other: Object) -> None:
    apart = namespace("other", x="y"), pod("other", "one")
    first = admin_policy("a", 5, ingress=DENY, subject={"namespaces": {"matchLabels": {"z": "z"}}})
    assert not findings("equal-priorities", namespace("shop", z="z"), DB, *apart, first, other)


def test_a_policy_kind_that_is_not_evaluated_is_one_finding() -> None:
    cilium = [other_policy("cilium.io/v2", "CiliumNetworkPolicy", "shop", name) for name in ("a", "b")]
    (found,) = findings("not-evaluated", DB, *cilium)
    assert found.object == ObjectRef("CiliumNetworkPolicy", "", "")
    assert "(2 objects)" in found.message
    assert [place.object.name for place in found.evidence] == ["a", "b"]
    assert not findings("not-evaluated", DB, network_policy("shop", "p"))


def test_a_policy_that_cannot_be_read_is_a_finding_of_its_own() -> None:
    broken = network_policy("shop", "broken", ingress="all")
    cilium = other_policy("cilium.io/v2", "CiliumNetworkPolicy", "shop", "a")
    found = paths("not-evaluated", DB, broken, cilium)
    assert found == [("CiliumNetworkPolicy", ""), ("NetworkPolicy/shop/broken", "")]


def test_a_kind_that_could_not_be_read() -> None:
    (found,) = findings("not-evaluated", DB, unread=PODS_UNREAD)
    assert found.message == "Pod: not readable: HTTP 403; what depends on it is unknown."
