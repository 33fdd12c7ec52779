"""The past over REST: since when, by what, and how much each snapshot changed."""

from __future__ import annotations

from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from apps.api.serializers.histories import (
    EdgeHistorySerializer,
    NamespaceHistorySerializer,
    TimelineStepSerializer,
)
from apps.engine.model import ObjectRef, Unevaluated
from apps.reachability.models import StoredCause, StoredPort, StoredSpaces, TimelineStep
from apps.snapshots.clusters import change_cluster
from apps.snapshots.models import Snapshot
from tests.api.conftest import HARBOUR
from tests.api.problems import fields_of, problem_of
from tests.reachability.stored import deny_all, store_harbour_again

DIFF = f"{HARBOUR}snapshots/2/diff/?against=1&limit=500"
OPEN = {"deny-ingress", "allow-client"}  # without them shop is open


def history_of(client: APIClient, number: int, **asked: Any) -> dict[str, Any]:
    query = {"source": "front", "target": "shop/db", "port": 5432} | asked
    body: dict[str, Any] = client.get(f"{HARBOUR}snapshots/{number}/history/", query).json()
    return body


@pytest.fixture
def past(harbour: Snapshot) -> Snapshot:
    """shop: closed in 1, open in 2 and 3, its policies unread in 4, open again in 5."""
    cluster = harbour.cluster
    for extra in ([], [deny_all("orders")]):
        store_harbour_again(cluster, without=OPEN, extra=extra)
    gone = Unevaluated(ObjectRef("NetworkPolicy", "", ""), "not readable: forbidden")
    store_harbour_again(cluster, without={*OPEN, "deny-egress"}, unread=[gone])
    return store_harbour_again(cluster, without=OPEN)


def test_an_edge_that_was_opened(client: APIClient, past: Snapshot) -> None:
    body = history_of(client, 3)
    assert set(body) == set(EdgeHistorySerializer().fields)
    assert (body["verdict"], body["before"], body["may_be_earlier"]) == ("unrestricted", "denied", False)
    at = TimelineStep.objects.get(number=2).at
    assert body["since"] == {
        "snapshot": 2, "at": at.isoformat().replace("+00:00", "Z"), "is_oldest": False
    }  # fmt: skip
    assert body["open_since"] == body["since"]
    assert body["change"]["snapshots"] == [1, 2]
    assert "NetworkPolicy shop/deny-ingress deleted" in body["change"]["by"]
    assert body["change"] == body["opening"]
    assert [(each["verdict"], each["first"]["snapshot"]) for each in body["periods"]] == [
        ("unrestricted", 5),
        ("unknown", 4),
        ("unrestricted", 2),
        ("denied", 1),
    ]
    assert [each["unread"] for each in body["periods"]] == [[], ["NetworkPolicy"], [], []]
    assert [each["last"] and each["last"]["snapshot"] for each in body["periods"]] == [None, 4, 3, 1]


def test_what_was_unknown_before_may_be_older(client: APIClient, past: Snapshot) -> None:
    body = history_of(client, 5)
    assert (body["before"], body["may_be_earlier"], body["open_since"]["snapshot"]) == ("unknown", True, 5)
    assert body["change"]["by"] == ["NetworkPolicy could be read again"]
    assert "NetworkPolicy could be read again" in body["change"]["causes"][0]["sentence"]


def test_a_time_without_its_services_may_hide_a_beginning(client: APIClient, harbour: Snapshot) -> None:
    gone = Unevaluated(ObjectRef("Service", "", ""), "not readable: forbidden")
    store_harbour_again(harbour.cluster, without={"db", "ghost", "client", "kube-dns"}, unread=[gone])
    store_harbour_again(harbour.cluster)
    body = history_of(client, 3)
    assert (body["verdict"], body["before"], body["may_be_earlier"]) == ("denied", None, True)
    assert [each["unread"] for each in body["periods"]] == [[], ["Service"], []]


def test_the_oldest_snapshot_knows_no_beginning(client: APIClient, past: Snapshot) -> None:
    body = history_of(client, 1)
    assert body["since"]["is_oldest"]
    assert (body["verdict"], body["change"], body["before"], body["open_since"]) == (
        "denied", None, None, None
    )  # fmt: skip


def test_other_assumptions_are_named(client: APIClient, harbour: Snapshot) -> None:
    cluster = change_cluster(harbour.cluster, plugin="none")
    store_harbour_again(cluster)
    body = history_of(client, 2)
    assert body["verdict"] == "unrestricted"
    assert "evaluated under other assumptions" in body["change"]["note"]


