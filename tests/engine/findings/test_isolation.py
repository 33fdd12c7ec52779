"""Findings about what nothing isolates, and what opens everything."""

from __future__ import annotations

import pytest

from apps.engine import Severity
from apps.engine.model import ObjectRef, Unevaluated
from tests.engine.findings.finding_in import findings, paths, service
from tests.engine.objects import (
    Object,
    admin_policy,
    baseline_policy,
    deny_all,
    deployment,
    network_policy,
    other_policy,
    pod,
)

DB = pod("shop", "db", app="db", addresses=["10.0.0.1"])
WEB = pod("shop", "web", app="web", addresses=["10.0.0.2"])
CLOSED = network_policy("shop", "closed", policyTypes=["Ingress"])


def test_a_namespace_that_nothing_isolates() -> None:
    (ingress,) = findings("no-default-deny-ingress", DB, WEB)
    assert ingress.object == ObjectRef("Namespace", "", "shop")
    assert ingress.message == "No policy isolates 2 of 2 workloads of shop for ingress."
    assert findings("no-default-deny-egress", DB, WEB)[0].severity is Severity.LOW


def test_each_direction_has_its_own_default_deny() -> None:
    assert not findings("no-default-deny-ingress", DB, WEB, CLOSED)
    assert paths("no-default-deny-egress", DB, WEB, CLOSED) == [("Namespace/shop", "")]


def test_one_pod_that_is_left_out_is_counted() -> None:
    some = network_policy("shop", "some", pods={"app": "db"})
    (found,) = findings("no-default-deny-ingress", DB, WEB, some)
    assert "1 of 2 workloads" in found.message


def test_replicas_count_once_and_namespaces_without_pods_not_at_all() -> None:
    (found,) = findings("no-default-deny-ingress", deployment("shop", "api", 3, app="api"), CLOSED_ELSEWHERE)
    assert "1 of 1 workloads of shop" in found.message


CLOSED_ELSEWHERE = network_policy("empty", "closed")


def test_pods_on_the_host_network_need_no_default_deny() -> None:
    assert not findings("no-default-deny-ingress", pod("shop", "agent", host=True))


EVERYBODY = [{"namespaces": {}}]
ANYWHERE = [{"namespaces": {}}, {"networks": ["0.0.0.0/0"]}]


def test_a_deny_of_everything_for_the_cluster_is_a_default_deny() -> None:
    closed = baseline_policy(
        ingress=[{"action": "Deny", "from": EVERYBODY}], egress=[{"action": "Deny", "to": ANYWHERE}]
    )
    assert not findings("no-default-deny-ingress", DB, closed)
    assert not findings("no-default-deny-egress", DB, closed)


@pytest.mark.parametrize(
    "rule",
    [
        {"action": "Deny", "to": [{"networks": ["169.254.169.254/32"]}]},
        {"action": "Deny", "to": EVERYBODY},
        {"action": "Deny", "to": ANYWHERE, "ports": [{"portNumber": {"port": 25}}]},
        {"action": "Pass", "to": ANYWHERE},
    ],
)
def test_a_deny_of_something_is_no_default_deny(rule: Object) -> None:
    assert findings("no-default-deny-egress", DB, admin_policy("some", 1, egress=[rule]))


def test_nothing_is_said_where_a_policy_is_not_evaluated() -> None:
    unknown = other_policy("cilium.io/v2", "CiliumNetworkPolicy", "shop", "closed")
    assert not findings("no-default-deny-ingress", DB, unknown)
    unread = [Unevaluated(ObjectRef("NetworkPolicy", "", ""), "not readable: HTTP 403")]
    assert not findings("no-default-deny-ingress", DB, unread=unread)


CLIENT = pod("orders", "client")


def test_an_unrestricted_service() -> None:
    shop = service("shop", "db", {"port": 80}, {"port": 81, "protocol": "UDP", "name": "x"})
    (found,) = findings("unrestricted-service", DB, CLIENT, pod("legacy", "old"), shop)
    assert found.object == ObjectRef("Service", "shop", "db")
    assert "on 80/TCP and 81/UDP for 2 other namespaces" in found.message
    assert [place.path for place in found.evidence] == ["spec.ports[0]", "spec.ports[1]"]


def test_a_service_that_a_policy_isolates_or_only_its_own_namespace_reaches() -> None:
    shop = service("shop", "db")
    assert not findings("unrestricted-service", DB, CLIENT, shop, CLOSED)
    assert not findings("unrestricted-service", DB, CLIENT, shop, network_policy("shop", "x", ingress=[{}]))
    assert not findings("unrestricted-service", DB, WEB, shop)
    (found,) = findings("unrestricted-service", DB, CLIENT, pod("legacy", "old"), shop, deny_all("orders"))
    assert "1 other namespace:" in found.message


