"""The graph and the explanation over REST."""

from __future__ import annotations

import pytest
from rest_framework.test import APIClient

from apps.snapshots.models import Snapshot
from tests.api.conftest import FIRST
from tests.api.problems import fields_of, problem_of

GRAPH = f"{FIRST}graph/"
EXPLAIN = f"{FIRST}explain/"
ASKED = {"source": "orders", "target": "shop/db", "port": "5432"}


def test_a_graph_has_the_keys_of_the_contract(client: APIClient, harbour: Snapshot) -> None:
    response = client.get(GRAPH, {"focus": "shop/db", "direction": "to", "port": 5432, "protocol": "TCP"})
    graph = response.json()
    assert set(graph) == {"meta", "nodes", "edges"}
    assert set(graph["meta"]) == {
        *("cluster", "snapshot", "focus", "direction", "form", "answer", "counts"),
        *("drawn", "folded", "hidden"),
    }
    assert (graph["meta"]["cluster"], graph["meta"]["snapshot"]) == ("harbour", 1)
    assert graph["meta"]["answer"] == "1 namespace can reach shop/db on 5432/TCP"
    base = {"id", "kind", "label", "fact", "ingress", "egress", "x", "y"}
    for node in graph["nodes"]:
        assert set(node) - {"count", "members"} == base
        assert ("members" in node) == (node["kind"] in {"folded", "open-zone"})
    for edge in graph["edges"]:
        assert set(edge) == {
            *("id", "source", "target", "verdict", "label", "dns", "allowed_pairs", "pairs", "ask")
        }
    assert response["ETag"]
    assert "immutable" in response["Cache-Control"]


def test_what_an_edge_asks_is_answered(client: APIClient, harbour: Snapshot) -> None:
    edges = client.get(GRAPH).json()["edges"]
    assert edges
    for edge in edges:
        told = client.get(EXPLAIN, edge["ask"]).json()
        assert told["verdict"] == edge["verdict"]


def test_show_chooses_what_is_drawn(client: APIClient, harbour: Snapshot) -> None:
    drawn = client.get(GRAPH, {"focus": "shop/db", "port": 5432, "show": "denied"}).json()
    assert {edge["verdict"] for edge in drawn["edges"] if edge["ask"]} == {"denied"}
    assert (drawn["meta"]["drawn"], drawn["meta"]["hidden"]) == (3, 1)
    nothing = client.get(GRAPH, {"focus": "shop/db", "port": 5432, "show": ""}).json()
    assert (nothing["meta"]["drawn"], nothing["meta"]["hidden"]) == (0, 1)


@pytest.mark.parametrize(
    ("query", "status", "fields"),
    [
        ({"focus": "a/b/c"}, 400, ["focus"]),
        ({"focus": ""}, 400, ["focus"]),
        ({"direction": "up"}, 400, ["direction"]),
        ({"group": "colour"}, 400, ["group"]),
        ({"show": "everything"}, 400, ["show"]),
        ({"limit": "5"}, 400, ["limit"]),
        ({"focus": "shop/db", "direction": "from"}, 400, ["focus"]),
        ({"direction": "from"}, 400, ["focus"]),
        ({"direction": "path"}, 400, ["focus"]),
        ({"direction": "path", "focus": "orders", "hops": "0"}, 400, ["hops"]),
        ({"focus": "atlantis"}, 404, ["focus"]),
        ({"focus": "shop/ship"}, 404, ["focus"]),
        ({"focus": "shop/db", "port": "1"}, 404, ["port"]),
    ],
    ids=str,
)
def test_a_graph_that_cannot_be_drawn(
    client: APIClient, harbour: Snapshot, query: dict[str, str], status: int, fields: list[str]
) -> None:
    assert fields_of(client.get(GRAPH, query), status) == fields


def test_an_explanation_has_the_keys_of_the_contract(client: APIClient, harbour: Snapshot) -> None:
    told = client.get(EXPLAIN, ASKED).json()
    assert set(told) == {
        *("source", "target", "port", "protocol", "verdict", "allowed_pairs", "pairs", "dns", "backend"),
        *("potential", "reason", "sentence", "egress", "ingress", "group_count", "groups"),
    }
    side = {"verdict", "isolated", "reason", "citations", "others", "nearest"}
    assert set(told["egress"]) == set(told["ingress"]) == side
    assert told["group_count"] == len(told["groups"]) == 2
    for group in told["groups"]:
        assert set(group) == {"sources", "targets", "target_port", "verdict", "reason", "egress", "ingress"}
    for citation in told["ingress"]["citations"]:
        assert set(citation) == {
            *("kind", "namespace", "name", "path", "effect", "selects", "lines", "marks", "yaml_url")
        }


def test_a_citation_leads_to_the_lines_that_it_names(client: APIClient, harbour: Snapshot) -> None:
    told = client.get(EXPLAIN, ASKED | {"source": "orders/Deployment/client"}).json()
    (citation,) = [each for each in told["ingress"]["citations"] if each["effect"] == "allow"]
    response = client.get(citation["yaml_url"])
    assert response["Content-Type"] == "text/yaml; charset=utf-8"
    lines = response.content.decode().splitlines()
    first, last = citation["lines"]
    assert "from" in lines[first - 1]
    rule = "\n".join(lines[first - 1 : last])
    assert "app: client" in rule
    assert "sql" in rule


@pytest.mark.parametrize(
    ("change", "status", "fields"),
    [
        ({"source": "orders/client"}, 400, ["source"]),
        ({"target": "shop"}, 400, ["target"]),
        ({"port": "sql"}, 400, ["port"]),
        ({"protocol": "tcp"}, 400, ["protocol"]),
        ({"because": "x"}, 400, ["because"]),
        ({"source": "atlantis"}, 404, ["source"]),
        ({"source": "orders/Deployment/x"}, 404, ["source"]),
        ({"target": "shop/ship"}, 404, ["target"]),
        ({"port": "1"}, 404, ["port"]),
    ],
    ids=str,
)
def test_an_explanation_that_cannot_be_given(
    client: APIClient, harbour: Snapshot, change: dict[str, str], status: int, fields: list[str]
) -> None:
    assert fields_of(client.get(EXPLAIN, ASKED | change), status) == fields


def test_an_explanation_needs_both_ends_and_a_port(client: APIClient, harbour: Snapshot) -> None:
    assert fields_of(client.get(EXPLAIN)) == ["source", "target", "port"]


def test_an_unread_snapshot_explains_nothing(client: APIClient, harbour: Snapshot) -> None:
    Snapshot.objects.create(cluster=harbour.cluster, number=2, state=Snapshot.State.FAILED)
    for address in (GRAPH, f"{EXPLAIN}?source=orders&target=shop/db&port=5432"):
        assert "failed" in problem_of(client.get(address.replace("/1/", "/2/")), 409)["detail"]
