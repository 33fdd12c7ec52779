"""Work that costs seconds is asked for so often in a minute by one person, and no oftener."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from drf_spectacular.generators import SchemaGenerator

from apps.access.rules import RULES
from apps.snapshots.models import Snapshot
from tests.access.addresses import all_addresses, fill
from tests.api.problems import problem_of

ADDRESSES = all_addresses()
WORK = sorted(name for name, rule in RULES.items() if rule.works)


@pytest.fixture(autouse=True)
def _one_a_minute(settings: Any) -> None:
    settings.WORK_PER_MINUTE = 1


def client_of(name: str) -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser(name))
    return client


@pytest.mark.parametrize("name", WORK)
def test_who_asks_too_often_is_told_when_to_ask_again(quay: Snapshot, name: str) -> None:
    address, hasty = fill(name, ADDRESSES[name]), client_of("hasty")

    assert hasty.post(address).status_code != 429

    refused = hasty.post(address)
    assert refused.status_code == 429
    assert 1 <= int(refused["Retry-After"]) <= 60
    assert "Ask again" in refused.content.decode()
    assert hasty.get(address).status_code != 429
    assert client_of("patient").post(address).status_code != 429


def test_all_work_counts_together(quay: Snapshot) -> None:
    hasty = client_of("hasty")
    hasty.post(fill("what-if", ADDRESSES["what-if"]))

    problem_of(hasty.post(fill("api:suggest", ADDRESSES["api:suggest"])), 429)


def test_the_schema_tells_of_it_where_it_can_happen() -> None:
    schema: dict[str, Any] = SchemaGenerator().get_schema(public=True)
    told = {
        path.rstrip("/").rpartition("/")[2]
        for path, each in schema["paths"].items()
        if "429" in each.get("post", {}).get("responses", {})
    }
    works = {name.removeprefix("api:") for name in WORK if name.startswith("api:")}

    assert told == works - {"test-notification"} | {"test", "token"}
