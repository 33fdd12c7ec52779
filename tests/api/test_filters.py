"""`q=`: the filter grammar over REST."""

from __future__ import annotations

import pytest
from rest_framework.test import APIClient

from apps.snapshots.models import Snapshot
from tests.api.conftest import FIRST
from tests.api.problems import problem_of
from tests.reachability.stored import deny_all, store_harbour_again


def ask(client: APIClient, query: str, path: str = FIRST) -> dict[str, object]:
    response = client.get(f"{path}reach/", {"q": query})
    assert response.status_code == 200, response.content
    return dict(response.json())


def test_a_filter_keeps_the_edges_that_it_asks_for(client: APIClient, harbour: Snapshot) -> None:
    found = ask(client, "orders > shop/db verdict:partial")
    assert found["count"] == 1
    assert ask(client, "tier=edge -verdict:unrestricted")["count"] != 0
    assert ask(client, "ns:shop -ns:shop")["count"] == 0


def test_a_filter_and_parameters_hold_together(client: APIClient, harbour: Snapshot) -> None:
    both = client.get(f"{FIRST}reach/", {"q": "to:shop", "source": "orders"}).json()
    assert both["count"] == ask(client, "from:orders to:shop")["count"] > 0


@pytest.mark.parametrize("focus", ["", "shop", "shop/db"])
@pytest.mark.parametrize("group", ["service", "namespace"])
def test_where_nothing_is_kept_nothing_is_drawn(
    client: APIClient, harbour: Snapshot, focus: str, group: str
) -> None:
    asked = {"q": "ns:shop -ns:shop", "group": group} | ({"focus": focus} if focus else {})
    answer = client.get(f"{FIRST}graph/", asked)
    assert answer.status_code == 200
    assert answer.json()["edges"] == []
    assert set(answer.json()["meta"]["counts"].values()) == {0}


def test_a_service_of_which_nothing_is_kept_has_no_column(client: APIClient, harbour: Snapshot) -> None:
    asked = {"by": "service", "columns": "shop/db"}
    found = client.get(f"{FIRST}matrix/", asked | {"q": "ns:shop -ns:shop"}).json()
    assert (found["columns"], found["meta"]["column_count"]) == ([], 0)
    assert client.get(f"{FIRST}matrix/", asked).json()["columns"] == ["shop/db"]
    problem_of(client.get(f"{FIRST}matrix/", asked | {"columns": "shop/none", "q": "ns:shop"}), 404)


def test_what_is_new_is_told_from_the_difference(client: APIClient, harbour: Snapshot) -> None:
    second = store_harbour_again(harbour.cluster, extra=[deny_all("front")])
    path = f"/api/v1/clusters/harbour/snapshots/{second.number}/"
    closed = ask(client, "changed:closed since:#1", path)
    diff = client.get(f"{path}diff/", {"against": 1, "kind": "closed"}).json()
    assert closed["count"] == diff["count"] > 0


@pytest.mark.parametrize(
    ("query", "messages"),
    [
        ("frm:dev port:0", ["frm:dev: there is no key frm", "port:0: a port is written"]),
        ("changed:new", ["changed:new: since when?"]),
        ("a" * 1001, ["a filter has 1000 characters at most"]),
    ],
)
def test_a_token_that_cannot_be_read_is_an_error_of_q(
    client: APIClient, harbour: Snapshot, query: str, messages: list[str]
) -> None:
    errors = problem_of(client.get(f"{FIRST}reach/", {"q": query}), 400)["errors"]
    assert [error["field"] for error in errors] == ["q"] * len(messages)
    assert all(error["message"].startswith(m) for error, m in zip(errors, messages, strict=True))


def test_a_snapshot_that_is_not_there_is_named(client: APIClient, harbour: Snapshot) -> None:
    problem = problem_of(client.get(f"{FIRST}reach/", {"q": "changed:new since:#99"}), 404)
    assert problem["errors"][0]["field"] == "q"
    assert "#99" in problem["detail"]


QUERIES = ["to:shop", "-verdict:unrestricted", "tier=edge", "from:orders,dark -port:53", "verdict:denied"]


@pytest.mark.parametrize("query", QUERIES)
def test_the_matrix_has_a_letter_where_the_filter_keeps_an_edge(
    client: APIClient, harbour: Snapshot, query: str
) -> None:
    matrix = client.get(f"{FIRST}matrix/", {"q": query, "by": "service"}).json()
    lettered = {
        (source, target)
        for source, line in zip(matrix["rows"], matrix["cells"], strict=True)
        for target, letter in zip(matrix["columns"], line, strict=True)
        if letter != "-"
    }
    assert lettered == _ends(client, query)


@pytest.mark.parametrize("query", QUERIES)
def test_the_graph_draws_what_the_filter_keeps(client: APIClient, harbour: Snapshot, query: str) -> None:
    show = "allowed,partial,unrestricted,unknown,denied,empty"
    answer = client.get(f"{FIRST}graph/", {"q": query, "show": show}).json()
    drawn = {(edge["source"], edge["target"]) for edge in answer["edges"]}
    cards = {
        name: node["id"] for node in answer["nodes"] for name in (node.get("members") or [node["label"]])
    }
    kept = {(cards[source], cards[target.partition("/")[0]]) for source, target in _ends(client, query)}
    assert drawn == {pair for pair in kept if pair[0] != pair[1]}
    for namespace in ("shop", "orders", "dark"):
        for direction in ("to", "from"):
            _check_focus(client, query, namespace, direction, show)


def _check_focus(client: APIClient, query: str, namespace: str, direction: str, show: str) -> None:
    asked = {"q": query, "show": show, "focus": namespace, "direction": direction}
    answer = client.get(f"{FIRST}graph/", asked).json()
    found = {(edge["ask"]["source"], edge["ask"]["target"], edge["ask"]["port"]) for edge in answer["edges"]}
    side = {"to": "target", "from": "source"}[direction]
    rows = client.get(f"{FIRST}reach/", {"q": query, side: namespace}).json()["results"]
    kept = {(row["source"], row["target"], row["port"]) for row in rows}
    ends = {each[:2] for each in kept}
    assert {each[:2] for each in found} == ends
    assert found <= kept


def _ends(client: APIClient, query: str) -> set[tuple[str, str]]:
    rows = client.get(f"{FIRST}reach/", {"q": query}).json()["results"]
    return {(row["source"], row["target"]) for row in rows}


def test_reach_classes_take_no_filter(client: APIClient, harbour: Snapshot) -> None:
    problem = problem_of(client.get(f"{FIRST}matrix/", {"q": "to:shop", "by": "class"}), 400)
    assert problem["errors"][0]["field"] == "q"


def test_the_graph_of_a_filter_says_yes_or_no(client: APIClient, harbour: Snapshot) -> None:
    answer = client.get(f"{FIRST}graph/", {"q": "from:orders to:shop"}).json()["meta"]["answer"]
    assert answer.startswith("Yes: 1 of 1 pair")
