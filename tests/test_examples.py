"""The examples show what their pages promise: sizes, every verdict, the founding policy."""

from __future__ import annotations

from pathlib import Path

import pytest

from apps import engine
from apps.engine.model import Backend, Cluster, Dns, Edge, Verdict
from apps.snapshots.manifests import read_paths

EXAMPLES = Path(__file__).parents[1] / "examples"


def read_example(name: str) -> Cluster:
    reading = read_paths([str(EXAMPLES / name)])
    assert reading.problems == []
    return engine.parse_cluster([entry.body for entry in reading.objects])


def compute_edges(cluster: Cluster, plugin: str = "generic") -> dict[str, Edge]:
    """Edges by `SOURCE > NS/SERVICE:PORT/PROTOCOL`."""
    reach = engine.compute_reach(cluster, engine.assumptions_for(plugin, {}))
    return {f"{edge.source} > {edge.target}:{edge.port}/{edge.protocol}": edge for edge in reach.edges()}


@pytest.fixture(scope="module")
def sample() -> Cluster:
    return read_example("sample")


@pytest.fixture(scope="module")
def edges(sample: Cluster) -> dict[str, Edge]:
    return compute_edges(sample)


def test_sample_is_as_large_as_it_says(sample: Cluster) -> None:
    assert sample.problems == ()
    assert len(sample.namespaces) == 14
    assert len({workload.key for workload in sample.workloads}) == 40
    assert len(sample.services) == 30
    assert len(sample.policies) == 39
    assert [str(entry.ref) for entry in sample.unevaluated] == ["CiliumNetworkPolicy/partner-gw/partners"]


def test_sample_shows_every_verdict(edges: dict[str, Edge]) -> None:
    assert {edge.verdict for edge in edges.values()} == set(Verdict)
    assert {edge.backend for edge in edges.values()} == set(Backend)
    assert {edge.dns for edge in edges.values()} >= {Dns.RESOLVES, Dns.BLOCKED}


def test_sample_repeats_a_service_name(sample: Cluster) -> None:
    assert [service.namespace for service in sample.services if service.name == "db"] == [
        "orders",
        "payments",
    ]


# What examples/README.md answers.
ANSWERS = [
    ("legacy-crm > payments/db:5432/TCP", Verdict.ALLOWED),
    ("orders > payments/db:5432/TCP", Verdict.PARTIAL),
    ("batch > payments/db:5432/TCP", Verdict.PARTIAL),
    ("partner-gw > payments/db:5432/TCP", Verdict.UNKNOWN),
    ("dev > payments/db:5432/TCP", Verdict.DENIED),
    ("ci > payments/db:5432/TCP", Verdict.EMPTY),
    ("batch > orders/db:5432/TCP", Verdict.ALLOWED),
    ("catalog > catalog/search:9200/TCP", Verdict.DENIED),
    ("production > legacy-crm/crm:80/TCP", Verdict.UNRESTRICTED),
    ("dev > legacy-crm/crm:80/TCP", Verdict.UNKNOWN),
    ("storefront > production/backend:80/TCP", Verdict.ALLOWED),
    ("orders > production/backend:80/TCP", Verdict.DENIED),
    ("storefront > storefront/checkout:80/TCP", Verdict.PARTIAL),
    ("payments > payments/card-network:443/TCP", Verdict.PARTIAL),
    ("storefront > identity/login:443/TCP", Verdict.DENIED),
]


@pytest.mark.parametrize(("key", "verdict"), ANSWERS)
def test_sample_answers(edges: dict[str, Edge], key: str, verdict: Verdict) -> None:
    assert edges[key].verdict is verdict


def test_label_gate_is_open_to_whoever_sets_labels(edges: dict[str, Edge]) -> None:
    edge = edges["orders > payments/db:5432/TCP"]
    assert (edge.allowed_pairs, edge.pairs, edge.potential) == (2, 5, Verdict.ALLOWED)


def test_batch_forgot_dns(edges: dict[str, Edge]) -> None:
    assert edges["batch > orders/db:5432/TCP"].dns is Dns.BLOCKED
    assert edges["orders > orders/db:5432/TCP"].dns is Dns.RESOLVES


def test_plugin_decides_whether_a_block_covers_pods(sample: Cluster) -> None:
    assert compute_edges(sample, "cilium")["dev > legacy-crm/crm:80/TCP"].verdict is Verdict.DENIED


def test_founding_policy() -> None:
    edges = compute_edges(read_example("founding"))
    assert edges["web > production/backend:80/TCP"].verdict is Verdict.ALLOWED
    assert edges["analytics > production/backend:80/TCP"].verdict is Verdict.DENIED
