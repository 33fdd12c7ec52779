"""Who may do what: nobody nothing, whoever has logged in reads, administrators write."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser
from rest_framework.test import APIClient

from apps.access.models import ApiToken
from apps.snapshots.models import Cluster, Snapshot
from tests.api.conftest import FIRST, HARBOUR
from tests.api.problems import problem_of

READABLE = [
    "/api/v1/clusters/",
    HARBOUR,
    f"{HARBOUR}snapshots/",
    FIRST,
    f"{FIRST}namespaces/",
    f"{FIRST}services/",
    f"{FIRST}policies/",
    f"{FIRST}reach/",
    f"{FIRST}graph/",
    f"{FIRST}explain/?source=orders&target=shop/db&port=5432",
    f"{FIRST}paths/?source=orders",
    f"{FIRST}findings/",
    f"{FIRST}diff/?against=1",
]
WRITES = [
    ("post", "/api/v1/clusters/"),
    ("patch", HARBOUR),
    ("delete", HARBOUR),
    ("post", f"{HARBOUR}snapshots/"),
]


@pytest.mark.parametrize("address", READABLE)
def test_nobody_reads(harbour: Snapshot, nobody: APIClient, address: str) -> None:
    response = nobody.get(address)
    problem_of(response, 401)
    assert response["WWW-Authenticate"] == "Token"


@pytest.mark.parametrize("address", READABLE)
def test_whoever_has_logged_in_reads(harbour: Snapshot, client: APIClient, address: str) -> None:
    assert client.get(address).status_code == 200


@pytest.mark.parametrize(("method", "address"), WRITES)
def test_reviewers_do_not_write(harbour: Snapshot, client: APIClient, method: str, address: str) -> None:
    body = problem_of(getattr(client, method)(address, {"name": "x"}, format="json"), 403)
    assert body["detail"] == "Only administrators may do this"
    assert Cluster.objects.get().name == "Harbour"
    assert Snapshot.objects.count() == 1


@pytest.mark.parametrize(("method", "address"), WRITES)
def test_nobody_writes(harbour: Snapshot, nobody: APIClient, method: str, address: str) -> None:
    problem_of(getattr(nobody, method)(address, {"name": "x"}, format="json"), 401)


def test_a_token_logs_in(harbour: Snapshot, nobody: APIClient, reviewer: AbstractBaseUser) -> None:
    _, token = ApiToken.objects.create(reviewer, name="ci")
    nobody.credentials(HTTP_AUTHORIZATION=f"Token {token}")
    assert nobody.get(HARBOUR).status_code == 200
    nobody.credentials(HTTP_AUTHORIZATION="Token 0000")
    problem_of(nobody.get(HARBOUR), 401)


def test_a_session_that_writes_needs_its_csrf_token(harbour: Snapshot, admin: APIClient) -> None:
    strict = APIClient(enforce_csrf_checks=True)
    strict.force_login(get_user_model().objects.get(username="chief"))
    assert "CSRF" in problem_of(strict.delete(HARBOUR), 403)["detail"]
    assert Cluster.objects.exists()
