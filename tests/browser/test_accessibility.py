"""axe-core on the main pages, in both themes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import AbstractBaseUser
from playwright.sync_api import Page, expect

from apps.snapshots.models import Snapshot
from tests.browser.conftest import log_in
from tests.web.quay import change_quay, store_quay

pytestmark = pytest.mark.browser

PAGES = {
    "overview": "/c/quay/s/1/map",
    "focus with proof": "/c/quay/s/1/map?to=payments/db&from=orders",
    "matrix": "/c/quay/s/1/map?view=matrix&sel=orders>payments",
    "split": "/c/quay/s/1/map?view=split",
    "Services of a namespace": "/c/quay/s/1/map?expand=payments&sel=ns:payments",
    "paths": "/c/quay/s/1/map?ask=path&from=monitoring",
    "paths as a table": "/c/quay/s/1/map?ask=path&from=monitoring&view=table",
    "table": "/c/quay/s/1/map?to=payments/db&view=table&show=allowed,partial,unknown,denied,empty",
    "proof of a denial": "/c/quay/s/1/explain?from=ci&to=payments/db",
    "policies": "/c/quay/s/1/policies",
    "policy": "/c/quay/s/1/policies/NetworkPolicy/payments/db-clients#L8-L12",
    "reports": "/c/quay/reports/",
    "new report": "/c/quay/s/1/reports/new?focus=payments/db",
    "snapshots": "/c/quay/snapshots/",
    "snapshot": "/c/quay/snapshots/1",
    "clusters": "/?all=1",
    "new cluster": "/c/new",
    "found": "/c/quay/s/1/ask?q=pa",
    "filter": "/c/quay/s/1/map?q=from:env=prod&view=table",
    "filter that matches nothing": "/c/quay/s/1/map?q=from:ordrs&view=table",
    "filter that cannot be read": "/c/quay/s/1/map?q=frm:x&view=table",
    "help": "/help",
    "help on verdicts": "/help/verdicts",
    "settings": "/settings",
    "front page": "/c/quay/s/1/",
    "front page with changes": "/c/quay/s/2/",
    "namespaces": "/c/quay/s/1/ns?missing=default-deny-ingress&sort=-reached_by",
    "namespace": "/c/quay/s/2/ns/payments",
    "service": "/c/quay/s/1/ns/payments/svc/db?from=monitoring",
    "findings": "/c/quay/s/2/findings",
    "changes": "/c/quay/diff/1..2",
    "changed manifests": "/c/quay/diff/1..2?view=yaml",
    "what-if": "/c/quay/s/1/whatif",
    "notifications": "/c/quay/notifications/",
    "suggest": "/c/quay/s/1/suggest?namespace=payments",
}
RULES = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing(
    open_page: Callable[..., Page], administrator: AbstractBaseUser, axe: str, theme: str
) -> None:
    change_quay(store_quay().cluster)
    found = {}
    page = open_page(color_scheme=theme)
    page.goto("/login/")
    found["log in"] = faults(page, axe)
    log_in(page)
    for name, address in PAGES.items():
        page.goto(address)
        if "/map" in address:
            page.wait_for_selector("html[data-ready]")
        if "from=orders" in address:
            expect(page.locator(".panel .yaml").first).to_be_visible()
        found[name] = faults(page, axe)
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


def test_the_theme_is_kept(page: Page, transactional_db: None) -> None:
    store_quay()
    page.goto("/c/quay/snapshots/")
    page.locator("summary", has_text="admin").click()
    page.get_by_role("button", name="Theme: dark").click()
    background = "getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(background) == "rgb(22, 28, 36)"
    page.reload()
    assert page.evaluate(background) == "rgb(22, 28, 36)"


def test_the_first_tab_skips_to_the_content(page: Page, quay_stored: Snapshot) -> None:
    page.goto("/c/quay/s/1/policies")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


@pytest.fixture
def quay_stored(transactional_db: None) -> Snapshot:
    return store_quay()


def faults(page: Page, axe: str) -> list[str]:
    """What the accessibility checker finds on the page as it stands."""
    # Evaluated by the debugger, so that the page's content policy does not see it.
    page.evaluate(axe)
    result = page.evaluate("rules => axe.run({ runOnly: rules })", RULES)
    return [
        f"{fault['id']}: {node['target']} {node['failureSummary']}"
        for fault in result["violations"]
        for node in fault["nodes"]
    ]
