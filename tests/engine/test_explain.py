"""The literal evaluator: verdicts where the sentences leave room, and the evidence that it gives."""

from __future__ import annotations

import pytest

from apps.engine import parse_cluster
from apps.engine.explain import explain_pair
from apps.engine.model import Assumptions, PairExplanation, Verdict
from tests.engine.objects import (
    Object,
    admin_policy,
    baseline_policy,
    cluster_policy,
    deny_all,
    deployment,
    end,
    network_policy,
    node,
    other_policy,
    pod,
    port,
)

DB = pod("payments", "db", app="db", addresses=["10.0.0.1"])
REPORT = pod("orders", "report", app="report", addresses=["10.0.0.2"])
FROM_ORDERS = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "orders"}}}
ADMIT_ORDERS = network_policy(
    "payments",
    "db-allow-orders",
    pods={"app": "db"},
    ingress=[{"from": [{"podSelector": {}}, FROM_ORDERS], "ports": [{"port": 80}, {"port": 5432}]}],
)


def ask(
    *objects: Object,
    source: str = "orders/report",
    target: str = "payments/db",
    number: int = 5432,
    protocol: str = "TCP",
    under: Assumptions | None = None,
) -> PairExplanation:
    cluster = parse_cluster(objects)
    assert not cluster.problems
    ends = end(cluster, source), end(cluster, target)
    return explain_pair(cluster, under or Assumptions(), *ends, number, protocol)


# --- evidence ------------------------------------------------------------------------------------


def test_an_allow_cites_the_rule_and_its_matching_entries() -> None:
    found = ask(DB, REPORT, deny_all("payments"), ADMIT_ORDERS)
    assert found.verdict is Verdict.ALLOWED
    (citation,) = found.ingress.citations
    assert citation.ref == ("NetworkPolicy", "payments", "db-allow-orders")
    assert citation.path == "spec.ingress[0]"
    assert citation.paths == ("spec.ingress[0].from[1]", "spec.ingress[0].ports[1]", "spec.ingress[0]")
    assert citation.effect == "allow"
    assert [other.ref.name for other in found.ingress.others] == ["default-deny"]
    assert found.ingress.reason == (
        "payments/db is isolated for ingress by db-allow-orders and default-deny; "
        "db-allow-orders, ingress rule 1, lets it in."
    )
    assert not found.egress.isolated
    assert found.egress.reason == "orders/report is not isolated for egress."


def test_all_rules_that_allow_are_cited() -> None:
    second = network_policy("payments", "open", ingress=[{"ports": [{"port": 1}]}, {}])
    found = ask(DB, REPORT, ADMIT_ORDERS, second)
    assert [(one.ref.name, one.path) for one in found.ingress.citations] == [
        ("db-allow-orders", "spec.ingress[0]"),
        ("open", "spec.ingress[1]"),
    ]
    assert found.ingress.reason.endswith(
        "db-allow-orders, ingress rule 1, and open, ingress rule 2, let it in."
    )


def test_a_denial_cites_every_policy_that_isolates() -> None:
    found = ask(DB, REPORT, deny_all("payments"), ADMIT_ORDERS, number=22)
    assert found.verdict is Verdict.DENIED
    assert [one.ref.name for one in found.ingress.citations] == ["db-allow-orders", "default-deny"]
    assert {one.paths for one in found.ingress.citations} == {("spec.podSelector", "spec.policyTypes")}
    assert {one.effect for one in found.ingress.citations} == {"isolate"}
    assert "no ingress rule there lets orders/report in on 22/TCP" in found.reason


def test_a_pass_is_cited_before_what_decides() -> None:
    rules = [
        {"action": "Deny", "from": [{"namespaces": {"matchLabels": {"no": "such"}}}]},
        {"action": "Pass", "from": [{"namespaces": {}}], "ports": [{"portNumber": {"port": 5432}}]},
    ]
    found = ask(DB, REPORT, admin_policy("first", 1, ingress=rules), ADMIT_ORDERS)
    assert [(one.ref.name, one.path, one.effect) for one in found.ingress.citations] == [
        ("first", "spec.ingress[1]", "pass"),
        ("db-allow-orders", "spec.ingress[0]", "allow"),
    ]
    assert found.ingress.citations[0].paths[:2] == ("spec.ingress[1].from[0]", "spec.ingress[1].ports[0]")
    assert "AdminNetworkPolicy first, ingress rule 2, passes it on" in found.ingress.reason