def test_an_alias_of_an_unrestricted_service_is_not_reported_twice() -> None:
    alias = service(
        "orders", "a", selector=None, type="ExternalName", externalName="db.shop.svc.cluster.local"
    )
    assert paths("unrestricted-service", DB, CLIENT, service("shop", "db"), alias) == [
        ("Service/shop/db", "")
    ]


def test_a_plugin_that_enforces_nothing_is_one_loud_finding() -> None:
    objects = (DB, CLIENT, service("shop", "db"), CLOSED)
    (found,) = findings("nothing-enforced", *objects, plugin="none")
    assert found.severity is Severity.HIGH
    assert "1 policy" in found.message
    assert not findings("unrestricted-service", *objects, plugin="none")
    assert not findings("nothing-enforced", *objects)


@pytest.mark.parametrize(
    ("rule", "severity"),
    [
        ({}, Severity.MEDIUM),
        ({"ports": [{"port": 80}]}, Severity.LOW),
        ({"ports": [{"protocol": "UDP"}, {"port": 80}]}, Severity.MEDIUM),
        ({"from": [{"ipBlock": {"cidr": "0.0.0.0/0"}}]}, Severity.MEDIUM),
        ({"from": [{"podSelector": {}}, {"ipBlock": {"cidr": "::/0"}}]}, Severity.MEDIUM),
        ({"from": [{"ipBlock": {"cidr": cidr}} for cidr in ("0.0.0.0/1", "128.0.0.0/1")]}, Severity.MEDIUM),
    ],
)
def test_ingress_from_everywhere(rule: Object, severity: Severity) -> None:
    (found,) = findings("allow-all-ingress", DB, network_policy("shop", "open", ingress=[rule]))
    assert (found.path, found.severity) == ("spec.ingress[0]", severity)


@pytest.mark.parametrize(
    "peer",
    [
        {"namespaceSelector": {}},
        {"ipBlock": {"cidr": "0.0.0.0/0", "except": ["10.0.0.0/8"]}},
        {"ipBlock": {"cidr": "0.0.0.0/1"}},
    ],
)
def test_ingress_from_nearly_everywhere(peer: Object) -> None:
    assert not findings("allow-all-ingress", DB, network_policy("shop", "open", ingress=[{"from": [peer]}]))


def test_egress_to_everywhere_by_a_policy_of_the_cluster_too() -> None:
    out = [{"action": "Allow", "to": [{"networks": ["0.0.0.0/0"]}]}]
    found = paths("allow-all-egress", DB, admin_policy("out", 1, egress=out))
    assert found == [("AdminNetworkPolicy/out", "spec.egress[0]")]
    assert not findings("allow-all-egress", DB, admin_policy("out", 1, egress=[{**out[0], "action": "Pass"}]))


def test_opening_no_pod_to_everywhere_opens_nothing() -> None:
    assert not findings("allow-all-ingress", DB, network_policy("empty", "open", ingress=[{}]))


def test_dns_that_is_blocked_while_a_service_is_allowed() -> None:
    (found,) = findings("dns-blocked", *DNS, *ORDERS, ONLY_SHOP)
    assert found.object == ObjectRef("Namespace", "", "orders")
    assert "shop/db" in found.message
    assert [str(place.object) for place in found.evidence] == ["NetworkPolicy/orders/out", "Namespace/orders"]


def test_dns_that_is_closed_at_the_other_end() -> None:
    (found, *_) = findings("dns-blocked", *DNS, *ORDERS, network_policy("kube-system", "closed"))
    assert str(found.evidence[0].object) == "NetworkPolicy/kube-system/closed"


def test_dns_that_is_allowed_or_of_no_use() -> None:
    to_dns = {"namespaceSelector": {}, "podSelector": {"matchLabels": {"k8s-app": "kube-dns"}}}
    both = network_policy("orders", "dns", policyTypes=["Egress"], egress=[{"to": [to_dns]}])
    assert not findings("dns-blocked", *DNS, *ORDERS, ONLY_SHOP, both)
    assert not findings("dns-blocked", *DNS, *ORDERS, deny_all("orders"))


DNS = (
    pod("kube-system", "coredns", addresses=["10.0.1.1"], **{"k8s-app": "kube-dns"}),
    service(
        "kube-system",
        "kube-dns",
        {"name": "udp", "port": 53, "protocol": "UDP"},
        {"name": "tcp", "port": 53},
        selector={"k8s-app": "kube-dns"},
    ),
)
ORDERS = (CLIENT, DB, service("shop", "db"))
ONLY_SHOP = network_policy(
    "orders",
    "out",
    policyTypes=["Egress"],
    egress=[{"to": [{"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "shop"}}}]}],
)
