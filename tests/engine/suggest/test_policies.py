"""The policies that are suggested, as few and as short as can be."""

from __future__ import annotations

from tests.engine.objects import baseline_policy, deny_all, network_policy, port
from tests.engine.suggest.payments import (
    CLUSTER,
    DB,
    INWARD,
    OUTWARD,
    edge,
    running,
    service,
    service_of,
    space_called,
    specs,
    suggest,
)


def test_one_edge_and_dns_are_two_policies() -> None:
    found = suggest(*CLUSTER, keep=[DB], dns=True)
    assert found.impossible == ()
    assert specs(found) == {
        "namespace-default": {
            "podSelector": {},
            "policyTypes": ["Ingress", "Egress"],
            "egress": [
                {
                    "to": [
                        space_called("kube-system")
                        | {"podSelector": {"matchLabels": {"k8s-app": "kube-dns"}}}
                    ],
                    "ports": [{"protocol": "TCP", "port": 5353}, {"protocol": "UDP", "port": 5353}],
                }
            ],
        },
        "allow-to-db": {
            "podSelector": {"matchLabels": {"app": "db"}},
            "policyTypes": ["Ingress"],
            "ingress": [{"from": [space_called("orders")], "ports": [{"protocol": "TCP", "port": 5432}]}],
        },
    }


def test_nothing_kept_is_default_deny_and_everything_kept_is_no_policy() -> None:
    assert specs(suggest(*CLUSTER, keep=[])) == {
        "default-deny": {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    }
    assert suggest(*CLUSTER, keep=INWARD | OUTWARD).policies == ()


def test_a_direction_of_which_all_is_kept_stays_open() -> None:
    outward, inward = (specs(suggest(*CLUSTER, keep=keep)) for keep in (OUTWARD, INWARD))
    assert {name: spec["policyTypes"] for name, spec in outward.items()} == {
        "default-deny": ["Ingress"],
        "allow-to-api": ["Ingress"],
        "allow-to-db": ["Ingress"],
    }
    (spec,) = inward.values()
    assert (spec["policyTypes"], [len(rule["to"]) for rule in spec["egress"]]) == (["Egress"], [1, 1])


def test_equal_ports_share_a_rule_and_pods_with_equal_needs_a_policy() -> None:
    keep = [edge(source, f"payments/{name}") for source in ("orders", "reports") for name in ("api", "extra")]
    extra = running("payments", "extra", app="extra"), service("payments", "extra", target=8080, app="extra")
    found = suggest(*CLUSTER, *extra, keep=keep)
    assert found.impossible == ()
    assert specs(found)["allow-to-api-extra"] == {
        "podSelector": {"matchExpressions": [{"key": "app", "operator": "In", "values": ["api", "extra"]}]},
        "policyTypes": ["Ingress"],
        "ingress": [
            {"from": [space_called("orders", "reports")], "ports": [{"protocol": "TCP", "port": 8080}]}
        ],
    }
    assert len(found.policies) == 2


def test_the_order_of_what_is_kept_does_not_matter() -> None:
    keep = sorted(INWARD | OUTWARD)[::2]
    assert suggest(*CLUSTER, keep=keep) == suggest(*CLUSTER, keep=keep[::-1])


def test_a_port_goes_by_its_name_where_pods_differ() -> None:
    objects = (
        running("payments", "old", ports=[port("http", 8080)], app="web", track="old"),
        running("payments", "new", ports=[port("http", 9090)], app="web", track="new"),
        running("payments", "db", app="db"),
        running("orders", "web", app="web"),
        service("payments", "web", target="http", app="web"),
    )
    found = suggest(*objects, keep=[edge("orders", "payments/web")])
    assert found.impossible == ()
    (rule,) = specs(found)["allow-to-web"]["ingress"]
    assert rule["ports"] == [{"protocol": "TCP", "port": "http"}]


def test_an_end_point_outside_is_let_out_to_by_its_address() -> None:
    outside = {
        "apiVersion": "discovery.k8s.io/v1",
        "kind": "EndpointSlice",
        "metadata": {
            "name": "old",
            "namespace": "orders",
            "labels": {"kubernetes.io/service-name": "old"},
        },
        "addressType": "IPv4",
        "ports": [{"name": "", "port": 3306, "protocol": "TCP"}],
        "endpoints": [{"addresses": ["203.0.113.7"]}],
    }
    old = service_of("orders", "old", ports=[{"port": 80}])
    found = suggest(*CLUSTER, old, outside, keep=[edge("payments", "orders/old")])
    assert found.impossible == ()
    assert specs(found)["namespace-default"]["egress"] == [
        {"to": [{"ipBlock": {"cidr": "203.0.113.7/32"}}], "ports": [{"protocol": "TCP", "port": 3306}]}
    ]


def test_what_is_replaced_is_to_be_deleted_but_for_what_has_the_same_name() -> None:
    existing = (deny_all("payments"), network_policy("payments", "old"), network_policy("orders", "other"))
    assert suggest(*CLUSTER, *existing, keep=[]).delete == ("old",)


def test_where_the_baseline_denies_what_is_kept_is_allowed_by_name() -> None:
    baseline = baseline_policy(ingress=[{"action": "Deny", "from": [{"namespaces": {}}]}])
    found = suggest(*CLUSTER, baseline, keep=INWARD | OUTWARD)
    assert specs(found).keys() == {"default-deny", "allow-to-api", "allow-to-db"}
    # what the other namespaces let in is theirs to say
    assert {one.edge for one in found.impossible} == {key for key in OUTWARD if key not in INWARD}
