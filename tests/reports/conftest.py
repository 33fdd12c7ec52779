"""A stored cluster, and one report of it that many tests look at."""

from __future__ import annotations

import pytest

from apps.snapshots.models import Snapshot
from tests.reachability.stored import store_harbour
from tests.reports.made import store_sample


@pytest.fixture
def harbour(db: None) -> Snapshot:
    return store_harbour()


@pytest.fixture
def sample(db: None) -> Snapshot:
    return store_sample()
