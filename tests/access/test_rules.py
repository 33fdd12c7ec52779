"""Every address has its rule: a new one without fails here."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AbstractBaseUser
from django.test import Client

from apps.access.rules import RULES, Sees
from apps.snapshots.models import Snapshot
from tests.access.addresses import all_addresses, fill

ADDRESSES = all_addresses()
CLOSED = sorted(name for name, rule in RULES.items() if rule.sees is not Sees.ANYBODY)


def test_addresses_and_rules_are_the_same() -> None:
    # Those of single sign-on are there only where it is switched on.
    assert sorted(ADDRESSES) == sorted(name for name in RULES if not name.startswith("oidc_"))


def test_what_names_a_cluster_asks_for_sight_of_it() -> None:
    loose = (Sees.ANYBODY, Sees.ONESELF)

    assert [name for name, path in ADDRESSES.items() if ":slug>" in path and RULES[name].sees in loose] == []


@pytest.mark.parametrize("name", CLOSED)
def test_no_answer_is_kept_for_others(
    client: Client, reviewer: AbstractBaseUser, quay: Snapshot, name: str
) -> None:
    client.force_login(reviewer)

    told = client.get(fill(name, ADDRESSES[name]))["Cache-Control"]

    assert {"private", "no-store"} & set(told.split(", ")), told


@pytest.mark.parametrize("name", CLOSED)
def test_a_stranger_is_told_nothing(client: Client, quay: Snapshot, name: str) -> None:
    answer = client.get(fill(name, ADDRESSES[name]))

    assert answer.status_code in (302, 401, 405)
    if answer.status_code == 302:
        assert answer["Location"].startswith("/login/")
