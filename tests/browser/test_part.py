"""The pages of a reader who sees some namespaces: drawn, listed, and as accessible as the others."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page, expect

from apps.access.models import Scope
from tests.browser.conftest import PASSWORD, log_in
from tests.browser.test_accessibility import faults
from tests.web.quay import store_quay

pytestmark = pytest.mark.browser

OWN = "/c/quay/s/1/own"
PAGES = [OWN, f"{OWN}?to=payments/db", f"{OWN}?from=ci&to=nowhere/db", "/c/quay/s/1/findings"]


@pytest.fixture
def reader(transactional_db: None) -> User:
    user = User.objects.create_user("jo", password=PASSWORD)
    Scope.objects.create(user=user, cluster=store_quay().cluster, namespaces=["payments", "orders"])
    return user


def test_the_way_from_the_login_to_the_drawing(open_page: Callable[..., Page], reader: User) -> None:
    page = log_in(open_page(), "jo")
    expect(page.get_by_role("heading", name="Your namespaces")).to_be_visible()

    page.get_by_label("To", exact=True).fill("payments/db")
    page.get_by_role("button", name="Show").click()

    drawing = page.get_by_role("img", name="2 namespaces can reach payments/db, 1 unknown")
    expect(drawing).to_be_visible()
    expect(drawing).to_have_js_property("complete", True)
    assert drawing.evaluate("image => image.naturalWidth") > 500
    page.get_by_role("link", name="Findings").click()
    expect(page.get_by_text("Those of your namespaces.")).to_be_visible()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_and_nothing_is_cut_off(
    open_page: Callable[..., Page], reader: User, axe: str, theme: str
) -> None:
    page = log_in(open_page(width=320, height=640, color_scheme=theme), "jo")
    for address in PAGES:
        page.goto(address)
        page.wait_for_load_state("networkidle")
        assert (address, faults(page, axe)) == (address, [])
        assert (address, page.evaluate("document.documentElement.scrollWidth")) == (address, 320)
