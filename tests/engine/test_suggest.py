"""Suggested policies, tried out: what is kept is allowed, all else is denied, and what cannot be had is told.

The random test reads the manifests back as any others and asks what would be at best and at worst: with a
namespace that lets everything through, and with one that lets nothing through.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from copy import deepcopy
from itertools import count
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.engine import (
    EdgeKey,
    NotFound,
    ServiceIndex,
    Suggestion,
    assumptions_for,
    compute_reach,
    parse_cluster,
    suggest_policies,
)
from apps.engine.model import Assumptions, Cluster, Verdict
from apps.engine.reach import Reach
from apps.engine.suggest.selectors import split_apart, tell_apart
from tests.engine.objects import (
    Object,
    admin_policy,
    baseline_policy,
    deny_all,
    network_policy,
    other_policy,
    pod,
    port,
)
from tests.engine.service_strategies import services
from tests.engine.strategies import assumptions, clusters

OPEN = {Verdict.ALLOWED, Verdict.UNRESTRICTED}
CLOSED = {Verdict.DENIED, Verdict.EMPTY}


def replaced(objects: Iterable[Object], namespace: str, policies: Iterable[Object]) -> list[Object]:
    """The objects with these NetworkPolicies in place of those of the namespace."""
    kept = [
        each
        for each in objects
        if (each["kind"], each["metadata"].get("namespace")) != ("NetworkPolicy", namespace)
    ]
    return deepcopy([*kept, *json.loads(json.dumps(list(policies)))])


def verdicts(objects: Iterable[Object], under: Assumptions) -> dict[EdgeKey, Verdict]:
    cluster = parse_cluster(objects)
    assert not cluster.problems
    return verdicts_of(compute_reach(cluster, under))


def verdicts_of(reach: Reach) -> dict[EdgeKey, Verdict]:
    return {
        EdgeKey(name, each.target, each.port, each.protocol): each.verdict(number)
        for each in reach.ports
        for number, name in enumerate(reach.namespaces)
    }


# --- at random -----------------------------------------------------------------------------------


class Seen:
    """What policies see of the pods behind each Service port: labels and ports, and whose they are."""

    def __init__(self, cluster: Cluster, under: Assumptions) -> None:
        self._index, self._cluster = ServiceIndex(cluster), cluster
        self._host_is_pod = under.host_network == "pod"

    def behind(self, key: EdgeKey) -> set[tuple[Any, ...]]:
        return {
            (one.workload.namespace, tuple(sorted(one.workload.labels.items())), one.port)
            for one in self._targets(key)
            if one.workload
        }

    def on_node(self, key: EdgeKey) -> bool:
        hosts = (one.workload for one in self._targets(key) if one.workload and one.workload.host_network)
        return not self._host_is_pod and any(hosts)

    def _targets(self, key: EdgeKey) -> Any:
        namespace, _, name = key.target.partition("/")
        return self._index.resolve(self._index.by_key[namespace, name], key.port, key.protocol).targets


@given(st.data(), clusters(), assumptions)
def test_a_suggestion_does_what_was_asked_or_says_why_not(
    data: st.DataObject, objects: list[Object], assumed: dict[str, str]
) -> None:
    objects, under = objects + data.draw(services(objects)), Assumptions(**assumed)
    cluster = parse_cluster(objects)
    before = verdicts_of(compute_reach(cluster, under))
    home = data.draw(st.sampled_from([space.name for space in cluster.namespaces]))
    own = sorted(key for key in before if home in (key.source, key.target.partition("/")[0]))
    keep = {key for key in own if data.draw(st.booleans())}

    found = suggest_policies(cluster, under, home, keep)
    told = {one.edge for one in found.impossible}
    after = verdicts(replaced(objects, home, found.policies), under)
    best = verdicts(replaced(objects, home, [everything_open(home)]), under)
    worst = verdicts(replaced(objects, home, [deny_all(home)]), under)
    seen = Seen(cluster, under)
    for key in before:
        if key not in own:
            assert after[key] is before[key]
        elif key in keep and key not in told:
            assert after[key] in {*OPEN, Verdict.EMPTY}, key
        elif key in keep:
            hidden = key.source == home and seen.on_node(key)
            assert best[key] not in OPEN or hidden, (key, found.impossible)
        elif key not in told:
            assert after[key] in CLOSED, key
        else:
            alike = (other for other in keep if (other.source, other.protocol) == (key.source, key.protocol))
            shared = any(seen.behind(key) & seen.behind(other) for other in alike)
            assert worst[key] not in CLOSED or shared, (key, found.impossible)


def everything_open(namespace: str) -> Object:
    return network_policy(namespace, "open", policyTypes=["Ingress", "Egress"], ingress=[{}], egress=[{}])


# --- by example ----------------------------------------------------------------------------------

NOTHING_ASSUMED = Assumptions()
_numbers = count(10)


def running(space: str, name: str, *, ports: Sequence[Object] = (), **labels: str) -> Object:
    """A pod with an address of its own, as a Service's end points have."""
    return pod(space, name, addresses=[f"10.0.0.{next(_numbers)}"], ports=ports, **labels)


