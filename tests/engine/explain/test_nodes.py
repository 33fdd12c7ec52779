"""A pod and itself, its own node, and pods on their nodes' network (N16, N17, N18)."""

from __future__ import annotations

import pytest

from apps.engine import parse_cluster
from apps.engine.explain import explain_pair
from apps.engine.model import Assumptions, Verdict
from tests.engine.explain.asking import AGENTS, DB, NODES, PLAIN, ask
from tests.engine.objects import Object, admin_policy, deny_all, deployment, end, network_policy, pod

# --- a pod and itself, and its own node (N17, N18) -----------------------------------------------


def test_a_pod_reaches_itself_and_not_its_replica() -> None:
    cluster = parse_cluster([deployment("payments", "db", replicas=2), deny_all("payments")])
    first, second = end(cluster, "payments/db", 0), end(cluster, "payments/db", 1)
    under = Assumptions()
    assert explain_pair(cluster, under, first, first, 80, "TCP").verdict is Verdict.ALLOWED
    assert explain_pair(cluster, under, first, second, 80, "TCP").verdict is Verdict.DENIED


@pytest.mark.parametrize(
    ("source", "verdict"),
    [
        ("system/agent1", Verdict.ALLOWED),
        ("192.168.0.1", Verdict.ALLOWED),
        ("system/agent2", Verdict.DENIED),
        ("192.168.0.2", Verdict.DENIED),
        ("192.168.0.3", Verdict.DENIED),
    ],
)
def test_a_pod_lets_in_its_own_node(source: str, verdict: Verdict) -> None:
    found = ask(*NODES, PLAIN, *AGENTS, deny_all("payments"), source=source, target="payments/plain")
    assert found.verdict is verdict


@pytest.mark.parametrize("target", ["system/agent1", "192.168.0.1"])
@pytest.mark.parametrize(
    ("own_node", "verdict"),
    [("allowed", Verdict.ALLOWED), ("policy", Verdict.DENIED), ("unknown", Verdict.UNKNOWN)],
)
def test_to_its_own_node_a_plugin_decides(target: str, own_node: str, verdict: Verdict) -> None:
    objects = [*NODES, PLAIN, *AGENTS, deny_all("payments")]
    under = Assumptions(own_node=own_node)
    assert ask(*objects, source="payments/plain", target=target, under=under).verdict is verdict
    assert ask(*objects, source="payments/plain", target="192.168.0.2", under=under).verdict is Verdict.DENIED


def test_whose_node_is_not_known_may_be_on_it() -> None:
    found = ask(*NODES, pod("payments", "db"), *AGENTS, deny_all("payments"), source="system/agent1")
    assert found.verdict is Verdict.UNKNOWN
    assert "system/agent1 may be on the node of payments/db" in found.reason


# --- host-network pods (N16) ---------------------------------------------------------------------

ADMIT_AGENTS = network_policy(
    "payments",
    "admit",
    ingress=[{"from": [{"namespaceSelector": {}, "podSelector": {"matchLabels": {"app": "agent"}}}]}],
)
ADMIT_NODES = network_policy(
    "payments", "admit", ingress=[{"from": [{"ipBlock": {"cidr": "192.168.0.2/32"}}]}]
)


@pytest.mark.parametrize(
    ("admit", "way", "verdict"),
    [
        (ADMIT_AGENTS, "node", Verdict.DENIED),
        (ADMIT_AGENTS, "pod", Verdict.ALLOWED),
        (ADMIT_AGENTS, "unknown", Verdict.UNKNOWN),
        (ADMIT_NODES, "node", Verdict.ALLOWED),
        (ADMIT_NODES, "pod", Verdict.DENIED),
        (ADMIT_NODES, "unknown", Verdict.UNKNOWN),
        (deny_all("payments"), "unknown", Verdict.DENIED),
    ],
)
def test_how_a_host_network_pod_is_seen(admit: Object, way: str, verdict: Verdict) -> None:
    under = Assumptions(host_network=way, ip_block_matches_pods="no")
    objects = [*NODES, PLAIN, *AGENTS, admit]
    assert ask(*objects, source="system/agent2", target="payments/plain", under=under).verdict is verdict


@pytest.mark.parametrize(("way", "verdict"), [("node", Verdict.UNRESTRICTED), ("pod", Verdict.DENIED)])
def test_whether_a_host_network_pod_is_governed(way: str, verdict: Verdict) -> None:
    under = Assumptions(host_network=way)
    found = ask(*NODES, DB, *AGENTS, deny_all("system"), source="system/agent2", under=under)
    assert found.verdict is verdict


@pytest.mark.parametrize(("zone", "verdict"), [("west", Verdict.DENIED), ("east", Verdict.UNRESTRICTED)])
def test_a_nodes_peer_means_the_nodes_and_what_runs_on_their_network(zone: str, verdict: Verdict) -> None:
    rule = {"action": "Deny", "to": [{"nodes": {"matchLabels": {"zone": zone}}}]}
    close = admin_policy("close", 1, subject={"namespaces": {"matchLabels": {"x": "y"}}}, egress=[rule])
    objects = [*NODES, *AGENTS, pod("orders", "report", on="n1"), pod("web", "b", on="n2"), close]
    objects.append(
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "orders", "labels": {"x": "y"}}}
    )
    assert ask(*objects, target="192.168.0.2").verdict is _restricted(verdict)
    assert ask(*objects, target="system/agent2").verdict is _restricted(verdict)
    assert ask(*objects, target="web/b").verdict is Verdict.ALLOWED


def _restricted(verdict: Verdict) -> Verdict:
    """The subject has a Deny rule, so what is not denied is allowed and not unrestricted."""
    return Verdict.ALLOWED if verdict is Verdict.UNRESTRICTED else verdict
