"""A review over REST, from opening to the sealed content."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from apps.api.serializers.reviews import ItemSerializer, ReviewDetailSerializer, ReviewSerializer
from apps.review.models import Seal
from apps.snapshots.models import Snapshot
from tests.api.problems import fields_of, problem_of
from tests.api.shapes import assert_shape

REVIEWS = "/api/v1/clusters/bay/reviews/"


@pytest.fixture
def review(bay: Snapshot, accepting: APIClient) -> str:
    """The address of an open review."""
    opened = accepting.post(REVIEWS, {}, format="json")
    assert opened.status_code == 201, opened.content
    assert_shape(ReviewDetailSerializer().fields["groups"], opened.json()["groups"])
    address: str = opened["Location"]
    return address


def decide(client: APIClient, review: str, **fields: Any) -> Any:
    return client.post(f"{review}decide/", fields, format="json")


def items(client: APIClient, review: str, query: str = "") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.get(f"{review}items/{query}").json()["results"]
    return found


def test_from_opening_to_the_seal(accepting: APIClient, review: str) -> None:
    detail = accepting.get(review).json()
    assert (detail["snapshot"], detail["against"], detail["opened_by"]) == (1, None, "rita")
    assert detail["left"] == detail["size"] == sum(group["size"] for group in detail["groups"])
    first, *rest = items(accepting, review)
    for item in (first, *rest):
        assert_shape(ItemSerializer(), item)
    assert first["sources"] == [
        {"source": "lab", "before": None, "after": "unrestricted"},
        {"source": "shop", "before": None, "after": "unrestricted"},
    ]
    until = (timezone.now() + timedelta(days=9)).isoformat()
    accept = {"choice": "accept", "note": "a trial", "until": until}
    decided = decide(accepting, review, item=first["id"], version=0, sources=["lab"], **accept).json()
    assert decided == {"decided": 1, "left": detail["left"] - 1, "version": 1}
    for group in detail["groups"]:
        decided = decide(accepting, review, group=group["id"], choice="fine").json()
    assert decided["left"] == 0
    assert items(accepting, review, "?left=true") == []
    signed = accepting.post(f"{review}sign/", {"version": decided["version"]}, format="json")
    assert signed.status_code == 200, signed.content
    assert set(signed.json()) == set(ReviewSerializer().fields)
    content = accepting.get(f"{review}content/")
    assert hashlib.sha256(content.content).hexdigest() == signed.json()["sha256"] == Seal.objects.get().sha256
    assert content.json()["signed_by"] == "rita"
    (exception,) = accepting.get("/api/v1/exceptions/").json()["results"]
    assert (exception["source"], exception["target"]) == ("lab", "gate/web")


def test_what_somebody_else_decided_is_not_lost(accepting: APIClient, admin: APIClient, review: str) -> None:
    item = items(accepting, review)[0]["id"]
    assert decide(accepting, review, item=item, version=0, choice="flag", note="close it").status_code == 200
    conflict = problem_of(decide(admin, review, item=item, version=0, choice="fine"), 409)
    assert "Somebody else has decided" in conflict["detail"]
    seen = items(admin, review)[0]
    assert (seen["version"], seen["decisions"][0]["choice"], seen["left"]) == (1, "flag", 0)
    assert decide(admin, review, item=item, version=1, choice="fine").status_code == 200


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"choice": "fine"}, "item"),
        ({"item": "x", "choice": "fine"}, "version"),
        ({"item": "x", "version": 0, "choice": "fine"}, "item"),
        ({"group": "x", "choice": "fine"}, "group"),
        ({"group": "", "choice": "fine"}, "group"),
        ({"group": "x", "choice": "maybe"}, "choice"),
        ({"group": "x", "version": 0, "choice": "fine"}, "group"),
    ],
)
def test_a_decision_that_is_wrong_names_its_field(
    accepting: APIClient,
    review: str,
    fields: dict[str, Any],
    field: str,
) -> None:
    assert fields_of(decide(accepting, review, **fields)) == [field]


def test_a_flag_says_what_and_an_acceptance_until_when(accepting: APIClient, review: str) -> None:
    item = items(accepting, review)[0]["id"]
    assert fields_of(decide(accepting, review, item=item, version=0, choice="flag")) == ["note"]
    accept = decide(accepting, review, item=item, version=0, choice="accept", note="why")
    assert fields_of(accept) == ["until"]


def test_signing_waits_and_stays(accepting: APIClient, admin: APIClient, review: str) -> None:
    assert fields_of(accepting.post(f"{review}sign/", {"version": 0}, format="json")) == ["items"]
    problem_of(accepting.post(REVIEWS, {}, format="json"), 409)
    problem_of(accepting.get(f"{review}content/"), 409)
    for group in accepting.get(review).json()["groups"]:
        decide(accepting, review, group=group["id"], choice="fine")
    problem_of(accepting.post(f"{review}sign/", {"version": 0}, format="json"), 409)
    version = accepting.get(review).json()["version"]
    assert accepting.post(f"{review}sign/", {"version": version}, format="json").status_code == 200
    group = {"group": "x", "choice": "fine"}
    for refused in (decide(admin, review, **group), admin.delete(review), admin.get(f"{review}items/")):
        problem_of(refused, 409)
    assert fields_of(accepting.post(REVIEWS, {}, format="json")) == ["snapshot"]
    problem_of(admin.delete("/api/v1/clusters/bay/"), 409)
    assert accepting.get(review).json()["left"] == 0


def test_an_open_review_can_be_abandoned(accepting: APIClient, review: str) -> None:
    assert accepting.delete(review).status_code == 204
    problem_of(accepting.get(review), 404)
    assert accepting.post(REVIEWS, {"snapshot": 1}, format="json").status_code == 201


def test_viewers_look(client: APIClient, review: str) -> None:
    assert client.get(REVIEWS).json()["count"] == 1
    assert items(client, review)
    problem_of(client.post(REVIEWS, {}, format="json"), 403)
    problem_of(decide(client, review, group="x", choice="fine"), 403)
    problem_of(client.post(f"{review}sign/", {"version": 0}, format="json"), 403)
    problem_of(client.delete(review), 403)
