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
