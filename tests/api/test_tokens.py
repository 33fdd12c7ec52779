"""Tokens for programs."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AbstractBaseUser
from rest_framework.test import APIClient

from tests.api.problems import fields_of, problem_of

TOKEN = "/api/v1/token/"
RIGHT = {"username": "reviewer", "password": "a long password"}


def test_name_and_password_give_a_token(nobody: APIClient, reviewer: AbstractBaseUser) -> None:
    response = nobody.post(TOKEN, RIGHT, format="json")
    assert response.status_code == 200
    assert set(response.json()) == {"token", "expires"}
    assert response["Cache-Control"] == "no-store"
    nobody.credentials(HTTP_AUTHORIZATION=f"Token {response.json()['token']}")
    assert nobody.get("/api/v1/clusters/").status_code == 200


@pytest.mark.parametrize("wrong", [{"password": "a wrong password"}, {"username": "nobody"}], ids=str)
def test_wrong_ones_give_none(nobody: APIClient, reviewer: AbstractBaseUser, wrong: dict[str, str]) -> None:
    body = problem_of(nobody.post(TOKEN, RIGHT | wrong, format="json"), 400)
    assert body["detail"] == "There is no such user with this password"


def test_who_has_left_gets_none(nobody: APIClient, reviewer: AbstractBaseUser) -> None:
    reviewer.is_active = False
    reviewer.save()
    problem_of(nobody.post(TOKEN, RIGHT, format="json"), 400)


def test_both_are_needed(nobody: APIClient) -> None:
    assert fields_of(nobody.post(TOKEN, {}, format="json")) == ["username", "password"]


def test_guessing_is_slowed_down(nobody: APIClient, reviewer: AbstractBaseUser) -> None:
    for attempt in range(10):
        wrong = RIGHT | {"password": f"guess number {attempt}"}
        problem_of(nobody.post(TOKEN, wrong, format="json", HTTP_X_FORWARDED_FOR=f"10.0.0.{attempt}"), 400)
    response = nobody.post(TOKEN, RIGHT, format="json")
    problem_of(response, 429)
    assert int(response["Retry-After"]) > 0
