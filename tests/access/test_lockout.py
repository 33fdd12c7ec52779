"""Guessing passwords ends after five tries, for that name from that address."""

from __future__ import annotations

from typing import Any

import pytest
from axes.utils import reset
from django.contrib.auth.models import User
from django.test import Client
from django.test.client import MULTIPART_CONTENT

from apps.access.addresses import client_address, guesser

RIGHT = {"username": "reviewer", "password": "a long password"}
JSON = "application/json"
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


def test_another_address_of_the_same_machine_is_locked_too(reviewer: User, client: Client) -> None:
    for number in range(5):
        client.post("/login/", WRONG, REMOTE_ADDR=f"2001:db8::{number}")

    assert client.post("/login/", RIGHT, REMOTE_ADDR="2001:db8::ffff:1").status_code == 429
    assert client.post("/login/", RIGHT, REMOTE_ADDR="2001:db8:0:1::1").status_code == 302


@pytest.mark.parametrize("address", ["/login/", "/api/v1/token/"])
def test_many_names_from_one_address(reviewer: User, client: Client, address: str) -> None:
    for number in range(60):
        assert client.post(address, WRONG | {"username": f"name-{number}"}, JSON).status_code != 429

    refused = client.post(address, RIGHT, JSON)

    assert refused.status_code == 429
    assert 1 <= int(refused["Retry-After"]) <= 60
    assert client.post(address, RIGHT, JSON, REMOTE_ADDR="192.0.2.7").status_code != 429


@pytest.mark.parametrize(
    ("remote", "found"),
    [("192.0.2.1", "192.0.2.1"), ("::ffff:192.0.2.1", "192.0.2.1"), ("fe80::1%eth0", "fe80::")],
)
def test_whose_guesses_count_together(rf: Any, remote: str, found: str) -> None:
    assert guesser(rf.get("/", REMOTE_ADDR=remote)) == found


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