def service(
    space: str, name: str, *, number: int = 80, target: int | str = 0, protocol: str = "TCP", **selector: str
) -> Object:
    ports = [{"port": number, "protocol": protocol, "targetPort": target or number}]
    return _service(space, name, selector=selector, ports=ports)


def alias(space: str, name: str, host: str) -> Object:
    return _service(space, name, type="ExternalName", externalName=host, ports=[{"port": 80}])


def _service(space: str, name: str, **spec: Any) -> Object:
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": name, "namespace": space},
        "spec": spec,
    }


def edge(source: str, target: str, number: int = 80, protocol: str = "TCP") -> EdgeKey:
    return EdgeKey(source, target, number, protocol)


def suggest(*objects: Object, keep: Iterable[EdgeKey], dns: bool = False) -> Suggestion:
    """For the namespace `payments`."""
    cluster = parse_cluster(objects)
    assert not cluster.problems
    return suggest_policies(cluster, NOTHING_ASSUMED, "payments", keep, dns=dns)


def specs(found: Suggestion) -> dict[str, Object]:
    return {policy["metadata"]["name"]: policy["spec"] for policy in found.policies}


def space_called(*names: str) -> Object:
    key = "kubernetes.io/metadata.name"
    if len(names) == 1:
        return {"namespaceSelector": {"matchLabels": {key: names[0]}}}
    return {
        "namespaceSelector": {"matchExpressions": [{"key": key, "operator": "In", "values": list(names)}]}
    }


CLUSTER = (
    running("payments", "db", app="db"),
    running("payments", "api", app="api"),
    running("orders", "web", app="web"),
    running("reports", "job", app="job"),
    running("kube-system", "coredns", **{"k8s-app": "kube-dns"}),
    service("payments", "db", number=5432, app="db"),
    service("payments", "api", target=8080, app="api"),
    service("orders", "web", app="web"),
    _service(
        "kube-system",
        "kube-dns",
        selector={"k8s-app": "kube-dns"},
        ports=[
            {"name": "udp", "port": 53, "protocol": "UDP", "targetPort": 5353},
            {"name": "tcp", "port": 53, "protocol": "TCP", "targetPort": 5353},
        ],
    ),
)
DB = edge("orders", "payments/db", 5432)
INWARD = {
    edge(source, target, number)
    for source in ("kube-system", "orders", "payments", "reports")
    for target, number in (("payments/db", 5432), ("payments/api", 80))
}
OUTWARD = {
    edge("payments", "payments/db", 5432),
    edge("payments", "payments/api"),
    edge("payments", "orders/web"),
    edge("payments", "kube-system/kube-dns", 53, "UDP"),
    edge("payments", "kube-system/kube-dns", 53, "TCP"),
}


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
    old = _service("orders", "old", ports=[{"port": 80}])
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


# --- what cannot be had --------------------------------------------------------------------------


def why(found: Suggestion) -> dict[EdgeKey, str]:
    return {one.edge: one.reason for one in found.impossible}


def test_two_services_of_the_same_pods_and_port_open_together() -> None:
    found = suggest(*CLUSTER, service("payments", "twin", number=5432, app="db"), keep=[DB])
    assert why(found) == {
        edge("orders", "payments/twin", 5432): "it leads to the same pods and port as "
        "orders to payments/db:5432/TCP, which is kept"
    }


def test_labels_that_do_not_tell_two_workloads_apart() -> None:
    objects = (
        running("payments", "one", ports=[port("a", 8080)], app="web"),
        running("payments", "two", ports=[port("b", 8080)], app="web"),
        running("orders", "web", app="web"),
        service("payments", "one", target="a", app="web"),
        service("payments", "two", target="b", app="web"),
    )
    found = suggest(*objects, keep=[edge("orders", "payments/one")])
    (reason,) = why(found).values()
    assert why(found).keys() == {edge("orders", "payments/two")}
    assert reason.startswith("labels do not tell payments/Pod/two from payments/Pod/one")


def test_what_the_other_side_denies_stays_denied() -> None:
    keep = [DB, edge("payments", "orders/web")]
    found = suggest(*CLUSTER, deny_all("orders"), keep=keep)
    reasons = why(found)
    assert reasons.keys() == set(keep)
    assert "orders/web is isolated for egress by default-deny" in reasons[keep[0]]
    assert "orders/web is isolated for ingress by default-deny" in reasons[keep[1]]


def test_what_an_admin_policy_decides_is_not_the_namespaces_to_change() -> None:
    rules = [
        {"action": "Deny", "from": [space_of("orders")]},
        {"action": "Allow", "from": [space_of("reports")]},
    ]
    found = suggest(*CLUSTER, admin_policy("all", 1, ingress=rules), keep=[DB])
    reasons = why(found)
    assert reasons.keys() == {DB, edge("reports", "payments/db", 5432), edge("reports", "payments/api")}
    assert all("AdminNetworkPolicy all" in reason for reason in reasons.values())


