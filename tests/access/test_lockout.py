"""Guessing passwords ends after five tries, for that name from that address."""

from __future__ import annotations

from typing import Any

import pytest
from axes.utils import reset
from django.contrib.auth.models import User
from django.test import Client
from django.test.client import MULTIPART_CONTENT

from apps.access.addresses import client_address

RIGHT = {"username": "reviewer", "password": "a long password"}
WRONG = RIGHT | {"password": "a wrong password"}


@pytest.fixture(autouse=True)
def _switched_on(settings: Any) -> None:
    settings.AXES_ENABLED = True


@pytest.mark.parametrize(
    ("address", "form"), [("/login/", MULTIPART_CONTENT), ("/api/v1/token/", "application/json")]
)
def test_locked_after_five(reviewer: User, client: Client, address: str, form: str) -> None:
    for _ in range(5):
        client.post(address, WRONG, form)

    locked = client.post(address, RIGHT, form)

    assert locked.status_code == 429
    assert int(locked["Retry-After"]) == 900
    assert "Try again in 15 minutes" in locked.content.decode()
    assert client.post(address, RIGHT, form, REMOTE_ADDR="192.0.2.7").status_code in (200, 302)
    reset(username="reviewer")
    assert client.post(address, RIGHT, form).status_code in (200, 302)


@pytest.mark.parametrize(
    ("proxies", "forwarded", "found"),
    [
        (0, "192.0.2.1", "127.0.0.1"),
        (1, "192.0.2.66, 192.0.2.1", "192.0.2.1"),
        (2, "192.0.2.66, 192.0.2.1, 192.0.2.2", "192.0.2.1"),
        (2, "192.0.2.1", "127.0.0.1"),
        (1, "unknown", "127.0.0.1"),
        (1, "2001:db8::1", "2001:db8::1"),
    ],
)
def test_where_a_request_comes_from(rf: Any, settings: Any, proxies: int, forwarded: str, found: str) -> None:
    settings.PROXIES = proxies

    assert client_address(rf.get("/", headers={"X-Forwarded-For": forwarded})) == found
