"""Differences between two snapshots over REST: counted, paged, filtered, each edge with its causes."""

from __future__ import annotations

from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from apps.api.serializers.changes import DiffSerializer
from apps.engine import compare_reach
from apps.engine.model import ObjectRef, Unevaluated
from apps.reachability import causes
from apps.snapshots.clusters import change_cluster
from apps.snapshots.models import Snapshot
from apps.snapshots.queries import assumptions_of, load_cluster
from tests.api.conftest import HARBOUR
from tests.api.problems import fields_of, problem_of
from tests.api.shapes import assert_shape
from tests.reachability.stored import deny_all, store_harbour_again

DIFF = f"{HARBOUR}snapshots/2/diff/?against=1&limit=500"
BACK = f"{HARBOUR}snapshots/1/diff/?against=2&limit=500"
ONE = f"{HARBOUR}snapshots/2/diff/?against=1&limit=1"
ENDS = ("source", "target", "port", "protocol")


@pytest.fixture
def later(harbour: Snapshot) -> Snapshot:
    """orders was closed, and shop opened."""
    without = {"deny-ingress", "allow-client"}
    return store_harbour_again(harbour.cluster, extra=[deny_all("orders")], without=without)


def _edges(client: APIClient, address: str) -> dict[tuple[Any, ...], dict[str, Any]]:
    edges = client.get(address).json()["results"]
    return {tuple(edge[name] for name in ENDS): edge for edge in edges}


def test_the_difference_is_the_engines(client: APIClient, harbour: Snapshot, later: Snapshot) -> None:
    body = client.get(DIFF).json()
    assert_shape(DiffSerializer(), body)
    expected = compare_reach(load_cluster(harbour), load_cluster(later), assumptions_of(later))
    assert body["counts"] == expected.counts
    assert all(body["counts"].values())
    assert body["count"] == len(body["results"]) == sum(expected.counts.values())
    assert body["change_count"] == len(expected.changes) == 3
    assert body["cause_count"] == len(body["causes"]) == len(expected.causes)
    for told, cause in zip(body["causes"], expected.causes, strict=True):
        assert told["sentence"] == str(cause)
    for told, edge in zip(body["results"], expected.edges(), strict=True):
        assert (told["source"], told["target"], told["port"], told["kind"]) == (
            edge.source,
            edge.target,
            edge.port,
            edge.kind,
        )
        assert told["cause_count"] == len(edge.causes) > 0
        sentences = [body["causes"][number]["sentence"] for number in told["causes"]]
        assert sentences == [str(cause) for cause in edge.causes[: len(sentences)]]


def test_what_it_says_of_an_edge_both_snapshots_say(client: APIClient, later: Snapshot) -> None:
    edges = _edges(client, DIFF)
    for number, side in ((1, "before"), (2, "after")):
        reach = _edges(client, f"{HARBOUR}snapshots/{number}/reach/?limit=500")
        assert set(edges) <= set(reach)
        for ends, edge in edges.items():
            assert edge[side] == {name: reach[ends][name] for name in ("verdict", "dns", "backend")}


def test_every_other_edge_is_the_same(client: APIClient, later: Snapshot) -> None:
    changed = _edges(client, DIFF)
    before, after = (_edges(client, f"{HARBOUR}snapshots/{number}/reach/?limit=500") for number in (1, 2))
    assert set(before) == set(after)
    for ends in set(before) - set(changed):
        assert [before[ends][name] for name in ("verdict", "dns", "backend")] == [
            after[ends][name] for name in ("verdict", "dns", "backend")
        ]


