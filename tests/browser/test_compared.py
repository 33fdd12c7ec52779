"""The map compared with an older snapshot: by mouse, by keyboard, in every view."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import AbstractBaseUser
from playwright.sync_api import Page, expect

from apps.snapshots.models import Snapshot
from tests.browser.conftest import log_in
from tests.browser.maps import click_edge, drawn, wait_until_drawn
from tests.browser.test_accessibility import faults
from tests.web.quay import change_quay, remove_monitoring, store_quay

pytestmark = pytest.mark.browser

CI = "ci>payments/db:5432/TCP"
ORDERS = "orders>payments/db:5432/TCP"
GHOST = "gone:ns:monitoring>svc:payments/db"


@pytest.fixture(autouse=True)
def quay(transactional_db: None) -> Snapshot:
    first = store_quay()
    change_quay(first.cluster)
    return remove_monitoring(first.cluster)


def open_third(page: Page, query: str) -> None:
    page.goto(f"/c/quay/s/3/map{query}")
    wait_until_drawn(page)


def test_one_key_marks_what_is_new_and_closed_and_takes_it_back(page: Page) -> None:
    open_third(page, "?to=payments/db&show=allowed,partial")
    assert ORDERS not in drawn(page)
    page.keyboard.press("d")
    page.wait_for_url("**vs=2**")
    page.get_by_text("Compared with").click()
    page.locator(".topbar .sheet").get_by_role("link", name="#1 ·").click()
    page.wait_for_url("**vs=1**")
    wait_until_drawn(page)
    assert "show=allowed,partial" in page.url
    classes = page.evaluate("portolan.cy.edges('.new, .closed').map(e => [e.id(), e.hasClass('new')])")
    assert sorted(classes) == [[CI, True], [GHOST, False], [ORDERS, False]]
    outline = page.locator("[data-part=outline] button")
    expect(outline.nth(0)).to_contain_text("new, was Denied")
    expect(outline.nth(1)).to_contain_text("closed, was Partly")
    expect(outline.nth(2)).to_contain_text("closed, was Allowed by rule")
    page.keyboard.press("d")
    page.wait_for_url(lambda url: "vs=" not in url)
    wait_until_drawn(page)
    assert page.evaluate("portolan.cy.edges('.new, .closed').length") == 0


def test_a_closed_edge_has_its_proof_and_one_that_is_gone_its_old_one(page: Page) -> None:
    open_third(page, "?to=payments/db&vs=1")
    click_edge(page, ORDERS)
    expect(page.locator(".panel .ruling.denied")).to_be_visible()
    page.locator("[data-part=outline] button").filter(has_text="monitoring").click()
    expect(page.get_by_text("There is no such edge any more")).to_be_visible()
    page.locator(".panel").get_by_role("link", name="monitoring → payments/db 5432/TCP").click()
    page.wait_for_url("**/s/1/explain?**")
    expect(page.get_by_role("heading", name="monitoring → payments/db")).to_be_visible()


def test_the_overview_draws_what_moved_at_rest(page: Page) -> None:
    open_third(page, "?vs=1&view=graph")
    assert drawn(page)[ORDERS] == "denied"
    assert page.evaluate("portolan.cy.$id('ns:monitoring').data('kind')") == "gone"
    click_edge(page, ORDERS)
    expect(page.locator(".panel").get_by_role("heading", name="orders → payments/db")).to_be_visible()


def test_cells_of_the_matrix_are_marked_in_words_too(page: Page) -> None:
    open_third(page, "?vs=1&view=matrix&by=service")
    new = page.locator("td.cell.new")
    expect(new).to_have_count(1)
    expect(new).to_have_text("+")
    expect(new).to_have_attribute("aria-label", "ci to payments/db: Allowed by rule, new since #1")
    closed = page.locator("td.cell.closed", has_text="−")
    assert {cell.get_attribute("data-id") for cell in closed.all()} >= {"orders>payments/db"}


def test_arrow_keys_move_the_drawing_while_it_has_the_focus(page: Page) -> None:
    open_third(page, "?to=payments/db")
    before = page.evaluate("portolan.cy.pan().x")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("portolan.cy.pan().x") == before
    page.locator("[data-part=canvas]").focus()
    page.keyboard.press("ArrowRight")
    assert page.evaluate("portolan.cy.pan().x") < before


def test_the_last_view_chosen_opens_next_time(page: Page) -> None:
    open_third(page, "")
    expect(page.locator(".answer.as-split")).to_be_visible()
    page.keyboard.press("3")
    page.wait_for_url("**view=matrix**")
    open_third(page, "")
    expect(page.locator(".answer.as-matrix")).to_be_visible()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing(
    open_page: Callable[..., Page], administrator: AbstractBaseUser, axe: str, theme: str
) -> None:
    page = log_in(open_page(color_scheme=theme))
    for query in (f"?to=payments/db&vs=1&sel={GHOST}", "?view=split&vs=1", "?to=payments/db&view=table&vs=1"):
        open_third(page, query)
        page.locator(".versus summary").click()
        assert faults(page, axe) == [], query


def test_at_320_pixels_nothing_is_cut_off(
    open_page: Callable[..., Page], administrator: AbstractBaseUser
) -> None:
    page = log_in(open_page(width=320, height=700))
    open_third(page, "?to=payments/db&vs=1&view=table")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
