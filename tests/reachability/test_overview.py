"""The overview at every size, namespaces that show their Services, and paths of several hops."""

from __future__ import annotations

from typing import Any

import pytest

from apps.engine import Reach, assumptions_for, compute_reach, find_paths, parse_cluster
from apps.engine.model import Cluster, Verdict
from apps.reachability.bundle import RANKING
from apps.reachability.graph import draw, draw_paths
from apps.reachability.question import DEFAULT_SHOW, GraphQuestion
from apps.snapshots.manifests import read_paths
from benchmarks.generate import generate_cluster
from tests.fakes.kube_objects import Object, namespace, pod, policy, service
from tests.reachability.stored import HARBOUR

Graph = dict[str, Any]
EVERYTHING = frozenset(Verdict)
PLAIN = assumptions_for("generic", {})


def _reach(objects: list[Object]) -> Reach:
    return compute_reach(parse_cluster(objects), PLAIN)


@pytest.fixture(scope="module")
def field() -> Reach:
    """300 namespaces, most of them closed by some policy: too many for cards."""
    return _reach(generate_cluster(300, 600, 600, 400, 900, seed=3))


@pytest.fixture(scope="module")
def tenants() -> Reach:
    """1,100 closed tenants of one reach, a database that all may ask, and two that differ."""
    objects: list[Object] = [namespace("db"), pod("db", "db-1", number=1), service("db", "db")]
    objects[-1]["spec"]["selector"] = {"app": "db"}
    for number in range(1, 1101):
        name = f"tenant-{number:04}"
        objects += [namespace(name), pod(name, "web-1", number=number + 1), service(name, "web")]
        objects[-1]["spec"]["selector"] = {"app": "web"}
        if number not in (7, 8):
            objects.append(policy(name, "deny"))
    lone = {"podSelector": {}, "policyTypes": ["Egress"], "egress": []}
    objects.append(policy("tenant-0007", "mute") | {"spec": lone})
    return _reach(objects)


def _pairs(graph: Graph) -> dict[tuple[str, str], str]:
    return {(edge["source"], edge["target"]): edge["verdict"] for edge in graph["edges"]}


def _assert_fits(graph: Graph, nodes: int) -> None:
    meta = graph["meta"]
    assert len(graph["nodes"]) <= nodes
    assert len(graph["edges"]) <= 500
    assert meta["drawn"] + meta["folded"] + meta["hidden"] == sum(meta["counts"].values())
    ids = {node["id"] for node in graph["nodes"]}
    assert len(ids) == len(graph["nodes"])
    assert all(edge["source"] in ids and edge["target"] in ids for edge in graph["edges"])
    placed = [node for node in graph["nodes"] if node["kind"] != "box"]
    assert len({(node["x"], node["y"]) for node in placed}) == len(placed)


def _best(reach: Reach) -> dict[tuple[str, str], str]:
    """The most permissive verdict between each two different namespaces, from the edges one by one."""
    order = [str(verdict) for verdict in RANKING]
    best: dict[tuple[str, str], str] = {}
    for edge in reach.edges():
        pair = (edge.source, edge.target.partition("/")[0])
        best[pair] = min(best.get(pair, "empty"), str(edge.verdict), key=order.index)
    return {pair: verdict for pair, verdict in best.items() if pair[0] != pair[1]}


def test_some_hundred_namespaces_have_places_and_no_lines(field: Reach) -> None:
    graph = draw(field, GraphQuestion())
    assert graph["meta"]["form"] == "field"
    assert graph["edges"] == []
    _assert_fits(graph, 1001)
    closed = [n for n in graph["nodes"] if n["kind"] == "namespace"]
    zone = graph["nodes"][-1]
    assert len(closed) + zone["count"] == 300
    verdicts = list(_best(field).values())
    assert graph["meta"]["counts"] == {str(v): verdicts.count(str(v)) for v in RANKING}


def test_one_of_them_has_its_lines_drawn(field: Reach) -> None:
    plain = draw(field, GraphQuestion())
    best = _best(field)
    for name in ("team-001-2", "team-010-3"):
        asked = GraphQuestion(around=f"ns:{name}", show=EVERYTHING)
        if f"ns:{name}" not in {node["id"] for node in plain["nodes"]}:
            continue
        graph = draw(field, asked)
        assert graph["nodes"] == plain["nodes"]
        _assert_fits(graph, 1001)
        lines = {pair: verdict for pair, verdict in _pairs(graph).items() if "open-zone" not in pair}
        assert lines == {
            pair: best[pair[0].removeprefix("ns:"), pair[1].removeprefix("ns:")] for pair in lines
        }
        assert graph["meta"]["counts"]
        assert graph["meta"]["hidden"] == 0


