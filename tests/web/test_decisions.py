"""What holds of guardrails, exceptions and reviews alike."""

from __future__ import annotations

import pytest
import yaml
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from apps.review.models import Review, StoredGuardrail
from apps.snapshots.models import Snapshot
from tests.review.stored import guardrail
from tests.web.pages import page_at

CHECKS = "/c/bay/checks/"
REVIEWS = "/c/bay/reviews/"


@pytest.mark.parametrize(
    "address",
    [CHECKS, "/c/bay/checks/1/end", "/c/bay/reviews/", "/c/bay/s/1/accept", "/c/bay/exceptions/1/end"],
)
def test_viewers_change_nothing(bay: Snapshot, visitor: Client, address: str) -> None:
    assert visitor.post(address, {"text": yaml.safe_dump(guardrail())}).status_code == 403
    assert not StoredGuardrail.objects.exists()
    assert not Review.objects.exists()


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        ("/c/bay/checks/9", "Bay has no guardrail 9."),
        ("/c/bay/reviews/9", "Bay has no review 9."),
        ("/c/moon/checks/", "There is no cluster moon."),
    ],
)
def test_what_is_missing_is_said(bay: Snapshot, visitor: Client, page: str, reason: str) -> None:
    response = visitor.get(page)
    assert response.status_code == 404
    assert reason in response.content.decode()


def test_pages_take_few_queries(
    bay: Snapshot, rita: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    review = rita.post(REVIEWS).headers["Location"]
    for page in (CHECKS, "/c/bay/exceptions/", REVIEWS, review):
        with django_assert_max_num_queries(20):
            page_at(rita, page)
