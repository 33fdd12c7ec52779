"""Guardrails over REST: administrators write them, and what compares tells what becomes of them."""

from __future__ import annotations

from typing import Any

from rest_framework.test import APIClient

from apps.api.serializers.guardrails import CheckSerializer, GuardrailSerializer, TurnSerializer
from apps.review.follow_up import follow_up
from apps.snapshots.models import Snapshot
from tests.api.problems import fields_of, problem_of
from tests.api.shapes import assert_shape
from tests.review.stored import OPENED, guardrail, save, store

BAY = "/api/v1/clusters/bay/"
ALL = "/api/v1/guardrails/"


def post(client: APIClient, *guardrails: Any, cluster: str = "bay") -> Any:
    return client.post(ALL, {"cluster": cluster, "guardrails": list(guardrails)}, format="json")


def test_one_is_added_checked_listed_changed_and_ended(bay: Snapshot, admin: APIClient) -> None:
    created = post(admin, guardrail())
    assert created.status_code == 201, created.content
    (made,) = created.json()
    assert set(made) == set(GuardrailSerializer().fields)
    (check,) = admin.get(f"{BAY}snapshots/1/guardrails/").json()["results"]
    assert_shape(CheckSerializer(), check)
    assert (check["outcome"], check["since"], check["version"]) == ("broken", 1, 1)
    text = "apiVersion: portolan/v1\nkind: Guardrail\nmetadata: {name: dev-stays-out}\nspec: {resolveDNS: {}}"
    (changed,) = post(admin, text).json()
    assert (changed["id"], changed["version_count"]) == (made["id"], 2)
    assert [each["number"] for each in changed["versions"]] == [2, 1]
    assert changed["versions"][0]["created_by"] == "chief"
    assert admin.get(f"{ALL}?cluster=bay").json()["results"] == [changed]
    assert admin.delete(f"{ALL}{made['id']}/").status_code == 204
    problem_of(admin.delete(f"{ALL}{made['id']}/"), 409)
    assert admin.get(ALL).json()["count"] == 0
    assert admin.get(f"{ALL}{made['id']}/").json()["ended"] is not None


def test_what_is_wrong_is_named_and_nothing_is_stored(bay: Snapshot, admin: APIClient) -> None:
    refused = post(admin, guardrail(), guardrail("other", deny={"from": [{}]}))
    (error,) = problem_of(refused, 400)["errors"]
    assert (error["file"], error["object"]) == ("guardrails[1]", "Guardrail/other")
    assert (error["field"], error["message"]) == ("spec.deny.to", "is missing")
    assert admin.get(ALL).json()["count"] == 0
    assert fields_of(admin.post(ALL, {"cluster": "bay"}, format="json")) == ["guardrails"]
    problem_of(post(admin, guardrail(), cluster="moon"), 404)
    problem_of(admin.get(f"{ALL}99/"), 404)
    assert fields_of(admin.get(f"{ALL}?clusters=bay")) == ["clusters"]


def test_readers_read_and_do_not_write(bay: Snapshot, client: APIClient) -> None:
    (stored,) = save(bay.cluster)
    assert client.get(ALL).json()["count"] == 1
    problem_of(post(client, guardrail()), 403)
    problem_of(client.delete(f"{ALL}{stored.pk}/"), 403)


def test_a_difference_tells_what_becomes_of_the_guardrails(bay: Snapshot, client: APIClient) -> None:
    save(bay.cluster)
    follow_up(bay.cluster)
    store(bay.cluster)
    address = f"{BAY}snapshots/2/diff/?against=1"
    before = client.get(address)
    (turn,) = before.json()["guardrails"]
    assert (turn["before"], turn["after"]) == ("broken", None)
    follow_up(bay.cluster)
    after = client.get(address, headers={"If-None-Match": before["ETag"]})  # it is not what it was
    (turn,) = after.json()["guardrails"]
    assert_shape(TurnSerializer(), turn)
    assert (turn["before"], turn["after"], turn["broken"]) == ("broken", "pass", [])


def test_a_draft_tells_what_it_breaks_and_mends(bay: Snapshot, client: APIClient) -> None:
    save(bay.cluster)
    address = f"{BAY}snapshots/1/what-if/"
    deletion = {"kind": "NetworkPolicy", "namespace": "shop", "name": "let-lab-in"}
    mended = client.post(address, {"delete": [deletion]}, format="json").json()
    assert [(each["before"], each["after"]) for each in mended["guardrails"]] == [("broken", "pass")]
    snapshot = store(bay.cluster)
    broken = client.post(
        f"{BAY}snapshots/{snapshot.number}/what-if/", {"add": [OPENED]}, format="json"
    ).json()
    (turn,) = broken["guardrails"]
    assert (turn["before"], turn["after"], turn["broken_count"]) == ("pass", "broken", 1)
    assert turn["broken"][0]["source"] == "lab"
