"""Since when, in the panel; and from snapshot to snapshot by keys, with the question kept."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import AbstractBaseUser
from playwright.sync_api import Page, expect

from tests.browser.conftest import log_in
from tests.browser.maps import wait_until_drawn
from tests.browser.test_accessibility import faults
from tests.web.quay import change_quay, store_quay

pytestmark = pytest.mark.browser
OPENED = "/c/quay/s/2/map?to=payments/db&sel=ci>payments/db:5432/TCP"


@pytest.fixture
def quay(transactional_db: None) -> None:
    """In the second snapshot ci may reach the database."""
    change_quay(store_quay().cluster)


def test_the_panel_says_since_when_and_by_what(page: Page, quay: None) -> None:
    page.goto(OPENED)
    wait_until_drawn(page)
    page.get_by_role("tab", name="History").click()
    panel = page.get_by_role("tabpanel", name="History")
    expect(panel).to_contain_text("since #2")
    expect(panel).to_contain_text("Opened by NetworkPolicy payments/db-clients changed")
    panel.get_by_role("link", name="All changes from #1 to #2").click()
    page.wait_for_url("**/c/quay/diff/1..2")


def test_keys_lead_through_time_and_keep_the_question(page: Page, quay: None) -> None:
    page.goto(OPENED)
    wait_until_drawn(page)
    page.keyboard.press("[")
    page.wait_for_url(lambda url: "/s/1/map?" in url)
    wait_until_drawn(page)
    assert "to=payments/db" in page.url
    assert "sel=ci" in page.url
    expect(page.get_by_text("This is the oldest")).to_be_visible()
    page.keyboard.press("]")
    page.wait_for_url(lambda url: "/s/2/map?" in url)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing(
    open_page: Callable[..., Page], administrator: AbstractBaseUser, quay: None, axe: str, theme: str
) -> None:
    page = log_in(open_page(color_scheme=theme))
    page.goto(OPENED)
    wait_until_drawn(page)
    page.get_by_role("tab", name="History").click()
    expect(page.get_by_role("tabpanel", name="History")).to_contain_text("Opened by")
    assert faults(page, axe) == []
    page.get_by_text("As a table").click()
    assert faults(page, axe) == []
    page.goto("/c/quay/s/2/history?from=ci&to=payments/db&port=5432/TCP")
    assert faults(page, axe) == []


def test_at_320_pixels_nothing_is_cut_off(
    open_page: Callable[..., Page], administrator: AbstractBaseUser, quay: None
) -> None:
    page = log_in(open_page(width=320, height=700))
    for address in (OPENED + "&view=table", "/c/quay/s/2/history?from=ci&to=payments/db&port=5432/TCP"):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, address
