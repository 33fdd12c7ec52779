"""Reports over REST."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import AbstractBaseUser
from rest_framework.test import APIClient

from apps.access.models import Scope
from apps.reports.make import make_report
from apps.reports.models import Report, Schedule
from apps.snapshots.models import Snapshot
from tests.api.problems import problem_of

REPORTS = "/api/v1/reports/"
SCHEDULES = "/api/v1/report-schedules/"
CSV = {"cluster": "harbour", "format": "csv"}


def test_asked_for_followed_and_fetched(client: APIClient, harbour: Snapshot) -> None:
    answer = client.post(REPORTS, {"cluster": "harbour", "kind": "executive"}, format="json")
    assert answer.status_code == 202, answer.json()
    told = answer.json()
    assert answer.headers["Location"] == f"{REPORTS}{told['id']}/"
    assert (told["state"], told["snapshot"], told["by"]) == ("queued", 1, "reviewer")
    problem_of(client.get(f"{REPORTS}{told['id']}/pdf"), 409)
    make_report(told["id"])
    done = client.get(answer.headers["Location"]).json()
    assert (done["state"], len(done["sha256"]), len(done["content_sha256"])) == ("complete", 64, 64)
    for accept in ("application/pdf", "*/*", "application/json"):
        file = client.get(f"{REPORTS}{told['id']}/pdf", headers={"Accept": accept})
        assert file.status_code == 200
        assert file.headers["Content-Type"] == "application/pdf"
        assert file.content.startswith(b"%PDF-1.7")
        assert len(file.content) == done["size"]


def test_other_files_are_at_file(client: APIClient, harbour: Snapshot) -> None:
    number = client.post(REPORTS, CSV, format="json").json()["id"]
    make_report(number)
    assert client.get(f"{REPORTS}{number}/file").content[:2] == b"PK"
    problem_of(client.get(f"{REPORTS}{number}/pdf"), 404)


def test_lists_are_paged_the_newest_first(client: APIClient, harbour: Snapshot) -> None:
    made = [client.post(REPORTS, CSV, format="json").json()["id"] for _ in range(3)]
    answer = client.get(f"{REPORTS}?limit=2").json()
    assert (answer["count"], [each["id"] for each in answer["results"]]) == (3, made[:0:-1])
    assert client.get(f"{REPORTS}?cluster=harbour").json()["count"] == 3
    problem_of(client.get(f"{REPORTS}?cluster=nowhere"), 404)


@pytest.mark.parametrize(
    ("body", "field", "status"),
    [
        ({"kind": "long"}, "kind", 400),
        ({"paper": "a5"}, "paper", 400),
        ({"format": "doc"}, "format", 400),
        ({"namespaces": ["atlantis"]}, "namespaces", 400),
        ({"namespaces": "shop"}, "namespaces", 400),
        ({"guardrail": "none"}, "guardrail", 400),
        ({"against": 1}, "against", 400),
        ({"unknown": 1}, "unknown", 400),
        ({"snapshot": 7}, "", 404),
        ({"cluster": "nowhere"}, "", 404),
    ],
)
def test_what_is_wrong_is_named(
    client: APIClient, harbour: Snapshot, body: dict[str, Any], field: str, status: int
) -> None:
    answer = client.post(REPORTS, CSV | body, format="json")
    problem = problem_of(answer, status)
    assert [each["field"].partition("[")[0] for each in problem["errors"]] == ([field] if field else [])
    assert Report.objects.count() == 0


def test_administrators_remove(client: APIClient, admin: APIClient, harbour: Snapshot) -> None:
    number = client.post(REPORTS, CSV, format="json").json()["id"]
    problem_of(client.delete(f"{REPORTS}{number}/"), 403)
    assert admin.delete(f"{REPORTS}{number}/").status_code == 204
    problem_of(admin.get(f"{REPORTS}{number}/"), 404)


def test_who_sees_a_part_of_a_cluster_gets_no_report_of_it(
    client: APIClient, reviewer: AbstractBaseUser, harbour: Snapshot
) -> None:
    number = client.post(REPORTS, CSV, format="json").json()["id"]
    make_report(number)
    Scope.objects.create(user=reviewer, cluster=harbour.cluster, namespaces=["shop"])
    assert client.get(REPORTS).json()["count"] == 0
    for address in (f"{number}/", f"{number}/pdf", f"{number}/file"):
        problem_of(client.get(f"{REPORTS}{address}"), 404)
    problem_of(client.post(REPORTS, CSV, format="json"), 404)


def test_nobody_gets_nothing(nobody: APIClient, harbour: Snapshot) -> None:
    assert nobody.get(REPORTS).status_code == 401
    assert nobody.post(REPORTS, CSV, format="json").status_code == 401


def test_schedules_are_the_administrators_matter(
    client: APIClient, admin: APIClient, harbour: Snapshot
) -> None:
    problem_of(client.post(SCHEDULES, CSV, format="json"), 403)
    answer = admin.post(SCHEDULES, CSV | {"every": "week"}, format="json")
    assert answer.status_code == 201, answer.json()
    assert (answer.json()["every"], answer.json()["options"]["format"]) == ("week", "csv")
    assert client.get(SCHEDULES).json()["count"] == 1
    problem = problem_of(admin.post(SCHEDULES, CSV | {"recipients": ["a@b.org"]}, format="json"), 400)
    assert problem["errors"][0]["field"] == "recipients"
    address = f"{SCHEDULES}{answer.json()['id']}/"
    problem_of(client.delete(address), 403)
    assert admin.delete(address).status_code == 204
    problem_of(admin.delete(address), 404)
    assert Schedule.objects.count() == 0
