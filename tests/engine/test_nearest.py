"""The nearest miss of a denied connection, and what it lacks in words."""

from __future__ import annotations

from typing import Any

from apps.engine import parse_cluster
from apps.engine.explain import explain_pair
from apps.engine.model import Assumptions, Direction, NearestMiss
from tests.engine.objects import (
    Object,
    admin_policy,
    baseline_policy,
    deny_all,
    deployment,
    end,
    namespace,
    network_policy,
    pod,
)

SPACES = [namespace("orders", access="frontend"), namespace("legacy")]
DB = pod("payments", "db", app="db")
CLIENTS = {
    "namespaceSelector": {"matchLabels": {"access": "frontend"}},
    "podSelector": {"matchLabels": {"db-client": "true"}},
}
ADMIT = network_policy(
    "payments", "admit", pods={"app": "db"}, ingress=[{"from": [CLIENTS], "ports": [{"port": 8080}]}]
)


def nearest(
    *objects: Object,
    source: str = "orders/report",
    target: str = "payments/db",
    number: int = 8080,
    gate: Direction = Direction.INGRESS,
    under: Assumptions | None = None,
) -> NearestMiss | None:
    cluster = parse_cluster([*SPACES, DB, *objects])
    ends = end(cluster, source), end(cluster, target)
    found = explain_pair(cluster, under or Assumptions(), *ends, number, "TCP")
    return found.ingress.nearest if gate is Direction.INGRESS else found.egress.nearest


def lacks(*objects: Object, **asked: Any) -> tuple[str, ...]:
    found = nearest(*objects, **asked)
    assert found is not None
    return found.lacks


def test_a_missing_pod_label() -> None:
    found = nearest(deployment("orders", "report"), ADMIT)
    assert found is not None
    assert found.lacks == ("pod label db-client=true on orders/Deployment/report",)
    assert found.citation.path == "spec.ingress[0]"
    assert found.citation.paths == ("spec.ingress[0].from[0]", "spec.ingress[0]")
    assert found.citation.selects


def test_a_missing_namespace_label() -> None:
    report = pod("legacy", "report", **{"db-client": "true"})
    assert lacks(report, ADMIT, source="legacy/report") == ("namespace label access=frontend on legacy",)


def test_another_port() -> None:
    report = pod("orders", "report", **{"db-client": "true"})
    assert lacks(report, ADMIT, number=5432) == ("port 5432/TCP (the rule has 8080/TCP)",)


def test_everything_at_once_is_named() -> None:
    assert lacks(pod("legacy", "report"), ADMIT, source="legacy/report", number=5432) == (
        "namespace label access=frontend on legacy",
        "pod label db-client=true on legacy/Pod/report",
        "port 5432/TCP (the rule has 8080/TCP)",
    )


def test_the_rule_with_the_fewest_changes_wins() -> None:
    closer = network_policy(
        "payments",
        "z-closer",
        ingress=[{"from": [{"namespaceSelector": {}, "podSelector": {"matchLabels": {"role": "ops"}}}]}],
    )
    found = nearest(pod("legacy", "report"), ADMIT, closer, source="legacy/report")
    assert found is not None
    assert found.citation.ref.name == "z-closer"


def test_a_tie_goes_by_name() -> None:
    again = network_policy("payments", "a-first", ingress=[{"from": [CLIENTS]}])
    found = nearest(pod("orders", "report"), ADMIT, again)
    assert found is not None
    assert found.citation.ref.name == "a-first"


def test_a_policy_that_almost_selects_the_pod() -> None:
    other = network_policy("payments", "for-caches", pods={"app": "cache"}, ingress=[{}])
    found = nearest(pod("orders", "report"), deny_all("payments"), other)
    assert found is not None
    assert found.lacks == ("pod label app=cache on payments/Pod/db (for for-caches to select it)",)
    assert not found.citation.selects


def test_ones_own_namespace_is_harder_to_change_than_a_label() -> None:
    own = network_policy("payments", "a-own", ingress=[{"from": [{"podSelector": {}}]}])
    assert lacks(pod("orders", "report"), own) == ("namespace payments instead of orders",)
    assert lacks(pod("orders", "report"), own, ADMIT) == ("pod label db-client=true on orders/Pod/report",)


def test_an_address_outside_the_block() -> None:
    block = network_policy("payments", "block", ingress=[{"from": [{"ipBlock": {"cidr": "10.0.0.0/8"}}]}])
    assert lacks(block, source="203.0.113.7") == ("an address in 10.0.0.0/8 instead of that of 203.0.113.7",)


def test_egress_speaks_of_the_target() -> None:
    out = network_policy(
        "orders",
        "out",
        policyTypes=["Egress"],
        egress=[{"to": [{"podSelector": {"matchLabels": {"app": "x"}}}]}],
    )
    report, near = pod("orders", "report"), pod("orders", "near", app="y")
    assert lacks(report, near, out, target="orders/near", gate=Direction.EGRESS) == (
        "pod label app=x on orders/Pod/near",
    )


def test_a_rule_that_can_never_match_is_no_near_miss() -> None:
    block = network_policy("payments", "block", ingress=[{"from": [{"ipBlock": {"cidr": "10.0.0.0/8"}}]}])
    under = Assumptions(ip_block_matches_pods="no")
    assert nearest(pod("orders", "report", addresses=["192.0.2.1"]), block, under=under) is None
    assert nearest(pod("orders", "report"), deny_all("payments")) is None


def test_no_network_policy_helps_against_an_admin_deny() -> None:
    everyone = [{"action": "Deny", "from": [{"namespaces": {}}]}]
    report = pod("orders", "report")
    assert nearest(report, ADMIT, admin_policy("close", 1, ingress=everyone)) is None
    almost = network_policy("payments", "almost", pods={"app": "cache"}, ingress=[{}])
    assert lacks(report, almost, baseline_policy(ingress=everyone)) == (
        "pod label app=cache on payments/Pod/db (for almost to select it)",
    )


def test_what_is_allowed_has_no_near_miss() -> None:
    assert nearest(pod("orders", "report", **{"db-client": "true"}), ADMIT) is None