def test_a_cause_names_what_changed(client: APIClient, later: Snapshot) -> None:
    edge = _edges(client, DIFF)["front", "orders/client", 80, "TCP"]
    assert (edge["kind"], edge["before"]["verdict"], edge["after"]["verdict"]) == (
        "closed",
        "unrestricted",
        "denied",
    )
    (number,) = edge["causes"]
    (cause,) = [each for each in client.get(DIFF).json()["causes"] if each["number"] == number]
    assert (cause["aspect"], cause["change_count"]) == ("verdict", 1)
    assert cause["changes"] == [
        {
            "kind": "policy",
            "object": {"kind": "NetworkPolicy", "namespace": "orders", "name": "deny-all"},
            "action": "appeared",
            "alteration_count": 0,
            "alterations": [],
        }
    ]


def test_an_alteration_is_told(client: APIClient, harbour: Snapshot) -> None:
    wider = deny_all("shop", "allow-client")
    wider["spec"] = {"podSelector": {"matchLabels": {"app": "db"}}, "ingress": [{"ports": [{"port": "sql"}]}]}
    store_harbour_again(harbour.cluster, extra=[wider], without={"allow-client"})
    (cause,) = client.get(DIFF).json()["causes"]
    (change,) = cause["changes"]
    assert cause["opened"] > 0
    assert (change["action"], change["alteration_count"]) == ("changed", 1)
    assert change["alterations"] == [{"path": "spec.ingress[0].from", "before": None, "after": None}]


def test_the_other_way_round(client: APIClient, later: Snapshot) -> None:
    there, back = client.get(DIFF).json(), client.get(BACK).json()
    assert there["counts"] | {"opened": 0, "closed": 0} == back["counts"] | {"opened": 0, "closed": 0}
    assert (there["counts"]["opened"], there["counts"]["closed"]) == (
        back["counts"]["closed"],
        back["counts"]["opened"],
    )
    assert (there["before"]["snapshot"], there["after"]["snapshot"]) == (1, 2)
    assert (back["before"]["snapshot"], back["after"]["snapshot"]) == (2, 1)
    assert (there["dns_broken"], back["dns_broken"]) == (["orders"], [])
    assert there["dns"] == [{"namespace": "orders", "before": "resolves", "after": "blocked"}]


def test_a_snapshot_does_not_differ_from_itself(client: APIClient, harbour: Snapshot) -> None:
    body = client.get(f"{HARBOUR}snapshots/1/diff/", {"against": 1}).json()
    assert_shape(DiffSerializer(), body)
    assert body["counts"] == {"opened": 0, "closed": 0, "changed": 0}
    assert (body["count"], body["results"], body["causes"], body["change_count"]) == (0, [], [], 0)


