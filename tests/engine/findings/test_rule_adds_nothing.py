"""Rules that other rules make superfluous: with everything removed that is reported, no answer changes."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Any

import pytest
from hypothesis import given

from apps.engine import Explainer, find_findings, parse_cluster
from apps.engine.findings.coverage import Coverage
from apps.engine.findings.rule_index import RuleIndex
from apps.engine.model import Assumptions, Cluster, Direction, Endpoint, Verdict
from apps.engine.scene import Scene
from tests.engine.findings.finding_in import paths
from tests.engine.objects import Object, ends_with_pods, namespace, network_policy, pod, port
from tests.engine.strategies import OUTSIDE, PORTS, PROTOCOLS, assumptions, clusters

ID = "rule-adds-nothing"
SPACES = [namespace("shop"), namespace("orders", team="a"), namespace("legacy")]
DB = pod("shop", "db", app="db", addresses=["10.0.0.1"], ports=[port("sql", 5432)])
WEB = pod("shop", "web", app="web", addresses=["10.0.0.2"], ports=[port("sql", 80)])
ORDERS = pod("orders", "api", app="api", addresses=["10.1.0.1"])
CLUSTER = [*SPACES, DB, WEB, ORDERS, pod("orders", "job", addresses=["10.1.0.2"])]

TEAM = {"namespaceSelector": {"matchLabels": {"team": "a"}}}
API = {**TEAM, "podSelector": {"matchLabels": {"app": "api"}}}


def block(cidr: str, *excepts: str) -> Object:
    return {"ipBlock": {"cidr": cidr, "except": list(excepts)}}


def superfluous(first: Object, second: Object, **under: Any) -> list[str]:
    """The paths of the rules of one policy of two rules for the pods labelled app=db that add nothing."""
    policy = network_policy("shop", "p", pods={"app": "db"}, ingress=[first, second])
    return [path for _, path in paths(ID, *CLUSTER, policy, **under)]


WIDE_AND_NARROW = [
    ({}, {"from": [TEAM]}),
    ({"from": [TEAM]}, {"from": [API], "ports": [{"port": 80}]}),
    ({"from": [TEAM, {"podSelector": {}}]}, {"from": [{"podSelector": {}}]}),
    ({"from": [TEAM], "ports": [{"port": 80, "endPort": 90}]}, {"from": [TEAM], "ports": [{"port": 85}]}),
    ({"from": [TEAM], "ports": [{"port": 5432}, {"port": 80}]}, {"from": [TEAM], "ports": [{"port": "sql"}]}),
    ({"from": [block("10.0.0.0/8")]}, {"from": [block("10.2.0.0/16")]}),
    ({"from": [block("10.0.0.0/9"), block("10.128.0.0/9")]}, {"from": [block("10.0.0.0/8")], "ports": [{}]}),
    ({"from": [block("10.0.0.0/8", "10.3.0.0/16")]}, {"from": [block("10.2.0.0/15", "10.3.0.0/16")]}),
]


@pytest.mark.parametrize(("wide", "narrow"), WIDE_AND_NARROW)
def test_the_narrower_of_two_rules_adds_nothing(wide: Object, narrow: Object) -> None:
    assert superfluous(wide, narrow) == ["spec.ingress[1]"]
    assert superfluous(narrow, wide) == ["spec.ingress[0]"]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"from": [TEAM]}, {"from": [{"podSelector": {}}]}),
        ({"from": [TEAM], "ports": [{"port": 80}]}, {"from": [TEAM], "ports": [{"port": 81}]}),
        (
            {"from": [TEAM], "ports": [{"port": 80}]},
            {"from": [TEAM], "ports": [{"port": 80, "protocol": "UDP"}]},
        ),
        ({"from": [TEAM], "ports": [{"port": 80}]}, {"from": [API]}),
        ({"from": [TEAM], "ports": [{"port": 80}]}, {"from": [TEAM], "ports": [{"port": "sql"}]}),
        ({"from": [block("10.0.0.0/8", "10.2.0.0/16")]}, {"from": [block("10.0.0.0/8", "10.3.0.0/16")]}),
        ({"from": [block("203.0.113.0/24")]}, {"from": [block("198.51.100.0/24")]}),
        ({"from": [TEAM]}, {"from": [{"podSelector": {"matchLabels": {"app": "ghost"}}}]}),
    ],
)
def test_rules_that_both_add_something_or_nothing_at_all(first: Object, second: Object) -> None:
    assert superfluous(first, second) == []


def test_a_block_covers_pods_only_where_it_matches_them() -> None:
    rules = {"from": [block("10.0.0.0/8")]}, {"from": [TEAM]}
    assert superfluous(*rules, plugin="calico") == ["spec.ingress[1]"]
    assert superfluous(*rules, plugin="cilium") == []
    assert superfluous(*rules, plugin="generic") == []


def test_of_equal_rules_the_later_by_name() -> None:
    policies = [network_policy("shop", name, ingress=[{"from": [TEAM]}]) for name in ("b", "a", "c")]
    found = paths(ID, *CLUSTER, *policies)
    assert found == [(f"NetworkPolicy/shop/{name}", "spec.ingress[0]") for name in "bc"]


def test_a_policy_for_fewer_pods_covers_nothing_of_one_for_more() -> None:
    few = network_policy("shop", "a", pods={"app": "db"}, ingress=[{"from": [TEAM]}])
    more = network_policy("shop", "b", ingress=[{"from": [API]}])
    assert paths(ID, *CLUSTER, few, more) == []
    few, more = (
        network_policy("shop", "a", pods={"app": "db"}, ingress=[{"from": [API]}]),
        network_policy("shop", "b", ingress=[{"from": [TEAM]}]),
    )
    assert paths(ID, *CLUSTER, few, more) == [("NetworkPolicy/shop/a", "spec.ingress[0]")]


def test_names_on_egress_are_those_of_the_destinations() -> None:
    def out(*ports: Object) -> list[tuple[str, str]]:
        rules = [{"to": [{"podSelector": {}}], "ports": [one]} for one in ports]
        policy = network_policy("shop", "p", pods={"app": "web"}, policyTypes=["Egress"], egress=rules)
        return paths(ID, *CLUSTER, policy)

    assert out({"port": 80, "endPort": 6000}, {"port": "sql"}) == [("NetworkPolicy/shop/p", "spec.egress[1]")]
    assert out({"port": 80}, {"port": "sql"}) == []


def test_a_name_never_covers_addresses_outside() -> None:
    rules = [{"to": [block("203.0.113.0/24")], "ports": [one]} for one in ({"port": "sql"}, {"port": 80})]
    web = [*SPACES, pod("shop", "web", addresses=["203.0.113.9"], ports=[port("sql", 80)])]
    policy = network_policy("shop", "p", policyTypes=["Egress"], egress=rules)
    assert paths(ID, *web, policy) == [("NetworkPolicy/shop/p", "spec.egress[0]")]


def test_a_pod_that_a_block_matches_in_one_family_only() -> None:
    both = pod("orders", "both", app="both", addresses=["10.1.0.3", "fd00::3"])
    picked = {**TEAM, "podSelector": {"matchLabels": {"app": "both"}}}
    first, second = {"from": [block("10.0.0.0/8"), block("fd00::/16")]}, {"from": [picked]}
    for wide, wrong in ((first, ["spec.ingress[1]"]), ({"from": first["from"][:1]}, [])):
        policy = network_policy("shop", "p", ingress=[wide, second])
        assert [path for _, path in paths(ID, *CLUSTER, both, policy)] == wrong


def test_what_pods_on_the_host_network_are_has_to_make_no_difference() -> None:
    agent = pod("orders", "agent", app="agent", host=True, addresses=["192.0.2.1"])
    rules = [{"from": [{**TEAM, "podSelector": {"matchLabels": {"app": "api"}}}]}, {"from": [TEAM]}]
    cluster = parse_cluster([*SPACES, DB, ORDERS, agent, network_policy("shop", "p", ingress=rules)])
    for host, wrong in (
        ("node", "spec.ingress[1]"),
        ("pod", "spec.ingress[0]"),
        ("unknown", "spec.ingress[0]"),
    ):
        found = find_findings(cluster, Assumptions(host_network=host))
        assert [each.path for each in found if each.id == ID] == [wrong]


def test_a_direction_does_not_cover_the_other() -> None:
    both = network_policy(
        "shop", "p", policyTypes=["Ingress", "Egress"], ingress=[{"from": [TEAM]}], egress=[{}]
    )
    assert paths(ID, *CLUSTER, both) == []


@pytest.mark.parametrize("form", ["port", "range over one", "subject", "peer"])
def test_of_many_rules_few_are_compared(form: str) -> None:
    """Rules that differ in one respect only: each is compared with the few that agree with it in that."""
    many = range(200)
    pods = [pod("shop", f"p{n}", app=f"a{n}") for n in many]
    rules = {
        "port": lambda n: ({}, {"from": [TEAM], "ports": [{"port": n + 1}]}),
        "range over one": lambda n: ({}, {"from": [TEAM], "ports": [{"port": n + 1, "endPort": n + 1}]}),
        "subject": lambda n: ({"app": f"a{n}"}, {"from": [TEAM]}),
        "peer": lambda n: ({}, {"from": [{"podSelector": {"matchLabels": {"app": f"a{n}"}}}]}),
    }
    chosen = [
        network_policy("shop", f"p{n:03}", pods=rules[form](n)[0], ingress=[rules[form](n)[1]]) for n in many
    ]
    scene = Scene(parse_cluster([*SPACES, ORDERS, *pods, *chosen]), Assumptions())
    (world,) = scene.matrix.worlds
    index = RuleIndex(world.gates[Direction.INGRESS], Coverage(scene.parties, world.sets))
    assert sum(len(index.candidates(placed)) for placed in index.rules()) == len(many)


# --- on random clusters --------------------------------------------------------------------------


def answers(cluster: Cluster, under: Assumptions) -> list[Verdict]:
    """Of every pair of ends, on every port."""
    explainer = Explainer(cluster, under)
    ends = [*ends_with_pods(cluster), *(Endpoint(address=text) for text in OUTSIDE)]
    return [
        explainer.explain(source, target, number, protocol).verdict
        for source, target in product(ends, repeat=2)
        if source.pod or target.pod
        if source is not target
        for number, protocol in product(PORTS, PROTOCOLS)
    ]


def without_what_is_reported(cluster: Cluster, under: Assumptions) -> Cluster:
    """Without the policies, rules and peers that are said to do nothing."""
    found = find_findings(cluster, under)
    idle = {each.object for each in found if each.id == "policy-selects-nothing"}
    rules = {(each.object, each.path) for each in found if each.id == ID}
    policies = [
        replace(policy, rules=tuple(rule for rule in policy.rules if (policy.ref, rule.path) not in rules))
        for policy in cluster.policies
        if policy.ref not in idle
    ]
    return replace(cluster, policies=tuple(policies))


@given(clusters(), assumptions)
def test_what_is_said_to_do_nothing_does_nothing(objects: list[Object], assumed: dict[str, str]) -> None:
    cluster, under = parse_cluster(objects), Assumptions(**assumed)
    smaller = without_what_is_reported(cluster, under)
    assert answers(smaller, under) == answers(cluster, under)
