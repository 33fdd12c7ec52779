"""Every operation of the OpenAPI schema, asked with values of every kind: documented answers, never a 5xx."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

import pytest
import schemathesis
import yaml
from django.contrib.auth import get_user_model
from django.core.wsgi import get_wsgi_application
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from rest_framework.test import APIClient
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error, status_code_conformance
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance

from apps.access.models import Scope
from apps.snapshots.models import Cluster
from tests.fuzz.conftest import THOROUGH
from tests.fuzz.known import store_known

EXAMPLES = 100 if THOROUGH else 2
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


class _Undo(Exception):
    """Takes back what one question changed."""


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["administrator", "viewer", "limited viewer"])
def test_every_answer_is_documented(role: str) -> None:
    admin = _client("chief", is_staff=True)
    known = store_known(admin)
    token = _token("chief" if role == "administrator" else _viewer(limited=role != "viewer"))
    document = yaml.safe_load(admin.get("/api/v1/schema/").content)
    schema = schemathesis.openapi.from_dict(document)
    schema.app = get_wsgi_application()
    statuses: Counter[int] = Counter()
    failures: list[str] = []
    for result in schema.get_all_operations():
        operation = result.ok()
        try:
            _try(operation, known, token, statuses)
        except (Exception, BaseExceptionGroup) as failure:
            failures.append(f"{operation.method.upper()} {operation.path}\n{failure}")
    print(f"{role}: {statuses.total()} questions,", dict(sorted(statuses.items())))
    assert not failures, "\n\n".join(failures)
    assert {200, 400, 404} <= set(statuses) <= {200, 201, 202, 204, 304} | set(range(400, 416))


def _try(operation: Any, known: dict[str, list[Any]], token: str, statuses: Counter[int]) -> None:
    cases = st.one_of(
        operation.as_strategy(generation_mode=GenerationMode.POSITIVE),
        operation.as_strategy(generation_mode=GenerationMode.NEGATIVE),
    )

    @settings(
        max_examples=EXAMPLES,
        derandomize=not THOROUGH,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=cases, seed=st.integers(0, 2**32))
    def ask(case: Any, seed: int) -> None:
        _make_known(case, known, random.Random(seed))
        try:
            with transaction.atomic():
                response = case.call(headers={"Authorization": f"Token {token}"})
                raise _Undo
        except _Undo:
            statuses[response.status_code] += 1
            case.validate_response(response, checks=CHECKS)

    ask()


def _make_known(case: Any, known: dict[str, list[Any]], dice: random.Random) -> None:
    """Most of what names something names something that there is."""
    for given_values in (case.path_parameters, case.query, case.body):
        if isinstance(given_values, dict):
            for name in given_values.keys() & known.keys():
                if dice.random() < 0.8:
                    given_values[name] = dice.choice(known[name])


def _client(name: str, **more: Any) -> APIClient:
    client = APIClient()
    client.force_login(get_user_model().objects.create_user(name, password="a long password", **more))
    return client


def _viewer(*, limited: bool) -> str:
    """One who sees all; or a namespace of the known cluster only, and no other cluster."""
    _client("onlooker")
    if limited:
        user = get_user_model().objects.get(username="onlooker")
        Scope.objects.create(user=user, cluster=Cluster.objects.get(), namespaces=["orders"])
    return "onlooker"


def _token(name: str) -> str:
    answer = APIClient().post(
        "/api/v1/token/", {"username": name, "password": "a long password"}, format="json"
    )
    assert answer.status_code == 200, answer.content
    token: str = answer.json()["token"]
    return token
