"""Who may see the pages, and with which headers they leave."""

from __future__ import annotations

import pytest
from django.test import Client

from apps.snapshots.models import Cluster, Snapshot

PAGES = (
    "/",
    "/c/quay/",
    "/c/quay/snapshots/",
    "/c/quay/snapshots/1",
    "/c/quay/s/1/map",
    "/c/quay/s/1/ask?q=db",
    "/c/quay/s/1/explain?from=orders&to=payments/db",
    "/c/quay/s/1/policies",
    "/c/quay/s/1/policies/NetworkPolicy/payments/db-clients",
    "/c/new",
)


@pytest.mark.parametrize("page", PAGES)
def test_a_stranger_is_sent_to_log_in(client: Client, quay: Snapshot, page: str) -> None:
    response = client.get(page)
    assert response.status_code == 302
    assert response.headers["Location"].startswith("/login/?next=/")


@pytest.mark.parametrize("page", PAGES)
def test_nothing_but_this_server_is_trusted(administrator: Client, quay: Snapshot, page: str) -> None:
    response = administrator.get(page, follow=True)
    assert response.status_code == 200
    policy = response.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;")
    assert "unsafe" not in policy
    page_text = response.content.decode()
    assert "<style" not in page_text
    assert " style=" not in page_text
    assert " onclick=" not in page_text


def test_logging_in_and_out(client: Client, quay: Snapshot, reviewer: object) -> None:
    wrong = client.post("/login/", {"username": "reviewer", "password": "guess"})
    assert 'role="alert"' in wrong.content.decode()
    there = client.post(
        "/login/?next=/c/quay/s/1/map", {"username": "reviewer", "password": "a long password"}
    )
    assert there.headers["Location"] == "/c/quay/s/1/map"
    assert client.post("/logout/").headers["Location"] == "/login/"
    assert client.get("/c/quay/s/1/map").status_code == 302


@pytest.mark.parametrize(
    ("method", "page"),
    [
        ("get", "/c/new"),
        ("post", "/c/new/manifests"),
        ("post", "/c/new/kubeconfig"),
        ("post", "/c/new/inside"),
        ("post", "/c/quay/snapshots/"),
    ],
)
def test_only_administrators_change_what_is_read(
    visitor: Client, quay: Snapshot, method: str, page: str
) -> None:
    response = getattr(visitor, method)(page)
    assert response.status_code == 403
    assert "needs an administrator" in response.content.decode()
    assert Cluster.objects.count() == 1
    assert Snapshot.objects.count() == 1


def test_a_visitor_is_not_offered_what_is_refused(visitor: Client, quay: Snapshot) -> None:
    assert "Upload" not in visitor.get("/c/quay/snapshots/").content.decode()
    assert "Add a cluster" not in visitor.get("/?all=1").content.decode()


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        ("/c/nowhere/", "There is no cluster nowhere."),
        ("/c/quay/s/9/map", "Quay has no finished snapshot 9."),
        ("/c/quay/snapshots/9", "Quay has no snapshot 9."),
        ("/c/quay/s/1/explain?from=nobody&to=payments/db", "nobody"),
        (
            "/c/quay/s/1/explain?from=orders&to=payments/db&port=x",
            "A port is written 5432 or 5432/TCP, not x.",
        ),
        (
            "/c/quay/s/1/policies/NetworkPolicy/payments/gone",
            "Snapshot 1 has no NetworkPolicy payments/gone.",
        ),
    ],
)
def test_a_missing_page_says_what_is_missing(visitor: Client, quay: Snapshot, page: str, reason: str) -> None:
    response = visitor.get(page)
    assert response.status_code == 404
    assert reason in response.content.decode()