def test_causes_are_searched_once(client: APIClient, past: Snapshot) -> None:
    assert history_of(client, 3, causes=False)["change"] is None
    assert not StoredCause.objects.exists()
    first = history_of(client, 3)
    assert StoredCause.objects.count() == 1
    Snapshot.objects.filter(number=1).update(digest="lost")  # so that it could not be searched again
    StoredCause.objects.update(told=first["change"] | {"note": "kept"})
    assert history_of(client, 3)["change"]["note"] == "kept"


def test_dns(client: APIClient, past: Snapshot) -> None:
    address = f"{HARBOUR}snapshots/3/namespace-history/"
    body = client.get(address, {"namespace": "orders"}).json()
    assert set(body) == set(NamespaceHistorySerializer().fields)
    assert (body["value"], body["since"]["snapshot"], body["before"]) == ("blocked", 3, "resolves")
    assert body["change"]["by"] == ["NetworkPolicy orders/deny-all created"]
    egress = client.get(address, {"namespace": "orders", "fact": "egress"}).json()
    assert [each["value"] for each in egress["periods"]] == ["none", "all", "none"]


def test_timeline(
    client: APIClient, past: Snapshot, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(8):
        body = client.get(f"{HARBOUR}timeline/", {"limit": 3}).json()
    assert (body["count"], [each["number"] for each in body["results"]]) == (5, [5, 4, 3])
    assert all(set(each) == set(TimelineStepSerializer().fields) for each in body["results"])
    assert [each["is_partial"] for each in body["results"]] == [False, True, False]
    second = client.get(f"{HARBOUR}timeline/", {"offset": 3}).json()["results"][0]
    counts = client.get(DIFF).json()["counts"]
    assert {kind: second[kind] for kind in counts} == counts
    assert second["opened"] > 0


def test_a_difference_without_causes_has_the_same_edges(client: APIClient, past: Snapshot) -> None:
    whole, quick = client.get(DIFF).json(), client.get(f"{DIFF}&causes=false").json()
    assert quick["counts"] == whole["counts"]
    assert quick["dns"] == whole["dns"]
    without = [edge | {"cause_count": 0, "causes": []} for edge in whole["results"]]
    assert quick["results"] == without
    assert quick["causes"] == []
    assert "not asked for" in quick["notes"][0]["message"]


def test_an_answer_once_given_is_not_sent_again(client: APIClient, past: Snapshot) -> None:
    for address in (f"{HARBOUR}timeline/", f"{HARBOUR}snapshots/3/namespace-history/?namespace=orders"):
        first = client.get(address)
        assert client.get(address, HTTP_IF_NONE_MATCH=first["ETag"]).status_code == 304


@pytest.mark.parametrize(
    ("query", "status", "field"),
    [
        ({"source": "front/Pod/a"}, 400, "source"),
        ({"target": "shop"}, 400, "target"),
        ({"port": "0"}, 400, "port"),
        ({"causes": "maybe"}, 400, "causes"),
        ({"hops": "1"}, 400, "hops"),
        ({"source": "nowhere"}, 404, "source"),
        ({"target": "nowhere/db"}, 404, "target"),
        ({"target": "shop/nothing"}, 404, "target"),
        ({"port": "1"}, 404, "port"),
    ],
    ids=str,
)
def test_wrong_questions_are_named(
    client: APIClient, past: Snapshot, query: dict[str, str], status: int, field: str
) -> None:
    asked = {"source": "front", "target": "shop/db", "port": "5432"} | query
    assert fields_of(client.get(f"{HARBOUR}snapshots/3/history/", asked), status) == [field]


def test_snapshots_without_a_history_say_so(client: APIClient, harbour: Snapshot) -> None:
    asked = {"source": "front", "target": "shop/db", "port": "5432"}
    Snapshot.objects.create(cluster=harbour.cluster, number=2)
    assert "queued" in problem_of(client.get(f"{HARBOUR}snapshots/2/history/", asked), 409)["detail"]
    for model in (TimelineStep, StoredPort, StoredSpaces):
        model.objects.all().delete()
    answer = client.get(f"{HARBOUR}snapshots/1/namespace-history/", {"namespace": "front"})
    assert "history" in problem_of(answer, 409)["detail"]