def test_a_cluster_network_policy_has_protocols_and_not_ports() -> None:
    rule = {
        "action": "Deny",
        "to": [{"networks": ["10.9.0.0/16", "10.0.0.0/8"]}],
        "protocols": [{"udp": {}}, {"tcp": {"destinationPort": {"number": 5432}}}],
    }
    found = ask(DB, REPORT, cluster_policy("egress", "Baseline", 1, egress=[rule]))
    assert found.verdict is Verdict.DENIED
    (citation,) = found.egress.citations
    assert citation.paths == ("spec.egress[0].to[0]", "spec.egress[0].protocols[1]", "spec.egress[0]")
    assert found.reason == "ClusterNetworkPolicy egress, egress rule 1, denies it."


def test_nothing_isolates() -> None:
    found = ask(DB, REPORT, deny_all("elsewhere"))
    assert found.verdict is Verdict.UNRESTRICTED
    assert (found.egress.citations, found.ingress.citations) == ((), ())


def test_a_deny_rule_that_does_not_match_still_restricts() -> None:
    rule = {"action": "Deny", "from": [{"namespaces": {"matchLabels": {"no": "such"}}}]}
    found = ask(DB, REPORT, baseline_policy(ingress=[rule]))
    assert found.verdict is Verdict.ALLOWED
    assert found.ingress.isolated
    assert [(one.ref.name, one.paths) for one in found.ingress.others] == [("default", ("spec.subject",))]


# --- a pod and itself, and its own node (N17, N18) ---------------------------------------------------


def test_a_pod_reaches_itself_and_not_its_replica() -> None:
    cluster = parse_cluster([deployment("payments", "db", replicas=2), deny_all("payments")])
    first, second = end(cluster, "payments/db", 0), end(cluster, "payments/db", 1)
    under = Assumptions()
    assert explain_pair(cluster, under, first, first, 80, "TCP").verdict is Verdict.ALLOWED
    assert explain_pair(cluster, under, first, second, 80, "TCP").verdict is Verdict.DENIED


NODES = node("n1", "192.168.0.1", zone="east"), node("n2", "192.168.0.2", zone="west")
PLAIN = pod("payments", "plain", addresses=["10.0.0.1"], on="n1")
AGENTS = [
    pod(
        "system", f"agent{number}", addresses=[f"192.168.0.{number}"], on=f"n{number}", host=True, app="agent"
    )
    for number in (1, 2)
]


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


# --- host-network pods (N16) -----------------------------------------------------------------------

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


# --- addresses (N14, N15, N24, N26) ------------------------------------------------------------------

ADMIT_BLOCK = network_policy("payments", "admit", ingress=[{"from": [{"ipBlock": {"cidr": "10.0.0.0/24"}}]}])


@pytest.mark.parametrize(
    ("matches", "inside", "outside", "template"),
    [
        ("yes", Verdict.ALLOWED, Verdict.DENIED, Verdict.UNKNOWN),
        ("no", Verdict.DENIED, Verdict.DENIED, Verdict.DENIED),
        ("unknown", Verdict.UNKNOWN, Verdict.DENIED, Verdict.UNKNOWN),
    ],
)
def test_whether_a_block_matches_pods(
    matches: str, inside: Verdict, outside: Verdict, template: Verdict
) -> None:
    under = Assumptions(ip_block_matches_pods=matches)
    away = pod("orders", "away", addresses=["10.1.0.1"])
    objects = [DB, REPORT, away, deployment("orders", "new"), ADMIT_BLOCK]
    assert ask(*objects, under=under).verdict is inside
    assert ask(*objects, source="orders/away", under=under).verdict is outside
    assert ask(*objects, source="orders/new", under=under).verdict is template
    assert ask(*objects, source="10.0.0.9", under=under).verdict is Verdict.ALLOWED


def test_families_that_differ_are_partial() -> None:
    both = [pod(f"ns{n}", "a", addresses=[f"10.0.0.{n}", f"fd00::{n}"]) for n in (1, 2)]
    admit = network_policy("ns2", "admit", ingress=[{"from": [{"ipBlock": {"cidr": "10.0.0.0/8"}}]}])
    under = Assumptions(ip_block_matches_pods="yes")
    found = ask(*both, admit, source="ns1/a", target="ns2/a", under=under)
    assert found.verdict is Verdict.PARTIAL
    assert found.reason.startswith("Denied over IPv6 only.")
    assert ask(*both, admit, source="fd00::9", target="ns2/a", under=under).verdict is Verdict.DENIED


