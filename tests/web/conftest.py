from __future__ import annotations

import pytest
from django.contrib.auth.models import AbstractBaseUser, User
from django.test import Client

from apps.access.roles import Role, give_role
from apps.snapshots.models import Snapshot
from tests.review.stored import OPENED, store
from tests.web.quay import change_quay, store_quay


@pytest.fixture
def quay(db: None) -> Snapshot:
    return store_quay()


@pytest.fixture
def quay_changed(quay: Snapshot) -> Snapshot:
    """The second snapshot of `quay`'s cluster."""
    return change_quay(quay.cluster)


@pytest.fixture
def bay(db: None) -> Snapshot:
    return store(None, OPENED)


@pytest.fixture
def visitor(client: Client, reviewer: AbstractBaseUser) -> Client:
    """Logged in, and no administrator."""
    client.force_login(reviewer)
    return client


@pytest.fixture
def administrator(admin_client: Client) -> Client:
    return admin_client


@pytest.fixture
def rita(db: None) -> Client:
    """Somebody with the role of a reviewer."""
    user = User.objects.create_user("rita", password="a long password")
    give_role(user, Role.REVIEWER)
    client = Client()
    client.force_login(user)
    return client
