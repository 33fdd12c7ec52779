from __future__ import annotations

import pytest
from django.contrib.auth.models import AbstractBaseUser
from django.test import Client

from apps.snapshots.models import Snapshot
from tests.web.quay import change_quay, store_quay


@pytest.fixture
def quay(db: None) -> Snapshot:
    return store_quay()


@pytest.fixture
def quay_changed(quay: Snapshot) -> Snapshot:
    """The second snapshot of `quay`'s cluster."""
    return change_quay(quay.cluster)


@pytest.fixture
def visitor(client: Client, reviewer: AbstractBaseUser) -> Client:
    """Logged in, and no administrator."""
    client.force_login(reviewer)
    return client


@pytest.fixture
def administrator(admin_client: Client) -> Client:
    return admin_client