def test_a_family_that_is_not_decided_leaves_the_pair_undecided() -> None:
    both = [pod(f"ns{n}", "a", addresses=[f"10.0.0.{n}", f"fd00::{n}"]) for n in (1, 2)]
    admit = network_policy("ns2", "admit", ingress=[{"from": [{"ipBlock": {"cidr": "10.0.0.0/8"}}]}])
    found = ask(*both, admit, source="ns1/a", target="ns2/a")
    assert found.verdict is Verdict.UNKNOWN
    assert found.reason == (
        "Not decided: whether ipBlock 10.0.0.0/8 matches pods depends on the network plugin."
    )


# --- ports (N10) -------------------------------------------------------------------------------------


def test_a_named_port_is_looked_up_on_the_destination() -> None:
    close = network_policy("orders", "out", policyTypes=["Egress"], egress=[{"ports": [{"port": "web"}]}])
    objects = [
        pod("orders", "report", ports=[port("web", 7070)]),
        pod("payments", "db", ports=[port("web", 8080)]),
        pod("payments", "udp", ports=[port("web", 8080, "UDP")]),
        close,
    ]
    assert ask(*objects, number=8080).verdict is Verdict.ALLOWED
    assert ask(*objects, number=7070).verdict is Verdict.DENIED
    assert ask(*objects, target="payments/udp", number=8080).verdict is Verdict.DENIED
    assert ask(*objects, target="203.0.113.7", number=8080).verdict is Verdict.DENIED


@pytest.mark.parametrize(("way", "verdict"), [("node", Verdict.DENIED), ("pod", Verdict.ALLOWED)])
def test_a_pod_that_is_seen_as_its_node_has_no_port_names(way: str, verdict: Verdict) -> None:
    close = network_policy("orders", "out", policyTypes=["Egress"], egress=[{"ports": [{"port": "web"}]}])
    agent = pod("system", "agent", on="n2", host=True, addresses=["192.168.0.2"], ports=[port("web", 8080)])
    objects = [*NODES, pod("orders", "report", on="n1"), agent, close]
    found = ask(*objects, target="system/agent", number=8080, under=Assumptions(host_network=way))
    assert found.verdict is verdict


# --- what is not decided -----------------------------------------------------------------------------


def test_two_policies_of_one_priority_that_differ() -> None:
    everyone = [{"namespaces": {}}]
    allow = admin_policy("a", 5, ingress=[{"action": "Allow", "from": everyone}])
    deny = admin_policy("b", 5, ingress=[{"action": "Deny", "from": everyone}])
    found = ask(DB, REPORT, allow, deny)
    assert found.verdict is Verdict.UNKNOWN
    assert "have the same priority" in found.ingress.reason
    assert [one.ref.name for one in found.ingress.citations] == ["a", "b"]
    also_allow = admin_policy("b", 5, ingress=[{"action": "Allow", "from": everyone}])
    assert ask(DB, REPORT, allow, also_allow).verdict is Verdict.UNRESTRICTED


def test_a_doubt_that_changes_nothing_is_none() -> None:
    """Whether the name means this address or not, the default allows it."""
    by_name = {"action": "Allow", "to": [{"domainNames": ["example.org"]}]}
    out = admin_policy("out", 1, egress=[by_name])
    assert ask(REPORT, out, target="203.0.113.7").verdict is Verdict.UNRESTRICTED
    closed = deny_all("orders")
    found = ask(REPORT, out, closed, target="203.0.113.7")
    assert found.verdict is Verdict.UNKNOWN
    assert "which addresses example.org has is not known" in found.reason
    assert ask(DB, REPORT, out, closed).verdict is Verdict.DENIED


def test_a_kind_that_is_not_evaluated_leaves_its_namespace_undecided() -> None:
    cilium = other_policy("cilium.io/v2", "CiliumNetworkPolicy", "payments", "l7")
    found = ask(DB, REPORT, cilium)
    assert found.verdict is Verdict.UNKNOWN
    assert "CiliumNetworkPolicy/payments/l7: CiliumNetworkPolicy (cilium.io) is not evaluated" in found.reason
    assert ask(DB, REPORT, cilium, deny_all("payments")).verdict is Verdict.UNKNOWN
    assert ask(DB, REPORT, cilium, deny_all("orders")).verdict is Verdict.DENIED


def test_what_only_restricts_opens_nothing() -> None:
    mesh = other_policy("security.istio.io/v1", "AuthorizationPolicy", "payments", "allow-nothing")
    assert ask(DB, REPORT, mesh).verdict is Verdict.UNKNOWN
    assert ask(DB, REPORT, mesh, deny_all("payments")).verdict is Verdict.DENIED


def test_a_plugin_that_enforces_nothing() -> None:
    found = ask(DB, REPORT, deny_all("payments"), under=Assumptions(enforced=False))
    assert found.verdict is Verdict.UNRESTRICTED
    assert found.ingress.reason == "The network plugin enforces no policy."
