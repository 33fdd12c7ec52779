"""The clusters that benchmarks measure with."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest

from apps import engine
from apps.engine.model import Tier
from benchmarks.generate import generate_cluster
from benchmarks.nodes import AGENTS, with_nodes
from benchmarks.policies import generate_policies
from benchmarks.slices import with_slices
from benchmarks.tiers import with_tiers
from benchmarks.variants import read_live

SIZE = {"namespaces": 20, "workloads": 40, "pods": 90, "services": 30, "policies": 60}


def test_there_are_as_many_objects_as_asked_for() -> None:
    kinds = Counter(body["kind"] for body in generate_cluster(**SIZE, seed=1))
    assert kinds == {"Namespace": 20, "Deployment": 40, "Pod": 90, "Service": 30, "NetworkPolicy": 60}


def test_equal_seeds_give_equal_clusters() -> None:
    assert generate_cluster(**SIZE, seed=1) == generate_cluster(**SIZE, seed=1)
    assert generate_cluster(**SIZE, seed=1) != generate_cluster(**SIZE, seed=2)


def test_the_engine_can_use_every_object() -> None:
    cluster = engine.parse_cluster(generate_cluster(**SIZE, seed=1))
    assert cluster.problems == ()
    assert len(cluster.workloads) == 40
    assert sum(len(workload.pods) for workload in cluster.workloads) == 90
    assert len({pod.addresses for workload in cluster.workloads for pod in workload.pods}) == 90


def test_policies_close_first_and_use_every_kind_of_peer_and_port() -> None:
    policies = generate_policies([f"n{number}" for number in range(40)], 400, Random(1))
    first = {}
    for policy in policies:
        first.setdefault(policy["metadata"]["namespace"], policy["spec"])
    assert len(first) == 30
    assert [spec for spec in first.values() if spec.get("ingress") or spec.get("egress")] == []
    text = repr(policies)
    for word in ("'ipBlock'", "'except'", "'endPort'", "'port': 'http'", "'namespaceSelector'", "kube-dns"):
        assert word in text


@pytest.mark.parametrize("wrong", [{"pods": 39}, {"services": 41}, {"namespaces": 0}, {"policies": -1}])
def test_numbers_that_do_not_fit_are_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="workloads <= pods"):
        generate_cluster(**SIZE | wrong, seed=1)


def test_variants_add_what_they_say() -> None:
    objects = read_live(generate_cluster(**SIZE, seed=1))
    objects = with_tiers(with_nodes(with_slices(objects, 7), 5), 40, seed=1)
    cluster = engine.parse_cluster(objects)
    assert cluster.problems == ()
    assert len(cluster.nodes) == 5
    on_host = [workload for workload in cluster.workloads if workload.host_network]
    assert sum(len(workload.pods) for workload in on_host) == 5 * len(AGENTS)
    assert {pod.node for workload in cluster.workloads for pod in workload.pods} == {
        n.name for n in cluster.nodes
    }
    assert len(cluster.slices) == 30 + 7
    assert sum(service.selector is None for service in cluster.services) == 7
    tiers = [policy for policy in cluster.policies if policy.ref.kind == "ClusterNetworkPolicy"]
    assert Counter(policy.tier for policy in tiers) == {Tier.ADMIN: 32, Tier.BASELINE: 8}
    assert len({policy.priority for policy in tiers}) == 40


def test_slices_show_the_pods_behind_each_service() -> None:
    cluster = engine.parse_cluster(with_slices(read_live(generate_cluster(**SIZE, seed=1)), 3))
    under = engine.assumptions_for("calico", {})
    behind = {each.target: each.backends for each in engine.compute_reach(cluster, under).ports}
    addresses = {
        workload.key: {text for pod in workload.pods for text in pod.addresses}
        for workload in cluster.workloads
    }
    for part in cluster.slices:
        ends = {end.address for end in part.endpoints}
        keys = {key for key, _ in behind[f"{part.namespace}/{part.service}"]}
        assert ends == {address for key in keys for address in addresses.get(key, {key})}
