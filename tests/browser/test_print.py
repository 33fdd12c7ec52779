"""The map and the proof on paper, as Chromium prints them."""

from __future__ import annotations

from io import BytesIO

import pytest
from playwright.sync_api import Page
from pypdf import PdfReader

from tests.browser.maps import wait_until_drawn
from tests.browser.reviewed import store_reviewed

pytestmark = pytest.mark.browser

YAML = ["apiVersion: networking.k8s.io/v1", "name: db-clients", "kubernetes.io/metadata.name: ci"]


@pytest.fixture(autouse=True)
def quay(transactional_db: None) -> None:
    store_reviewed()


def test_a_printed_proof_holds_the_answer_and_all_lines(page: Page) -> None:
    page.goto("/c/quay/s/2/explain?from=ci&to=payments/db&port=5432/TCP")
    page.wait_for_load_state("networkidle")
    text = printed(page)
    for told in (
        "Quay",
        "#2",
        "ci → payments/db",
        "Allowed by rule",
        "payments/db-clients",
        "since #2",
        *YAML,
    ):
        assert told in text, told


def test_a_printed_table_holds_the_question_and_every_row(page: Page) -> None:
    page.goto("/c/quay/s/2/map?to=payments/db&view=table&show=allowed,partial,unknown,denied,empty")
    wait_until_drawn(page)
    text = printed(page)
    for told in ("Quay", "#2", "payments/db", "3 namespaces can reach", "Denied", "partner-gw", "vacant"):
        assert told in text, told


def test_a_printed_map_holds_the_question_its_answers_and_the_proof(page: Page) -> None:
    page.goto("/c/quay/s/2/map?to=payments/db&from=ci")
    wait_until_drawn(page)
    page.locator(".panel .yaml").first.wait_for()
    text = printed(page)
    for told in ("Quay", "#2", "Who can reach", "Yes, allowed by rule: ci can", "ci → payments/db", *YAML):
        assert told in text, told


def printed(page: Page) -> str:
    """All words of the paper, with single blanks between."""
    pages = PdfReader(BytesIO(page.pdf(format="A4"))).pages
    return " ".join(" ".join(each.extract_text() for each in pages).split())
