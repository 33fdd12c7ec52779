"""Every error below /api/ is a problem document."""

from __future__ import annotations

import logging

import pytest
from django.db.utils import ConnectionHandler
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.test import APIClient
from rest_framework.views import APIView

from apps.snapshots.models import Snapshot
from dashboard import urls
from tests.api.conftest import FIRST, HARBOUR
from tests.api.problems import problem_of


class _Broken(APIView):
    permission_classes = []

    def get(self, request: Request) -> Response:
        raise RuntimeError("a secret of the inside")


def _ask_nobody(request: HttpRequest) -> HttpResponse:
    """A database where nothing listens."""
    away = {"ENGINE": "django.db.backends.postgresql", "NAME": "x", "HOST": "127.0.0.1", "PORT": "1"}
    ConnectionHandler({"default": away})["default"].ensure_connection()
    return HttpResponse()


def _fill_disk(request: HttpRequest) -> HttpResponse:
    """A database that may not grow."""
    small = ConnectionHandler({"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}})
    with small["default"].cursor() as cursor:
        cursor.execute("PRAGMA max_page_count = 1")
        cursor.execute("CREATE TABLE full (x)")
    return HttpResponse()


urlpatterns = [
    path("api/v1/broken/", _Broken.as_view()),
    path("api/v1/away/", _ask_nobody),
    path("api/v1/full/", _fill_disk),
    path("away/", _ask_nobody),
    *urls.urlpatterns,
]
handler400, handler404, handler500 = urls.handler400, urls.handler404, urls.handler500


@pytest.mark.parametrize(
    "address",
    [
        "/api/v1/",
        "/api/v1/nothing/",
        "/api/v1/clusters",
        "/api/v2/clusters/",
        "/api/",
        f"{FIRST}signatures/?against=1",
        f"{HARBOUR}snapshots/1%00/",
    ],
)
def test_what_is_not_there(client: APIClient, harbour: Snapshot, address: str) -> None:
    for method in (client.get, client.post, client.delete):
        problem_of(method(address), 404)


def test_a_cluster_that_is_not_there_is_named(client: APIClient) -> None:
    assert "atlantis" in problem_of(client.get("/api/v1/clusters/atlantis/"), 404)["detail"]


def test_a_method_that_is_not_there(admin: APIClient, harbour: Snapshot) -> None:
    response = admin.put(HARBOUR, {}, format="json")
    problem_of(response, 405)
    assert "PATCH" in response["Allow"]
    problem_of(admin.delete(f"{FIRST}reach/"), 405)


def test_a_media_type_that_is_not_known(admin: APIClient, harbour: Snapshot) -> None:
    problem_of(admin.post("/api/v1/clusters/", "a=b", content_type="text/plain"), 415)
    problem_of(admin.post("/api/v1/clusters/", {"name": "x"}, format="multipart"), 415)
    problem_of(admin.get("/api/v1/clusters/", HTTP_ACCEPT="application/xml"), 406)


def test_a_body_that_is_too_large(admin: APIClient) -> None:
    with override_settings(DATA_UPLOAD_MAX_MEMORY_SIZE=100):
        problem_of(admin.post("/api/v1/clusters/", {"name": "x" * 200}, format="json"), 413)


def test_a_host_that_is_not_ours() -> None:
    problem_of(Client().get("/api/v1/clusters/", HTTP_HOST="evil.example"), 400)


@pytest.mark.urls("tests.api.test_problems")
def test_a_fault_tells_the_log_and_not_the_client(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR, "django.request"):
        response = Client(raise_request_exception=False).get("/api/v1/broken/")
    assert "secret" not in str(problem_of(response, 500))
    assert "a secret of the inside" in str(caplog.records[0].exc_info)


@pytest.mark.urls("tests.api.test_problems")
def test_a_database_that_is_away_or_full_is_named_and_comes_back(db: None) -> None:
    client = Client(raise_request_exception=False)
    away, full = client.get("/api/v1/away/"), client.get("/api/v1/full/")
    assert "does not answer" in problem_of(away, 503)["detail"]
    assert "disk of the database is full" in problem_of(full, 503)["detail"]
    assert int(away["Retry-After"]) > 0
    page = client.get("/away/")
    assert page.status_code == 503
    assert page["Content-Type"].startswith("text/html")
    assert "The database does not answer" in page.content.decode()
    assert "refused" not in page.content.decode()


def test_elsewhere_an_error_is_a_page(db: None) -> None:
    response = Client().get("/nowhere/at/all")
    assert response.status_code == 404
    assert response["Content-Type"].startswith("text/html")