def test_a_thousand_tenants_are_one_class_and_the_others_stand_out(tenants: Reach) -> None:
    graph = draw(tenants, GraphQuestion(show=EVERYTHING))
    assert graph["meta"]["form"] == "classes"
    assert graph["meta"]["answer"] == "1,098 tenant-* share one reach; 3 outliers"
    assert graph["edges"] == []
    _assert_fits(graph, 120)
    nodes = {node["id"]: node for node in graph["nodes"]}
    assert set(nodes) == {"class:C1", "ns:db", "ns:tenant-0007", "ns:tenant-0008"}
    assert (nodes["class:C1"]["label"], nodes["class:C1"]["count"]) == ("1,098 tenant-*", 1098)


def test_a_line_of_a_class_says_what_the_lines_of_its_members_say(tenants: Reach) -> None:
    best = _best(tenants)
    for centre in ("class:C1", "ns:db", "ns:tenant-0007"):
        graph = draw(tenants, GraphQuestion(show=EVERYTHING, around=centre))
        _assert_fits(graph, 120)
        pairs = _pairs(graph)
        assert len(pairs) == 6
        for (source, target), verdict in pairs.items():
            ends = [end.removeprefix("ns:").replace("class:C1", "tenant-0001") for end in (source, target)]
            assert best[ends[0], ends[1]] == verdict


def test_many_classes_are_cut_to_what_can_be_drawn() -> None:
    reach = _reach(generate_cluster(2500, 5000, 5000, 3000, 4500, seed=2))
    graph = draw(reach, GraphQuestion(show=EVERYTHING))
    assert graph["meta"]["form"] == "classes"
    _assert_fits(graph, 120)
    shown = sum(node.get("count", 1) for node in graph["nodes"])
    assert shown == 2500
    assert graph == draw(reach, GraphQuestion(show=EVERYTHING))
    kinds = [node["kind"] for node in graph["nodes"]]
    assert min(kinds.count("class"), kinds.count("namespace")) >= 20


@pytest.fixture(scope="module")
def harbour() -> Reach:
    return _reach([each.body for each in read_paths([str(HARBOUR)]).objects])


def test_a_namespace_shows_its_services_and_the_others_stay(harbour: Reach) -> None:
    plain = draw(harbour, GraphQuestion(show=EVERYTHING))
    graph = draw(harbour, GraphQuestion(show=EVERYTHING, expand=("shop",)))
    _assert_fits(graph, 120)
    before = {node["id"]: (node["x"], node["y"]) for node in plain["nodes"]}
    after = {node["id"]: node for node in graph["nodes"]}
    assert after["ns:shop"]["kind"] == "box"
    assert all((after[key]["x"], after[key]["y"]) == place for key, place in before.items())
    inside = [node for node in graph["nodes"] if node.get("parent") == "ns:shop"]
    assert [node["id"] for node in inside] == ["svc:shop/db", "svc:shop/ghost"]
    pairs = _pairs(graph)
    assert pairs["open-zone", "svc:shop/db"] == "partial"
    assert ("open-zone", "ns:shop") not in pairs
    assert pairs["ns:shop", "open-zone"] == "unrestricted"


def test_names_that_have_no_card_are_not_expanded(harbour: Reach) -> None:
    assert draw(harbour, GraphQuestion(expand=("atlantis", "orders", "dark"))) == draw(
        harbour, GraphQuestion()
    )


def _cluster() -> Cluster:
    objects: list[Object] = []
    for name in ("a", "b", "c"):
        objects += [namespace(name), pod(name, "web-1", number=len(objects) + 1), service(name, "web")]
        objects[-1]["spec"]["selector"] = {"app": "web"}
    for name, source in (("b", "a"), ("c", "b")):
        peer = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": source}}}
        rule = {"podSelector": {}, "policyTypes": ["Ingress"], "ingress": [{"from": [peer]}]}
        objects.append(policy(name, "from") | {"spec": rule})
    return parse_cluster(objects)


def test_paths_are_drawn_hop_by_hop() -> None:
    cluster = _cluster()
    reach = compute_reach(cluster, PLAIN)
    question = GraphQuestion("a", "path", hops=2)
    graph = draw_paths(reach, find_paths(cluster, PLAIN, "a", 2), question)
    assert graph["meta"]["answer"] == (
        "a could pivot to 2 workloads within 2 hops: possible pivots, not direct paths"
    )
    _assert_fits(graph, 120)
    places = {node["label"]: node["x"] for node in graph["nodes"]}
    assert places["a"] < places["b/web"] < places["c/web"]
    first, second = graph["edges"]
    assert (first["source"], first["label"]) == ("source:a", "b/web:80/TCP")
    assert second["source"] == first["target"]
    assert second["ask"] == {"source": "b/Deployment/web", "target": "c/web", "port": 80, "protocol": "TCP"}
    hidden = draw_paths(
        reach,
        find_paths(cluster, PLAIN, "a", 2),
        GraphQuestion("a", "path", show=DEFAULT_SHOW - {Verdict.ALLOWED}),
    )
    assert (hidden["meta"]["drawn"], hidden["meta"]["hidden"]) == (0, 2)
