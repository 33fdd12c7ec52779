"""Suggestions over REST: applied as a draft, they leave just the edges that were to be kept."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml
from rest_framework.test import APIClient

from apps.api.serializers.suggestions import SuggestionSerializer
from apps.reachability import suggesting
from apps.snapshots.models import Snapshot
from tests.api.conftest import FIRST, HARBOUR
from tests.api.problems import fields_of, problem_of
from tests.api.shapes import assert_shape

SUGGEST = f"{FIRST}suggest/"
OPEN = {"allowed", "unrestricted"}
Key = tuple[str, str, int, str]

CLIENT: Key = ("orders", "shop/db", 5432, "TCP")
SCRAPER: Key = ("front", "shop/db", 9187, "TCP")


def edge(key: Key) -> dict[str, Any]:
    return dict(zip(("source", "target", "port", "protocol"), key, strict=True))


def key_of(told: dict[str, Any]) -> Key:
    return told["source"], told["target"], told["port"], told["protocol"]


def ask(client: APIClient, **asked: Any) -> dict[str, Any]:
    response = client.post(SUGGEST, asked, format="json")
    assert response.status_code == 200, response.content
    body: dict[str, Any] = response.json()
    assert_shape(SuggestionSerializer(), body)
    return body


def open_edges(client: APIClient) -> set[Key]:
    found = client.get(f"{FIRST}reach/", {"limit": 500}).json()
    assert found["next"] is None
    return {key_of(each) for each in found["results"] if each["verdict"] in OPEN | {"partial"}}


def open_after(client: APIClient, suggestion: dict[str, Any]) -> set[Key]:
    """What is open once the suggestion is tried as a draft."""
    draft = {"add": suggestion["policies"], "delete": suggestion["delete"]}
    diff = client.post(f"{FIRST}what-if/?limit=500", draft, format="json").json()
    assert diff["next"] is None
    changed = {key_of(each): (each["after"] or {}).get("verdict") for each in diff["results"]}
    stays = {key for key in open_edges(client) if key not in changed}
    return stays | {key for key, verdict in changed.items() if verdict in OPEN | {"partial"}}


def of_namespace(edges: set[Key], namespace: str) -> set[Key]:
    return {key for key in edges if namespace in (key[0], key[1].partition("/")[0])}


@pytest.mark.parametrize("kept", [[CLIENT], [CLIENT, SCRAPER], []])
def test_a_draft_of_it_leaves_just_what_was_kept(
    client: APIClient, harbour: Snapshot, kept: list[Key]
) -> None:
    before = open_edges(client)
    suggestion = ask(client, namespace="shop", keep=[edge(key) for key in kept])
    after = open_after(client, suggestion)
    assert of_namespace(after, "shop") == set(kept)
    assert after - of_namespace(after, "shop") == before - of_namespace(before, "shop")
    # Within one namespace's reach nothing else is touched, and the old policies are replaced.
    assert {each["name"] for each in suggestion["delete"]} == {"deny-ingress", "allow-client"}
    assert suggestion["impossible_count"] == len(suggestion["impossible"]) == 0
    assert suggestion["kept_count"] == len(kept)


def test_all_keeps_what_is_allowed_now(client: APIClient, harbour: Snapshot) -> None:
    before = open_edges(client)
    suggestion = ask(client, namespace="orders", keep="all")
    assert suggestion["kept_count"] == len(of_namespace(before, "orders") - {CLIENT}) > 3
    after = open_after(client, suggestion)
    # Of `orders` one workload of two reaches the database: an edge is kept as a whole, or not.
    assert before - after == {CLIENT}
    assert after <= before


def test_dns_is_kept_where_asked(client: APIClient, harbour: Snapshot) -> None:
    dns = {("shop", "kube-system/kube-dns", 53, protocol) for protocol in ("TCP", "UDP")}
    suggestion = ask(client, namespace="shop", keep=[edge(CLIENT)], dns=True)
    assert of_namespace(open_after(client, suggestion), "shop") == {CLIENT} | dns


def test_the_text_is_the_policies(client: APIClient, harbour: Snapshot) -> None:
    suggestion = ask(client, namespace="orders", keep=[edge(("front", "orders/client", 80, "TCP"))])
    assert len(suggestion["policies"]) > 1
    assert list(yaml.safe_load_all(suggestion["yaml"])) == suggestion["policies"]


def test_what_cannot_be_had_is_told_with_its_reason(client: APIClient, harbour: Snapshot) -> None:
    ghost: Key = ("front", "shop/ghost", 80, "TCP")
    suggestion = ask(client, namespace="shop", keep=[edge(ghost)])
    (told,) = suggestion["impossible"]
    assert key_of(told["edge"]) == ghost
    assert "nothing to open" in told["reason"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"keep": "all"}, "namespace"),
        ({"namespace": "shop"}, "keep"),
        ({"namespace": "shop", "keep": "some"}, "keep"),
        ({"namespace": "shop", "keep": [1]}, "keep[0]"),
        ({"namespace": "shop", "keep": [{"source": "front", "port": 80}]}, "keep[0].target"),
        ({"namespace": "shop", "keep": [edge(CLIENT) | {"protcol": "UDP"}]}, "keep[0].protcol"),
        ({"namespace": "shop", "keep": [edge(CLIENT) | {"port": 70000}]}, "keep[0].port"),
        ({"namespace": "shop", "keep": [edge(CLIENT), edge(CLIENT) | {"source": "a"}]}, "keep[1].source"),
        ({"namespace": "shop", "keep": [edge(CLIENT) | {"port": 1}]}, "keep[0].target"),
        ({"namespace": "front", "keep": [edge(CLIENT)]}, "keep"),
        ({"namespace": "shop", "keep": "all", "dns": "perhaps"}, "dns"),
        ({"namespace": "shop", "keep": "all", "deny": True}, "deny"),
    ],
)
def test_what_cannot_be_asked(client: APIClient, harbour: Snapshot, body: dict[str, Any], field: str) -> None:
    assert fields_of(client.post(SUGGEST, body, format="json")) == [field]


def test_there_is_no_such_namespace(client: APIClient, harbour: Snapshot) -> None:
    body = {"namespace": "nowhere", "keep": "all"}
    assert fields_of(client.post(SUGGEST, body, format="json"), 404) == ["namespace"]


def test_what_may_be_kept_has_a_limit(
    client: APIClient, harbour: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(suggesting, "MOST_KEPT", 3)
    for keep in ("all", [edge(CLIENT)] * 4):
        response = client.post(SUGGEST, {"namespace": "orders", "keep": keep}, format="json")
        assert fields_of(response) == ["keep"]
    deep = '{"namespace": "shop", "keep": ' + "[" * 100_000 + "]" * 100_000 + "}"
    problem_of(client.post(SUGGEST, deep, content_type="application/json"), 400)
    many = json.dumps({"namespace": "shop", "keep": [edge(CLIENT)] * 10_001})
    assert fields_of(client.post(SUGGEST, many, content_type="application/json")) == ["keep"]


def test_whoever_reads_may_ask_and_nobody_else(
    client: APIClient, nobody: APIClient, harbour: Snapshot
) -> None:
    asked = {"namespace": "shop", "keep": "all"}
    problem_of(nobody.post(SUGGEST, asked, format="json"), 401)
    response = client.post(SUGGEST, asked, format="json")
    assert response.status_code == 200
    assert response["Cache-Control"] == "no-store"
    problem_of(client.get(SUGGEST), 405)


def test_a_snapshot_that_is_not_there_or_not_done(client: APIClient, harbour: Snapshot) -> None:
    Snapshot.objects.create(cluster=harbour.cluster, number=2)
    asked = {"namespace": "shop", "keep": "all"}
    problem_of(client.post(f"{HARBOUR}snapshots/2/suggest/", asked, format="json"), 409)
    problem_of(client.post(f"{HARBOUR}snapshots/3/suggest/", asked, format="json"), 404)
