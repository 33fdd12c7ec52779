"""The audit trail: who did what, and nobody changes it."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.db import DatabaseError, transaction
from django.test import Client

from apps.access.models import ApiToken, AuditEntry
from apps.snapshots.models import Snapshot


def trail() -> list[tuple[str, str, str, int]]:
    rows = AuditEntry.objects.order_by("pk")
    return [(row.who, row.action, row.path, row.status) for row in rows]


def methods() -> list[str]:
    return [row.method for row in AuditEntry.objects.order_by("pk")]


def test_reading_is_recorded(quay: Snapshot, reviewer: User, client: Client) -> None:
    client.force_login(reviewer)
    client.get("/c/quay/s/1/policies?offset=0")
    client.get("/api/v1/clusters/quay/", headers={"X-Request-ID": "00112233445566778899aabbccddeeff"})

    assert trail() == [
        ("reviewer", "read", "/c/quay/s/1/policies?offset=0", 200),
        ("reviewer", "read", "/api/v1/clusters/quay/", 200),
    ]
    last = AuditEntry.objects.latest("pk")
    assert (last.cluster, last.address) == ("quay", "127.0.0.1")
    assert last.request_id == "00112233445566778899aabbccddeeff"


def test_a_program_is_named_by_its_token(quay: Snapshot, reviewer: User, client: Client) -> None:
    _, token = ApiToken.objects.create(reviewer, name="pipeline")

    client.get("/api/v1/clusters/", headers={"Authorization": f"Token {token}"})

    assert [(row.who, row.token) for row in AuditEntry.objects.all()] == [("reviewer", "pipeline")]


def test_changes_and_refusals_are_recorded(quay: Snapshot, reviewer: User, client: Client) -> None:
    client.force_login(reviewer)
    client.delete("/api/v1/clusters/quay/")

    assert trail() == [("reviewer", "change", "/api/v1/clusters/quay/", 403)]


@pytest.mark.parametrize("address", ["/c/quay/s/1/edges.csv", "/api/v1/clusters/quay/timeline/"])
def test_no_method_gets_past_it(quay: Snapshot, reviewer: User, client: Client, address: str) -> None:
    """A word that is longer than its column is refused by PostgreSQL, and the row would be lost."""
    client.force_login(reviewer)

    assert client.generic("VERSION-CONTROL", address).status_code == 405
    assert methods() == ["VERSION-"]


@pytest.mark.parametrize(
    "address", ["/c/quay/s/1/policies/Network%00Policy/payments/db", "/tokens/a%00b/end"]
)
def test_a_name_that_no_database_takes(quay: Snapshot, reviewer: User, client: Client, address: str) -> None:
    client.force_login(reviewer)

    assert client.post(address).status_code == 404
    assert methods() == ["POST"]


def test_an_export_is_one_by_any_method(quay: Snapshot, reviewer: User, client: Client) -> None:
    client.force_login(reviewer)
    client.post("/c/quay/s/1/edges.csv")
    client.get("/c/quay/s/1/edges.csv")

    assert {action for _, action, *_ in trail()} == {"export"}


def test_a_slug_that_no_cluster_has(reviewer: User, client: Client) -> None:
    client.force_login(reviewer)

    assert client.get(f"/c/{'x' * 100}/").status_code == 404
    assert client.get(f"/c/{'x' * 100}/reports/").status_code == 404
    assert [row.cluster for row in AuditEntry.objects.all()] == ["x" * 63]


@pytest.mark.django_db
def test_what_single_sign_on_brings_is_not_recorded(client: Client) -> None:
    client.post("/login/?code=secret", {"username": "reviewer", "password": "a wrong password"})

    assert [path for *_, path, _ in trail()] == ["/login/"]


def test_logging_in_is_recorded_without_the_password(reviewer: User, client: Client) -> None:
    client.get("/login/")
    client.post("/login/", {"username": "reviewer", "password": "a wrong password"})
    client.post("/login/", {"username": "reviewer", "password": "a long password"})

    assert [(action, status) for _, action, _, status in trail()] == [("login", 200), ("login", 302)]
    assert {who for who, *_ in trail()} == {"reviewer"}
    assert not AuditEntry.objects.filter(path__contains="password").exists()


def test_logging_out_is_recorded_with_the_name(reviewer: User, client: Client) -> None:
    client.force_login(reviewer)
    client.post("/logout/")

    assert trail() == [("reviewer", "logout", "/logout/", 302)]


def test_what_tells_nothing_is_not_recorded(client: Client, db: None) -> None:
    for address in ("/healthz", "/readyz", "/login/", "/static/css/base.css", "/api/v1/schema/"):
        client.get(address)

    assert trail() == []


def test_nobody_changes_it(reviewer: User, client: Client) -> None:
    client.force_login(reviewer)
    client.get("/?all=1")
    entry = AuditEntry.objects.get()

    with pytest.raises(PermissionError):
        entry.save()
    with pytest.raises(PermissionError):
        entry.delete()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        AuditEntry.objects.update(who="somebody else")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        AuditEntry.objects.all().delete()
    assert AuditEntry.objects.filter(who="reviewer").count() == 1
