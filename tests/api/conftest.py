"""Clients of the API: nobody, who reads, who accepts, an administrator."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser, User
from pytest_django import Settings
from rest_framework.test import APIClient

from apps.access.roles import Role, give_role
from apps.snapshots.models import Snapshot
from tests.reachability.stored import store_harbour
from tests.review.stored import OPENED, store

HARBOUR = "/api/v1/clusters/harbour/"
FIRST = f"{HARBOUR}snapshots/1/"


@pytest.fixture(autouse=True)
def hash_passwords_quickly(settings: Settings) -> None:
    """What makes guessing slow makes tests slow."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def harbour(db: None) -> Snapshot:
    return store_harbour()


@pytest.fixture
def bay(db: None) -> Snapshot:
    return store(None, OPENED)


@pytest.fixture
def nobody(db: None) -> APIClient:
    return APIClient()


@pytest.fixture
def client(reviewer: AbstractBaseUser) -> APIClient:
    """A reviewer, who reads."""
    found = APIClient()
    found.force_login(reviewer)
    return found


@pytest.fixture
def admin(db: None) -> APIClient:
    """An administrator, who also writes."""
    user = get_user_model().objects.create_user("chief", password="a long password", is_staff=True)
    found = APIClient()
    found.force_login(user)
    return found


@pytest.fixture
def accepting(db: None) -> APIClient:
    """Somebody with the role of a reviewer."""
    user = User.objects.create_user("rita", password="a long password")
    give_role(user, Role.REVIEWER)
    found = APIClient()
    found.force_login(user)
    return found
