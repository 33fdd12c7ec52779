"""The literal evaluator cites what decides, by object and path, and says it in a sentence."""

from __future__ import annotations

from apps.engine.model import Verdict
from tests.engine.explain.asking import DB, REPORT, ask
from tests.engine.objects import admin_policy, baseline_policy, cluster_policy, deny_all, network_policy

FROM_ORDERS = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "orders"}}}
ADMIT_ORDERS = network_policy(
    "payments",
    "db-allow-orders",
    pods={"app": "db"},
    ingress=[{"from": [{"podSelector": {}}, FROM_ORDERS], "ports": [{"port": 80}, {"port": 5432}]}],
)


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
