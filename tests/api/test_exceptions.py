"""Exceptions over REST: reviewers accept and end, and who reads sees their state at any time."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from apps.api.serializers.exceptions import ExceptionSerializer
from apps.snapshots.models import Snapshot
from tests.api.problems import fields_of, problem_of
from tests.review.stored import WEB

ALL = "/api/v1/exceptions/"
EDGE = WEB._asdict()


def terms(**more: Any) -> dict[str, Any]:
    until = (timezone.now() + timedelta(days=30)).isoformat()
    return {"cluster": "bay", "edges": [EDGE], "reason": "a trial", "until": until} | more


def test_an_edge_is_accepted_shown_and_ended(bay: Snapshot, accepting: APIClient) -> None:
    created = accepting.post(ALL, terms(), format="json")
    assert created.status_code == 201, created.content
    (made,) = created.json()
    assert (made["state"], made["accepted_by"], made["verdict"], made["snapshot"]) == (
        "active",
        "rita",
        "allowed",
        1,
    )
    (listed,) = accepting.get(f"{ALL}?cluster=bay&state=active").json()["results"]
    assert listed == made
    assert accepting.delete(f"{ALL}{made['id']}/").status_code == 204
    problem_of(accepting.delete(f"{ALL}{made['id']}/"), 409)
    ended = accepting.get(f"{ALL}{made['id']}/").json()
    assert (ended["state"], ended["ended_by"]) == ("ended", "rita")
    then = accepting.get(ALL, {"at": made["accepted"]}).json()["results"]
    assert [each["state"] for each in then] == ["active"]
    assert set(ended) == set(ExceptionSerializer().fields)


def test_a_finding_is_accepted(bay: Snapshot, accepting: APIClient) -> None:
    (finding,) = accepting.get(
        "/api/v1/clusters/bay/snapshots/1/findings/?id=no-default-deny-ingress"
    ).json()["results"]
    body = terms(finding=finding["key"])
    del body["edges"]
    (made,) = accepting.post(ALL, body, format="json").json()
    assert (made["finding"], made["port"], made["source"]) == (finding["key"], None, "")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"until": "2020-01-01T00:00:00Z"}, "until"),
        ({"until": "soon"}, "until"),
        ({"reason": " "}, "reason"),
        ({"edges": [EDGE | {"port": 81}]}, "target"),
        ({"edges": [EDGE | {"source": "moon"}]}, "source"),
        ({"edges": [EDGE | {"port": 0}]}, "edges[0].port"),
        ({"edges": []}, "edges"),
        ({"finding": "x"}, "edges"),
        ({"whatever": 1}, "whatever"),
    ],
)
def test_what_is_wrong_is_named(
    bay: Snapshot, accepting: APIClient, change: dict[str, Any], field: str
) -> None:
    assert fields_of(accepting.post(ALL, terms(**change), format="json")) == [field]
    assert accepting.get(ALL).json()["count"] == 0


def test_what_is_not_there(bay: Snapshot, accepting: APIClient) -> None:
    problem_of(accepting.post(ALL, terms(cluster="moon"), format="json"), 404)
    problem_of(accepting.post(ALL, terms(snapshot=9), format="json"), 404)
    problem_of(accepting.get(f"{ALL}9/"), 404)
    problem_of(accepting.get(f"{ALL}?cluster=moon"), 404)
    assert fields_of(accepting.get(f"{ALL}?state=gone")) == ["state"]


def test_viewers_look(bay: Snapshot, client: APIClient, accepting: APIClient) -> None:
    (made,) = accepting.post(ALL, terms(), format="json").json()
    assert client.get(ALL).json()["count"] == 1
    assert problem_of(client.post(ALL, terms(), format="json"), 403)["detail"] == "Only reviewers may do this"
    problem_of(client.delete(f"{ALL}{made['id']}/"), 403)
