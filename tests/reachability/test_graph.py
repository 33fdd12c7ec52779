"""The graph: what is drawn, what is folded, where it stands."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from apps.engine import Reach, assumptions_for, compute_reach, parse_cluster
from apps.engine.model import Verdict
from apps.reachability.graph import draw
from apps.reachability.question import DEFAULT_SHOW, GraphQuestion
from apps.snapshots.manifests import read_paths
from tests.fakes.kube_objects import Object, namespace, pod, policy, service
from tests.reachability.stored import HARBOUR

SAMPLE = Path(__file__).parents[2] / "examples" / "sample"
EVERYTHING = frozenset(Verdict)

Graph = dict[str, Any]


def _reach(objects: list[Object]) -> Reach:
    return compute_reach(parse_cluster(objects), assumptions_for("generic", {}))


def _read(path: Path) -> Reach:
    reading = read_paths([str(path)])
    assert not reading.problems
    return _reach([each.body for each in reading.objects])


@pytest.fixture(scope="module")
def harbour() -> Reach:
    return _read(HARBOUR)


@pytest.fixture(scope="module")
def crowd() -> Reach:
    """150 namespaces with a Service each; every second is closed, the last closed one has thirty Services."""
    objects: list[Object] = []
    for number in range(150):
        name = f"ns{number:03}"
        objects += [namespace(name), pod(name, "web-1", number=number + 1), service(name, "web")]
        if number % 2:
            objects.append(policy(name, "deny"))
    objects += [service("ns149", f"web{number}") for number in range(30)]
    for each in objects:
        if each["kind"] == "Service":
            each["spec"]["selector"] = {"app": "web"}
    return _reach(objects)


def _drawn(graph: Graph) -> dict[str, str]:
    return {edge["id"]: edge["verdict"] for edge in graph["edges"]}


def _places(graph: Graph) -> dict[str, tuple[int, int]]:
    return {node["id"]: (node["x"], node["y"]) for node in graph["nodes"]}


def test_who_can_reach_a_service(harbour: Reach) -> None:
    graph = draw(harbour, GraphQuestion("shop/db", port=5432))
    assert graph["meta"] == {
        "focus": "shop/db",
        "direction": "to",
        "form": "focus",
        "answer": "1 namespace can reach shop/db on 5432",
        "counts": {"unrestricted": 0, "allowed": 0, "partial": 1, "unknown": 0, "denied": 3, "empty": 2},
        "drawn": 1,
        "folded": 5,
        "hidden": 0,
    }
    orders, denied, empty, target = graph["nodes"]
    assert orders == {
        "id": "ns:orders",
        "kind": "namespace",
        "label": "orders",
        "fact": "2 workloads",
        "ingress": "none",
        "egress": "none",
        "x": 0,
        "y": 0,
    }
    assert (denied["kind"], denied["label"], denied["count"]) == ("folded", "3 cannot", 3)
    assert denied["members"] == ["dark", "front", "kube-system"]
    assert empty["members"] == ["empty", "shop"]  # the only pod of shop is the one behind the Service
    assert (target["id"], target["ingress"], target["fact"]) == ("svc:shop/db", "all", "1 workload behind it")
    assert graph["edges"][0] == {
        "id": "orders>shop/db:5432/TCP",
        "source": "ns:orders",
        "target": "svc:shop/db",
        "verdict": "partial",
        "label": "5432/TCP",
        "dns": "resolves",
        "allowed_pairs": 1,
        "pairs": 2,
        "ask": {"source": "orders", "target": "shop/db", "port": 5432, "protocol": "TCP"},
    }
    assert [(edge["source"], edge["verdict"], edge["ask"]) for edge in graph["edges"][1:]] == [
        ("folded:denied", "denied", None),
        ("folded:empty", "empty", None),
    ]


def test_denied_is_drawn_when_it_is_asked_for(harbour: Reach) -> None:
    graph = draw(harbour, GraphQuestion("shop/db", port=5432, show=EVERYTHING))
    assert (graph["meta"]["drawn"], graph["meta"]["folded"]) == (6, 0)
    assert [node["id"] for node in graph["nodes"]] == [
        "ns:orders",
        "ns:dark",
        "ns:front",
        "ns:kube-system",
        "ns:empty",
        "ns:shop",
        "svc:shop/db",
    ]


def test_what_is_filtered_away_is_counted(harbour: Reach) -> None:
    graph = draw(harbour, GraphQuestion("orders/client", show=DEFAULT_SHOW - {Verdict.UNRESTRICTED}))
    meta = graph["meta"]
    assert (meta["drawn"], meta["folded"], meta["hidden"]) == (0, 2, 4)
    assert meta["answer"] == "4 namespaces can reach orders/client"


def test_an_edge_a_port_when_some_are_denied(harbour: Reach) -> None:
    drawn = _drawn(draw(harbour, GraphQuestion("shop/db")))
    assert [key for key in drawn if key.startswith("orders")] == ["orders>shop/db:5432/TCP"]
    shown = _drawn(draw(harbour, GraphQuestion("shop/db", show=EVERYTHING)))
    assert shown["orders>shop/db:9187/TCP"] == "denied"
    assert len(shown) == 6 * 2


def test_what_a_namespace_can_reach(harbour: Reach) -> None:
    graph = draw(harbour, GraphQuestion("orders", "from"))
    assert graph["meta"]["answer"] == "orders can reach 3 Services"
    assert _drawn(graph) == {
        "orders>kube-system/kube-dns:53/TCP": "unrestricted",
        "orders>kube-system/kube-dns:53/UDP": "unrestricted",
        "orders>orders/client:80/TCP": "unrestricted",
        "orders>shop/db:5432/TCP": "partial",
        "source:orders>folded:empty": "empty",
    }
    assert graph["nodes"][0]["id"] == "source:orders"


def test_what_a_namespace_can_reach_by_namespace(harbour: Reach) -> None:
    graph = draw(harbour, GraphQuestion("orders", "from", group="namespace"))
    assert graph["meta"]["answer"] == "orders can reach 3 namespaces"
    edge = next(edge for edge in graph["edges"] if edge["target"] == "ns:shop")
    assert (edge["verdict"], edge["label"], edge["allowed_pairs"], edge["pairs"]) == (
        "partial",
        "1 of 3 ports",
        1,
        3,
    )
    assert edge["ask"] == {"source": "orders", "target": "shop/db", "port": 5432, "protocol": "TCP"}


def test_a_namespace_as_target_may_stand_on_both_sides(harbour: Reach) -> None:
    graph = draw(harbour, GraphQuestion("orders", group="namespace"))
    places = _places(graph)
    assert places["ns:orders"][0] < places["target:orders"][0]
    assert _drawn(graph)["orders>orders/client:80/TCP"] == "unrestricted"


def test_a_namespace_without_services_can_be_asked_about(harbour: Reach) -> None:
    graph = draw(harbour, GraphQuestion("dark"))
    assert graph["meta"]["answer"] == "No namespaces can reach dark"
    assert [node["id"] for node in graph["nodes"]][-1] == "target:dark"
    assert graph["edges"] == []


def test_the_overview_sums_up_and_sets_the_open_zone_apart(harbour: Reach) -> None:
    graph = draw(harbour, GraphQuestion())
    assert graph["meta"]["answer"] == "6 namespaces, 4 of them isolated by no policy"
    assert [node["id"] for node in graph["nodes"]] == ["ns:dark", "ns:shop", "open-zone"]
    zone = graph["nodes"][-1]
    assert (zone["kind"], zone["count"]) == ("open-zone", 4)
    assert zone["members"] == ["empty", "front", "kube-system", "orders"]
    assert zone["x"] > max(node["x"] for node in graph["nodes"][:-1])
    out, edge = graph["edges"]
    assert (out["id"], out["verdict"], out["label"]) == ("ns:shop>open-zone", "unrestricted", "3 of 3 ports")
    assert (edge["id"], edge["verdict"], edge["label"]) == ("open-zone>ns:shop", "partial", "1 of 12 edges")
    assert edge["ask"] == {"source": "orders", "target": "shop/db", "port": 5432, "protocol": "TCP"}
    assert (graph["meta"]["drawn"], graph["meta"]["folded"]) == (2, 2)


def test_the_most_permissive_verdict_wins() -> None:
    graph = draw(_read(SAMPLE), GraphQuestion(show=EVERYTHING))
    order = list(graph["meta"]["counts"])
    assert order == ["unrestricted", "allowed", "partial", "unknown", "denied", "empty"]
    reach = _read(SAMPLE)
    best = {}
    for edge in reach.edges():
        pair = (f"ns:{edge.source}", f"ns:{edge.target.split('/')[0]}")
        best[pair] = min(best.get(pair, "empty"), str(edge.verdict), key=order.index)
    drawn = {(edge["source"], edge["target"]): edge["verdict"] for edge in graph["edges"]}
    single = {pair: verdict for pair, verdict in drawn.items() if "open-zone" not in pair}
    assert single
    assert single == {pair: best[pair] for pair in single}


@pytest.mark.parametrize(
    "asked",
    [
        GraphQuestion(),
        GraphQuestion(show=EVERYTHING),
        GraphQuestion("ns000/web"),
        GraphQuestion("ns149", show=EVERYTHING),
        GraphQuestion("ns149/web", show=EVERYTHING),
        GraphQuestion("ns000", "from"),
        GraphQuestion("ns000", "from", show=EVERYTHING),
        GraphQuestion("ns001", "from", group="namespace", show=EVERYTHING),
    ],
)
def test_no_drawing_is_too_large_and_none_loses_count(crowd: Reach, asked: GraphQuestion) -> None:
    graph = draw(crowd, asked)
    meta, nodes, edges = graph["meta"], graph["nodes"], graph["edges"]
    assert len(nodes) <= 120
    assert len(edges) <= 500
    assert meta["drawn"] + meta["folded"] + meta["hidden"] == sum(meta["counts"].values())
    ids = [node["id"] for node in nodes]
    assert len(ids) == len(set(ids))
    assert len({edge["id"] for edge in edges}) == len(edges)
    assert all(edge["source"] in ids and edge["target"] in ids for edge in edges)
    assert len(set(_places(graph).values())) == len(nodes)
    assert all(node["x"] >= 0 and node["y"] >= 0 for node in nodes)


def test_what_finds_no_room_is_folded(crowd: Reach) -> None:
    graph = draw(crowd, GraphQuestion("ns000/web"))
    more = next(node for node in graph["nodes"] if node["id"] == "folded:more")
    assert more["count"] == 149 - graph["meta"]["drawn"]
    assert graph["meta"]["counts"]["unrestricted"] == 149


def test_the_same_question_gives_the_same_drawing(crowd: Reach) -> None:
    assert draw(crowd, GraphQuestion("ns149")) == draw(crowd, GraphQuestion("ns149"))


def test_one_other_end(harbour: Reach) -> None:
    towards = draw(harbour, GraphQuestion("shop/db", only="orders"))
    assert set(_drawn(towards)) == {"orders>shop/db:5432/TCP"}
    assert (
        towards["meta"]["answer"]
        == "Partly: some pairs of pods from orders to shop/db are allowed on 1 of 2 Service ports"
    )
    assert sum(towards["meta"]["counts"].values()) == 1
    away = draw(harbour, GraphQuestion("orders", "from", only="shop/db"))
    assert set(_drawn(away)) == {"orders>shop/db:5432/TCP"}
    assert away["meta"]["answer"] == towards["meta"]["answer"]


@pytest.mark.parametrize(
    ("source", "target", "answer"),
    [
        ("front", "orders/client", "Yes, unrestricted: front can reach orders/client"),
        ("dark", "orders/client", "No, denied: dark cannot reach orders/client"),
        (
            "dark",
            "kube-system",
            "No, denied: dark cannot reach kube-system on any of 2 Service ports",
        ),
        ("dark", "shop/ghost", "No pair: from dark to shop/ghost there is no pair of pods"),
        ("orders", "dark", "dark has no Service port"),
    ],
)
def test_two_ends_are_answered_with_yes_or_no(harbour: Reach, source: str, target: str, answer: str) -> None:
    assert draw(harbour, GraphQuestion(target, only=source))["meta"]["answer"] == answer