def space_of(name: str) -> Object:
    return {"namespaces": space_called(name)["namespaceSelector"]}


def test_pods_on_their_nodes_network_are_out_of_reach_of_selectors() -> None:
    agent = pod("payments", "agent", addresses=["192.168.0.9"], on="n1", host=True, app="agent")
    own = service("payments", "agent", app="agent")
    reasons = why(suggest(*CLUSTER, agent, own, keep=[edge("payments", "payments/agent")]))
    assert reasons.pop(edge("payments", "payments/agent")).startswith(
        "payments/Pod/agent uses its node's network"
    )
    assert reasons.keys() == {edge(name, "payments/agent") for name in ("kube-system", "orders", "reports")}


@pytest.mark.parametrize("host", ["example.org", "gone.orders.svc.cluster.local"])
def test_an_alias_that_leads_to_no_pods_has_nothing_to_open(host: str) -> None:
    key = edge("payments", "orders/away")
    reasons = why(suggest(*CLUSTER, alias("orders", "away", host), keep=[key]))
    assert reasons[key].startswith("there is nothing to open or close: orders/away")
    assert reasons.keys() == {key}


def test_an_alias_elsewhere_is_closed_with_the_pods_it_leads_to() -> None:
    elsewhere = alias("orders", "db", "db.payments.svc.cluster.local")
    shown = edge("reports", "orders/db", 5432)
    reasons = why(suggest(*CLUSTER, elsewhere, keep=[edge("reports", "payments/db", 5432)]))
    assert shown not in reasons
    assert reasons[edge("orders", "orders/db", 5432)].startswith("it leads to pods of payments")
    assert suggest(*CLUSTER, elsewhere, keep=[shown]).policies[1]["metadata"]["name"] == "allow-to-db"


def test_what_is_not_evaluated_leaves_all_unknown() -> None:
    found = suggest(
        *CLUSTER, other_policy("cilium.io/v2", "CiliumNetworkPolicy", "payments", "one"), keep=[DB]
    )
    reasons = why(found)
    assert "CiliumNetworkPolicy" in reasons[DB]
    assert reasons.keys() == INWARD | OUTWARD


def test_where_nothing_is_enforced_nothing_can_be_closed() -> None:
    found = suggest_policies(parse_cluster(CLUSTER), assumptions_for("none"), "payments", [DB])
    reasons = why(found)
    assert reasons.keys() == (INWARD | OUTWARD) - {DB}
    assert set(reasons.values()) == {"the cluster's network plugin enforces no NetworkPolicy"}


def test_without_a_known_dns_service_its_edges_cannot_be_kept() -> None:
    found = suggest(running("payments", "db", app="db"), keep=[], dns=True)
    assert [one.edge for one in found.impossible] == [
        edge("payments", "kube-system/kube-dns", 53, "TCP"),
        edge("payments", "kube-system/kube-dns", 53, "UDP"),
    ]


@pytest.mark.parametrize(
    ("keep", "error", "words"),
    [
        (edge("nowhere", "payments/db", 5432), NotFound, "no namespace nowhere"),
        (edge("orders", "payments/db", 1), NotFound, "no Service port payments/db:1/TCP"),
        (edge("reports", "orders/web"), ValueError, "neither starts nor ends in payments"),
    ],
)
def test_an_edge_that_cannot_be_meant_is_refused(keep: EdgeKey, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        suggest(*CLUSTER, keep=[keep])


def test_a_namespace_that_is_not_there_is_named() -> None:
    with pytest.raises(NotFound, match="no namespace nowhere"):
        suggest_policies(parse_cluster(CLUSTER), NOTHING_ASSUMED, "nowhere", [])


# --- selectors -----------------------------------------------------------------------------------


def labelled(**labels: str) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((key.replace("_", "-"), value) for key, value in labels.items()))


def test_a_selector_asks_for_as_few_labels_as_tell_pods_apart() -> None:
    db, api = labelled(app="db", tier="back"), labelled(app="api", tier="back")
    assert tell_apart([db], [api]) == {"matchLabels": {"app": "db"}}
    assert tell_apart([db, api], [labelled(app="web")]) == {"matchLabels": {"tier": "back"}}
    assert tell_apart([db], [labelled(app="api", track="new")]) == {"matchLabels": {"app": "db"}}
    bare = {"matchExpressions": [{"key": "app", "operator": "DoesNotExist"}]}
    assert tell_apart([labelled()], [db, api]) == bare


def test_a_selector_does_not_ask_for_what_changes_with_each_rollout() -> None:
    new = labelled(app="db", pod_template_hash="1")
    assert tell_apart([new], [labelled(app="api", pod_template_hash="2")]) == {"matchLabels": {"app": "db"}}


def test_pods_that_no_single_selector_picks_are_parted() -> None:
    wanted = [labelled(app="a", tier="x"), labelled(app="b", tier="y")]
    others = [labelled(app="a", tier="y"), labelled(app="b", tier="x")]
    assert tell_apart(wanted, others) is None
    assert [part for part, _ in split_apart(wanted, others)] == [frozenset([one]) for one in wanted]
