"""What is not decided, and what a doubt does not change."""

from __future__ import annotations

from apps.engine.model import Assumptions, Verdict
from tests.engine.explain.asking import DB, REPORT, ask
from tests.engine.objects import admin_policy, deny_all, other_policy


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
