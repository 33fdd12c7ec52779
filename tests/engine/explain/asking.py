"""Asking the literal evaluator about two ends of a small cluster."""

from __future__ import annotations

from apps.engine import parse_cluster
from apps.engine.explain import explain_pair
from apps.engine.model import Assumptions, PairExplanation
from tests.engine.objects import Object, end, node, pod

DB = pod("payments", "db", app="db", addresses=["10.0.0.1"])
REPORT = pod("orders", "report", app="report", addresses=["10.0.0.2"])
NODES = node("n1", "192.168.0.1", zone="east"), node("n2", "192.168.0.2", zone="west")
PLAIN = pod("payments", "plain", addresses=["10.0.0.1"], on="n1")
AGENTS = [
    pod(
        "system", f"agent{number}", addresses=[f"192.168.0.{number}"], on=f"n{number}", host=True, app="agent"
    )
    for number in (1, 2)
]


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
