"""What cannot be had by policies of the namespace alone, with its reason, and what cannot be asked."""

from __future__ import annotations

import pytest

from apps.engine import EdgeKey, NotFound, assumptions_for, parse_cluster, suggest_policies
from tests.engine.objects import Object, admin_policy, deny_all, other_policy, pod, port
from tests.engine.suggest.payments import (
    CLUSTER,
    DB,
    INWARD,
    NOTHING_ASSUMED,
    OUTWARD,
    alias,
    edge,
    running,
    service,
    space_called,
    suggest,
    why,
)


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


# --- what cannot be asked ------------------------------------------------------------------------


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
