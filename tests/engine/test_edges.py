"""Explanations of whole edges."""

from __future__ import annotations

from apps.engine import assumptions_for, explain_edge, parse_cluster
from tests.engine.objects import namespace, network_policy, pod

READERS = {"namespaceSelector": {}, "podSelector": {"matchLabels": {"role": "reader"}}}
WEB = {
    "apiVersion": "v1",
    "kind": "Service",
    "metadata": {"name": "web", "namespace": "shop"},
    "spec": {"selector": {"app": "web"}, "ports": [{"port": 80}]},
}


def test_all_sources_are_told_though_their_labels_differ() -> None:
    """Sixty workloads that no policy tells apart but by their role."""
    objects = [
        namespace("shop"),
        namespace("lab"),
        pod("shop", "web", app="web", addresses=["10.0.0.1"]),
        WEB,
    ]
    for number in range(60):
        name = f"job{number:02}"
        role = "reader" if number % 2 else "writer"
        objects.append(pod("lab", name, app=name, role=role, addresses=[f"10.0.1.{number}"]))
    objects.append(network_policy("shop", "readers", ingress=[{"from": [READERS]}]))

    found = explain_edge(parse_cluster(objects), assumptions_for("calico", {}), "lab", "shop/web", 80, "TCP")

    assert {str(group.verdict): len(group.sources) for group in found.pairs} == {"allowed": 30, "denied": 30}
    assert (found.allowed_pairs, found.total_pairs) == (30, 60)
