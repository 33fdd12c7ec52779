"""Edges over REST: their keys, filters, pages, and answers that never change."""

from __future__ import annotations

from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from apps.snapshots.clusters import change_cluster
from apps.snapshots.models import Snapshot
from tests.api.conftest import FIRST, HARBOUR
from tests.api.problems import fields_of, problem_of

REACH = f"{FIRST}reach/"
KEYS = {
    "source",
    "target",
    "port",
    "protocol",
    "verdict",
    "allowed_pairs",
    "pairs",
    "dns",
    "backend",
    "potential",
    "reason",
}


def test_an_edge_has_the_keys_of_the_contract(client: APIClient, harbour: Snapshot) -> None:
    body = client.get(REACH, {"source": "orders", "target": "shop/db", "port": "5432"}).json()
    assert set(body) == {"count", "next", "previous", "results"}
    (edge,) = body["results"]
    assert set(edge) == KEYS
    assert edge | {"reason": ""} == {
        "source": "orders",
        "target": "shop/db",
        "port": 5432,
        "protocol": "TCP",
        "verdict": "partial",
        "allowed_pairs": 1,
        "pairs": 2,
        "dns": "resolves",
        "backend": "ready",
        "potential": "allowed",
        "reason": "",
    }


def test_pages_join_to_the_whole(
    client: APIClient, harbour: Snapshot, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    whole = client.get(REACH, {"limit": 500}).json()
    assert (whole["count"], len(whole["results"]), whole["next"]) == (36, 36, None)
    joined, address = [], f"{REACH}?limit=13"
    while address:
        with django_assert_num_queries(5):  # session, user, scopes, audit; snapshot
            page = client.get(address).json()
        joined += page["results"]
        address = page["next"]
    assert joined == whole["results"]
    assert page["previous"]


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({"source": "orders"}, 6),
        ({"target": "shop"}, 18),
        ({"target": "shop/db"}, 12),
        ({"port": "53", "protocol": "UDP"}, 6),
        ({"verdict": "partial"}, 1),
        ({"verdict": "partial,unrestricted", "source": "orders"}, 4),
        ({"dns": "blocked"}, 6),
        ({"source": "dark", "dns": "resolves"}, 0),
        ({"port": "1"}, 0),
    ],
    ids=str,
)
def test_filters(client: APIClient, harbour: Snapshot, query: dict[str, str], count: int) -> None:
    body = client.get(REACH, query).json()
    assert body["count"] == len(body["results"]) == count
    for name in {"source", "protocol"} & set(query):
        assert {edge[name] for edge in body["results"]} <= {query[name]}


@pytest.mark.parametrize(
    ("query", "fields"),
    [
        ({"colour": "red"}, ["colour"]),
        ({"verdict": "perhaps"}, ["verdict"]),
        ({"verdict": "allowed,perhaps"}, ["verdict"]),
        ({"verdict": ""}, ["verdict"]),
        ({"dns": "slow"}, ["dns"]),
        ({"port": "0"}, ["port"]),
        ({"port": "65536"}, ["port"]),
        ({"port": "http"}, ["port"]),
        ({"protocol": "ICMP"}, ["protocol"]),
        ({"source": "orders/x"}, ["source"]),
        ({"source": ""}, ["source"]),
        ({"target": "a/b/c"}, ["target"]),
        ({"target": "\x00"}, ["target"]),
        ({"source": "x" * 1000}, ["source"]),
        ({"limit": "0"}, ["limit"]),
        ({"limit": "501"}, ["limit"]),
        ({"limit": "ten"}, ["limit"]),
        ({"offset": "-1"}, ["offset"]),
        ({"offset": "9" * 30}, ["offset"]),
        ({"port": ["80", "81"]}, ["port"]),
        ({"port": "x", "protocol": "y"}, ["port", "protocol"]),
    ],
    ids=str,
)
def test_wrong_parameters_are_named(
    client: APIClient, harbour: Snapshot, query: dict[str, Any], fields: list[str]
) -> None:
    assert fields_of(client.get(REACH, query)) == fields


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ({"source": "atlantis"}, "atlantis"),
        ({"target": "shop/ship"}, "shop/ship"),
        ({"target": "sea"}, "sea"),
    ],
    ids=str,
)
def test_unknown_names_are_not_found(
    client: APIClient, harbour: Snapshot, query: dict[str, str], name: str
) -> None:
    response = client.get(REACH, query)
    assert name in problem_of(response, 404)["detail"]
    assert fields_of(response, 404) == list(query)


def test_an_answer_once_given_is_not_sent_again(client: APIClient, harbour: Snapshot) -> None:
    first = client.get(REACH, {"source": "orders"})
    assert {"private", "immutable"} <= set(first["Cache-Control"].split(", "))
    tag = first["ETag"]
    again = client.get(REACH, {"source": "orders"}, HTTP_IF_NONE_MATCH=tag)
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", tag)
    assert client.get(REACH, {"source": "orders"}, HTTP_IF_NONE_MATCH=f"W/{tag}").status_code == 304
    assert client.get(REACH, {"source": "dark"}, HTTP_IF_NONE_MATCH=tag).status_code == 200
    assert client.get(REACH, {"source": "orders"}, HTTP_IF_NONE_MATCH='"other"').status_code == 200


def test_an_answer_is_not_given_to_who_may_not_have_it(
    client: APIClient, nobody: APIClient, harbour: Snapshot
) -> None:
    tag = client.get(REACH)["ETag"]
    problem_of(nobody.get(REACH, HTTP_IF_NONE_MATCH=tag), 401)


def test_latest_is_asked_for_each_time(client: APIClient, harbour: Snapshot) -> None:
    response = client.get(f"{HARBOUR}snapshots/latest/reach/")
    assert set(response["Cache-Control"].split(", ")) == {"private", "no-cache"}
    assert response["ETag"] != client.get(REACH)["ETag"]


def test_what_is_assumed_later_changes_no_answer(client: APIClient, harbour: Snapshot) -> None:
    before = client.get(REACH)
    change_cluster(harbour.cluster, plugin="none")
    after = client.get(REACH)
    assert after.json() == before.json()
    assert after["ETag"] == before["ETag"]
