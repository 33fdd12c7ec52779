"""The health check tells the truth about the database."""

from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client


@pytest.mark.django_db
def test_healthy(client: Client) -> None:
    answer = client.get("/healthz")

    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.django_db
def test_without_a_database(client: Client) -> None:
    from django.db import connection

    def refuse(execute: Any, sql: str, *rest: Any) -> None:
        raise OperationalError("the server is gone")

    with connection.execute_wrapper(refuse):
        answer = client.get("/healthz")
    assert answer.status_code == 503
