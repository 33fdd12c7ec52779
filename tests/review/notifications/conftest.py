from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from apps.review.follow_up import follow_up
from apps.snapshots.models import Cluster, Snapshot
from tests.review.notifications.receiver import Receiver
from tests.review.stored import store


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    settings.WEBHOOKS_ALLOW_HTTP = True
    with Receiver() as running:
        yield running


@pytest.fixture(autouse=True)
def mail_server(settings: Any) -> None:
    settings.EMAIL_URL = "smtp://mail.example.org"


@pytest.fixture
def bay(db: None) -> Cluster:
    """A cluster with one snapshot, followed up, of which nothing is told any more."""
    snapshot: Snapshot = store()
    follow_up(snapshot.cluster)
    return snapshot.cluster
