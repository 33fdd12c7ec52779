"""How long the fuzzing is: a few fixed cases in the usual suite, all with `FUZZ=thorough` (`make fuzz`)."""

from __future__ import annotations

import os

import pytest
from django.db.backends.base.base import BaseDatabaseWrapper
from pytest_django import Settings

THOROUGH = os.environ.get("FUZZ") == "thorough"


@pytest.fixture(autouse=True)
def hash_passwords_quickly(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def throttle_nobody(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Attempts to log in are bounded; here every one shall be looked at."""
    from apps.access.pace import LoginsByAddress
    from apps.api.throttling import LoginsByName

    for each in (LoginsByAddress, LoginsByName):
        monkeypatch.setattr(each, "rate", "1000000/min", raising=False)


@pytest.fixture(autouse=True)
def keep_the_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """Requests of a real WSGI call end with closing the connection, in which the test's own data stands."""
    monkeypatch.setattr(BaseDatabaseWrapper, "close_if_unusable_or_obsolete", lambda connection: None)
