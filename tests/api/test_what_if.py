"""Drafts over REST: what they would open, close and break; nothing of them is stored."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django import Settings
from rest_framework.test import APIClient

from apps.access.models import AuditEntry
from apps.api.serializers.changes import DiffSerializer
from apps.engine.model import ObjectRef, Unevaluated
from apps.snapshots.models import Snapshot
from tests.api.conftest import FIRST, HARBOUR
from tests.api.problems import fields_of, problem_of
from tests.api.shapes import assert_shape
from tests.fakes.kube_objects import policy
from tests.reachability.stored import deny_all, store_harbour_again

WHAT_IF = f"{FIRST}what-if/"
NAMED = {"kind": "NetworkPolicy", "namespace": "shop", "name": "allow-client"}


def _rows() -> dict[str, int]:
    return {
        model._meta.label: model._default_manager.count()
        for model in apps.get_models()
        if model is not AuditEntry
    }


def _ask(client: APIClient, **draft: Any) -> dict[str, Any]:
    response = client.post(f"{WHAT_IF}?limit=500", draft, format="json")
    assert response.status_code == 200, response.content
    body: dict[str, Any] = response.json()
    return body


def test_a_deny_all_shows_what_it_closes_and_stores_nothing(client: APIClient, harbour: Snapshot) -> None:
    before = _rows()
    body = _ask(client, add=[deny_all("orders")])
    assert _rows() == before
    assert_shape(DiffSerializer(), body)
    assert body["before"]["snapshot"] == 1
    assert body["after"]["snapshot"] is None
    closed = {(edge["source"], edge["target"]) for edge in body["results"] if edge["kind"] == "closed"}
    assert ("front", "orders/client") in closed
    assert ("orders", "shop/db") in closed
    assert body["counts"]["opened"] == 0
    assert body["dns_broken"] == ["orders"]
    assert {cause["changes"][0]["object"]["name"] for cause in body["causes"]} == {"deny-all"}


@pytest.mark.parametrize("form", ["object", "text", "list", "file"])
def test_what_was_foretold_comes_true(client: APIClient, harbour: Snapshot, form: str) -> None:
    draft = [deny_all("orders"), deny_all("kube-system")]
    text = yaml.safe_dump_all(draft)
    match form:
        case "object":
            foretold = _ask(client, add=draft)
        case "text":
            foretold = _ask(client, add=[text])
        case "list":
            foretold = _ask(client, add=[{"apiVersion": "v1", "kind": "List", "items": draft}])
        case _:
            files = [SimpleUploadedFile("draft.yaml", text.encode())]
            foretold = client.post(f"{WHAT_IF}?limit=500", {"files": files}, format="multipart").json()
    store_harbour_again(harbour.cluster, extra=draft)
    happened = client.get(f"{HARBOUR}snapshots/2/diff/", {"against": 1, "limit": 500}).json()
    same = ("count", "counts", "dns", "dns_broken", "change_count", "causes", "results")
    assert [foretold[name] for name in same] == [happened[name] for name in same]
    assert foretold["count"] > 0


def test_a_deletion(client: APIClient, harbour: Snapshot) -> None:
    foretold = _ask(client, delete=[NAMED])
    store_harbour_again(harbour.cluster, without={"allow-client"})
    happened = client.get(f"{HARBOUR}snapshots/2/diff/", {"against": 1}).json()
    assert foretold["results"] == happened["results"]
    (edge,) = foretold["results"]
    assert (edge["source"], edge["target"], edge["port"]) == ("orders", "shop/db", 5432)
    assert (edge["kind"], edge["after"]["verdict"]) == ("closed", "denied")


def test_a_manifest_takes_the_place_of_the_stored_one(client: APIClient, harbour: Snapshot) -> None:
    opened = deny_all("shop", "allow-client")
    opened["spec"] |= {"policyTypes": ["Ingress"], "ingress": [{}]}
    body = _ask(client, add=[opened])
    assert body["counts"]["opened"] > 0
    assert body["counts"]["closed"] == 0
    (change,) = body["causes"][0]["changes"]
    assert (change["object"]["name"], change["action"]) == ("allow-client", "changed")


def test_the_same_again_changes_nothing(client: APIClient, harbour: Snapshot) -> None:
    body = _ask(client, add=[deny_all("dark", "deny-egress") | {"spec": {"policyTypes": ["Egress"]}}])
    assert (body["count"], body["change_count"]) == (0, 0)


def test_notes_are_those_of_the_draft(client: APIClient, harbour: Snapshot) -> None:
    idle = deny_all("shop", "idle")
    idle["spec"]["podSelector"] = {"matchLabels": {"app": "nothing"}}
    cilium = policy("front", "l7", api="cilium.io/v2", kind="CiliumNetworkPolicy")
    body = _ask(client, add=[idle, cilium])
    assert "NetworkPolicy/shop/idle" in {note["object"] for note in body["notes"]}
    assert _ask(client, add=[deny_all("shop")])["notes"] == []
    unknown = [edge for edge in body["results"] if (edge["after"] or {}).get("verdict") == "unknown"]
    assert "front" in {edge["source"] for edge in unknown}


def test_notes_of_the_snapshot_are_told_again_only_of_what_is_given(
    client: APIClient, harbour: Snapshot
) -> None:
    idle = deny_all("shop", "idle")
    idle["spec"]["podSelector"] = {"matchLabels": {"app": "nothing"}}
    store_harbour_again(harbour.cluster, extra=[idle])
    address = f"{HARBOUR}snapshots/2/what-if/"
    for given, noted in (deny_all("orders"), []), (idle, ["NetworkPolicy/shop/idle"]):
        body = client.post(address, {"add": [given]}, format="json").json()
        assert [note["object"] for note in body["notes"]] == noted


def test_what_could_not_be_read_stays_unknown(client: APIClient, harbour: Snapshot) -> None:
    unread = Unevaluated(ObjectRef("CiliumNetworkPolicy", "", ""), "forbidden")
    store_harbour_again(harbour.cluster, unread=[unread])
    address = f"{HARBOUR}snapshots/2/what-if/"
    body = client.post(address, {"add": [deny_all("empty")]}, format="json").json()
    assert (body["count"], body["change_count"]) == (0, 1)
    assert body["before"]["unread"] == body["after"]["unread"] != []


def test_filters_and_pages(client: APIClient, harbour: Snapshot) -> None:
    whole = _ask(client, add=[deny_all("orders")])
    draft = {"add": [deny_all("orders")]}
    joined, address = [], f"{WHAT_IF}?kind=closed&limit=2"
    while address:
        page = client.post(address, draft, format="json").json()
        joined += page["results"]
        address = page["next"]
    assert joined == [edge for edge in whole["results"] if edge["kind"] == "closed"]
    assert fields_of(client.post(f"{WHAT_IF}?kind=moved", draft, format="json")) == ["kind"]
    assert fields_of(client.post(f"{WHAT_IF}?cause=99", draft, format="json"), 404) == ["cause"]


def test_bad_manifests_are_refused_with_every_problem(client: APIClient, harbour: Snapshot) -> None:
    wrong = deny_all("shop", "wrong")
    wrong["spec"]["policyTypes"] = ["Sideways"]
    before = _rows()
    draft = {"add": [deny_all("shop"), wrong, "a: [1", "just words"], "delete": [NAMED | {"name": "gone"}]}
    body = problem_of(client.post(WHAT_IF, draft, format="json"), 400)
    found = {(each["file"], each["object"], each["field"]) for each in body["errors"]}
    assert found >= {
        ("add[1]", "NetworkPolicy/shop/wrong", "spec.policyTypes[0]"),
        ("add[3]", "", ""),
        ("", "NetworkPolicy/shop/gone", "delete[0]"),
    }
    assert "add[2]" in {each["file"] for each in body["errors"]}
    assert len(body["errors"]) == 4
    assert all(each["message"] for each in body["errors"])
    assert _rows() == before


def test_files_are_named_in_what_is_wrong(client: APIClient, harbour: Snapshot) -> None:
    files = [SimpleUploadedFile("good.yaml", yaml.safe_dump(deny_all("shop")).encode())]
    files.append(SimpleUploadedFile("torn.yaml", b"a: [1"))
    body = problem_of(client.post(WHAT_IF, {"files": files}, format="multipart"), 400)
    assert [each["file"] for each in body["errors"]] == ["torn.yaml"]


@pytest.mark.parametrize(
    ("draft", "place"),
    [
        ({"add": [deny_all("shop"), deny_all("shop")]}, ("add[1]", "metadata.name")),
        ({"delete": [NAMED, NAMED]}, ("", "delete[1]")),
        ({"add": [deny_all("shop", "allow-client")], "delete": [NAMED]}, ("", "delete[0]")),
        ({"delete": [NAMED | {"api_version": "cilium.io/v2"}]}, ("", "delete[0]")),
    ],
    ids=["added twice", "deleted twice", "added and deleted", "of another group"],
)
def test_a_draft_that_contradicts_itself(
    client: APIClient, harbour: Snapshot, draft: dict[str, Any], place: tuple[str, str]
) -> None:
    body = problem_of(client.post(WHAT_IF, draft, format="json"), 400)
    assert [(each["file"], each["field"]) for each in body["errors"]] == [place]


def test_two_kinds_of_one_name_need_their_group(client: APIClient, harbour: Snapshot) -> None:
    calico = policy("shop", "allow-client", api="projectcalico.org/v3")
    store_harbour_again(harbour.cluster, extra=[calico])
    address = f"{HARBOUR}snapshots/2/what-if/"
    body = problem_of(client.post(address, {"delete": [NAMED]}, format="json"), 400)
    assert "projectcalico.org/v3" in body["errors"][0]["message"]
    chosen = NAMED | {"api_version": "networking.k8s.io/v1"}
    body = client.post(address, {"delete": [chosen]}, format="json").json()
    assert body["change_count"] == 1


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ("[]", ""),
        ("{}", ""),
        ('{"add": [], "delete": []}', ""),
        ('{"add": [1]}', "add[0]"),
        ('{"add": {"kind": "Pod"}}', "add"),
        ('{"delete": [1]}', "delete[0]"),
        ('{"delete": [{"kind": "Pod"}]}', "delete[0].name"),
        ('{"delete": [{"kind": "Pod", "name": "a", "namspace": "b"}]}', "delete[0].namspace"),
        ('{"remove": []}', "remove"),
    ],
)
def test_a_body_that_is_no_draft(client: APIClient, harbour: Snapshot, body: str, field: str) -> None:
    assert fields_of(client.post(WHAT_IF, body, content_type="application/json")) == [field]


@pytest.mark.parametrize("depth", [100, 700, 800, 850, 900, 950, 1000, 100_000])
@pytest.mark.parametrize("form", ["[{}]", '{{"add": [{}]}}', '{{"add": [{{"kind": {}}}]}}'])
def test_a_body_however_deep(client: APIClient, harbour: Snapshot, depth: int, form: str) -> None:
    body = form.format("[" * depth + "]" * depth)
    problem_of(client.post(WHAT_IF, body, content_type="application/json"), 400)


@pytest.mark.parametrize(
    "add", ["\ud800", "\0", {"kind": "Pod", "apiVersion": "v1", "a": "\ud800"}], ids=repr
)
def test_texts_that_are_none(client: APIClient, harbour: Snapshot, add: Any) -> None:
    response = client.post(WHAT_IF, json.dumps({"add": [add]}), content_type="application/json")
    assert [each["file"] for each in problem_of(response, 400)["errors"]] == ["add[0]"]


def test_a_draft_has_a_limit(client: APIClient, harbour: Snapshot, settings: Settings) -> None:
    settings.UPLOAD_LIMIT = settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    files = [SimpleUploadedFile("a.yaml", b"x" * 200)]
    problem_of(client.post(WHAT_IF, {"files": files}, format="multipart"), 413)
    problem_of(client.post(WHAT_IF, {"add": ["x" * 200]}, format="json"), 413)


def test_a_reviewer_may_try_and_nobody_else(client: APIClient, nobody: APIClient, harbour: Snapshot) -> None:
    draft = {"add": [deny_all("orders")]}
    problem_of(nobody.post(WHAT_IF, draft, format="json"), 401)
    response = client.post(WHAT_IF, draft, format="json")
    assert response.status_code == 200
    assert response["Cache-Control"] == "no-store"
    problem_of(client.get(WHAT_IF), 405)


def test_a_snapshot_that_is_not_there_or_not_done(client: APIClient, harbour: Snapshot) -> None:
    Snapshot.objects.create(cluster=harbour.cluster, number=2)
    draft = {"add": [deny_all("orders")]}
    problem_of(client.post(f"{HARBOUR}snapshots/2/what-if/", draft, format="json"), 409)
    problem_of(client.post(f"{HARBOUR}snapshots/3/what-if/", draft, format="json"), 404)
    assert client.post(f"{HARBOUR}snapshots/latest/what-if/", draft, format="json").status_code == 200
