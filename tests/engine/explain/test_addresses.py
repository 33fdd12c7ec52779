"""Address blocks, families of addresses and names of ports (N10, N14, N15, N24, N26)."""

from __future__ import annotations

import pytest

from apps.engine.model import Assumptions, Verdict
from tests.engine.explain.asking import DB, NODES, REPORT, ask
from tests.engine.objects import deployment, network_policy, pod, port

# --- addresses (N14, N15, N24, N26) --------------------------------------------------------------

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


# --- ports (N10) ---------------------------------------------------------------------------------


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
