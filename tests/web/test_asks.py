from __future__ import annotations

import pytest
from django.test import Client

from apps.snapshots.models import Snapshot

MAP = "/c/quay/s/1/map"


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("payments/db", "?ask=to&to=payments/db"),
        ("payments/db:5432", "?ask=to&to=payments/db&port=5432"),
        ("db", "?ask=to&to=payments/db"),
        ("orders", "?ask=from&from=orders"),
        ("orders > payments/db:5432/tcp", "?ask=to&to=payments/db&from=orders&port=5432/TCP"),
        ("", ""),
    ],
)
def test_one_meaning_is_answered_at_once(visitor: Client, quay: Snapshot, text: str, address: str) -> None:
    response = visitor.get("/c/quay/s/1/ask", {"q": text})
    assert response.headers["Location"] == MAP + address


def test_several_meanings_are_listed(visitor: Client, quay: Snapshot) -> None:
    page = visitor.get("/c/quay/s/1/ask", {"q": "pa"}).content.decode()
    assert "may mean" in page
    assert "What can partner-gw reach?" in page
    assert "Who can reach payments/db?" in page


def test_a_name_that_is_not_there_gets_the_nearest(visitor: Client, quay: Snapshot) -> None:
    page = visitor.get("/c/quay/s/1/ask", {"q": "<ordres>"}).content.decode()
    assert "Nothing here is named “&lt;ordres&gt;”" in page
    assert "What can orders reach?" in page