@pytest.mark.parametrize("size", [1, 4, 7])
def test_pages_join_to_the_whole(
    client: APIClient, later: Snapshot, size: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    whole = client.get(DIFF).json()
    joined, address = [], f"{HARBOUR}snapshots/2/diff/?against=1&limit={size}"
    while address:
        with django_assert_num_queries(8):  # session, user, scopes, audit; snapshots, guardrails
            page = client.get(address).json()
        assert len(page["results"]) <= size
        assert page["counts"] == whole["counts"]
        joined += page["results"]
        address = page["next"]
    assert joined == whole["results"]


@pytest.mark.parametrize("kind", ["opened", "closed", "changed"])
def test_one_kind(client: APIClient, later: Snapshot, kind: str) -> None:
    whole = client.get(DIFF).json()
    body = client.get(f"{DIFF}&kind={kind}").json()
    assert body["results"] == [edge for edge in whole["results"] if edge["kind"] == kind]
    assert body["count"] == whole["counts"][kind]
    assert body["counts"] == whole["counts"]


def test_one_cause(client: APIClient, later: Snapshot) -> None:
    whole = client.get(DIFF).json()
    assert len(whole["causes"]) > 1
    for cause in whole["causes"]:
        body = client.get(f"{DIFF}&cause={cause['number']}").json()
        assert body["results"] == [edge for edge in whole["results"] if cause["number"] in edge["causes"]]
        assert body["count"] == cause["opened"] + cause["closed"] + cause["changed"]


def test_the_causes_of_a_page_are_told_however_many_there_are(
    client: APIClient, later: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = client.get(DIFF).json()
    monkeypatch.setattr(causes, "FIRST_CAUSES", 0)
    told = set()
    for offset in range(whole["count"]):
        body = client.get(f"{ONE}&offset={offset}").json()
        numbers = [cause["number"] for cause in body["causes"]]
        assert numbers == body["results"][0]["causes"]
        assert body["cause_count"] == whole["cause_count"]
        told.update(numbers)
    assert told == {cause["number"] for cause in whole["causes"]}


def test_what_either_could_not_read_is_named(client: APIClient, harbour: Snapshot) -> None:
    unread = Unevaluated(ObjectRef("CiliumNetworkPolicy", "", ""), "forbidden")
    store_harbour_again(harbour.cluster, unread=[unread])
    body = client.get(DIFF).json()
    assert_shape(DiffSerializer(), body)
    assert (body["before"]["unread_count"], body["before"]["unread"]) == (0, [])
    assert [(each["kind"], each["reason"]) for each in body["after"]["unread"]] == [
        ("CiliumNetworkPolicy", "forbidden")
    ]
    assert body["count"]
    assert {edge["after"]["verdict"] for edge in body["results"]} >= {"unknown"}


def test_both_are_judged_alike(client: APIClient, harbour: Snapshot) -> None:
    change_cluster(harbour.cluster, plugin="none")
    harbour.cluster.refresh_from_db()
    store_harbour_again(harbour.cluster)
    body = client.get(DIFF).json()
    assert body["counts"] == {"opened": 0, "closed": 0, "changed": 0}
    (note,) = body["notes"]
    assert (note["level"], note["object"]) == ("info", "Snapshot/1")
    assert "other assumptions" in note["message"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({}, "against"),
        ({"against": ""}, "against"),
        ({"against": "0"}, "against"),
        ({"against": "latest"}, "against"),
        ({"against": "9" * 30}, "against"),
        ({"against": "1", "kind": "moved"}, "kind"),
        ({"against": "1", "cause": "-1"}, "cause"),
        ({"against": "1", "source": "shop"}, "source"),
        ({"against": "1", "limit": "501"}, "limit"),
    ],
    ids=str,
)
def test_wrong_parameters_are_named(
    client: APIClient, harbour: Snapshot, query: dict[str, str], field: str
) -> None:
    assert fields_of(client.get(f"{HARBOUR}snapshots/1/diff/", query)) == [field]


def test_what_is_not_there(client: APIClient, later: Snapshot) -> None:
    response = client.get(f"{HARBOUR}snapshots/2/diff/", {"against": 3})
    assert fields_of(response, 404) == ["against"]
    assert "3" in problem_of(response, 404)["detail"]
    problem_of(client.get(f"{HARBOUR}snapshots/3/diff/", {"against": 1}), 404)
    assert fields_of(client.get(f"{DIFF}&cause=1000"), 404) == ["cause"]


def test_an_unfinished_snapshot_differs_from_nothing(client: APIClient, harbour: Snapshot) -> None:
    Snapshot.objects.create(cluster=harbour.cluster, number=2)
    for address in (DIFF, BACK):
        assert "queued" in problem_of(client.get(address), 409)["detail"]


def test_an_answer_once_given_is_not_sent_again(client: APIClient, later: Snapshot) -> None:
    first = client.get(DIFF)
    assert first["Cache-Control"] == "private, no-cache"  # its guardrails may come to something else
    assert client.get(DIFF, HTTP_IF_NONE_MATCH=first["ETag"]).status_code == 304
    assert client.get(ONE, HTTP_IF_NONE_MATCH=first["ETag"]).status_code == 200
    moving = client.get(f"{HARBOUR}snapshots/latest/diff/?against=1")
    assert "no-cache" in moving["Cache-Control"]
