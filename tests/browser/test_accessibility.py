"""Every page of the router, as axe-core sees it in both themes, in narrow windows and in forced colours."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page, expect

from apps.snapshots.models import Snapshot
from tests.browser.conftest import log_in
from tests.browser.pages import addresses_of_pages
from tests.browser.reviewed import add_decisions, store_reviewed
from tests.web.quay import store_quay

pytestmark = pytest.mark.browser

# What a page may look like besides as its address in the router shows it.
STATES = {
    "overview of the map": "/c/quay/s/1/map",
    "matrix": "/c/quay/s/1/map?view=matrix&sel=orders>payments",
    "split": "/c/quay/s/1/map?view=split",
    "Services of a namespace": "/c/quay/s/1/map?expand=payments&sel=ns:payments",
    "paths": "/c/quay/s/1/map?ask=path&from=monitoring",
    "paths as a table": "/c/quay/s/1/map?ask=path&from=monitoring&view=table",
    "table": "/c/quay/s/1/map?to=payments/db&view=table&show=allowed,partial,unknown,denied,empty",
    "proof of a denial": "/c/quay/s/1/explain?from=kube-system&to=payments/db",
    "marked lines": "/c/quay/s/1/policies/NetworkPolicy/payments/db-clients#L8-L12",
    "filter": "/c/quay/s/1/map?q=from:env=prod",
    "filter that matches nothing": "/c/quay/s/1/map?q=from:ordrs&view=table",
    "filter that cannot be read": "/c/quay/s/1/map?q=frm:x&view=table",
    "front page of the oldest": "/c/quay/s/1/",
    "changed manifests": "/c/quay/diff/1..2?view=yaml",
}
RULES = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture
def addresses(administrator: User) -> dict[str, str]:
    """Every page of the router, and the states, by name."""
    return addresses_of_pages(administrator, add_decisions(store_reviewed())) | STATES


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing(
    open_page: Callable[..., Page], addresses: dict[str, str], axe: str, theme: str
) -> None:
    found = {}
    page = open_page(color_scheme=theme)
    page.goto("/login/")
    found["login"] = faults(page, axe)
    log_in(page)
    for name, address in addresses.items():
        _open(page, address)
        found[name] = faults(page, axe)
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


def test_nothing_is_cut_off_at_320_pixels(open_page: Callable[..., Page], addresses: dict[str, str]) -> None:
    """As 1280 pixels are at 400 %: one reads down, never to and fro."""
    page = log_in(open_page(width=320, height=256))
    wide = {}
    for name, address in addresses.items():
        _open(page, address)
        wide[name] = page.evaluate("document.documentElement.scrollWidth")
    assert {name: width for name, width in wide.items() if width > 320} == {}


def test_forced_colours_are_honoured(open_page: Callable[..., Page], addresses: dict[str, str]) -> None:
    page = log_in(open_page(forced_colors="active"))
    _open(page, "/c/quay/s/2/map?to=payments/db")
    canvas, text = page.evaluate(_SYSTEM_COLOURS)
    node = page.evaluate("['background-color', 'color'].map(name => portolan.cy.nodes().first().style(name))")
    assert [colour.replace(" ", "") for colour in node] == [canvas, text]
    assert canvas != text


def test_nothing_moves_for_who_asked_so(open_page: Callable[..., Page], addresses: dict[str, str]) -> None:
    page = log_in(open_page())
    _open(page, "/c/quay/s/2/map?to=payments/db")
    assert page.evaluate(_MOVING) == 0
    page.emulate_media(reduced_motion="no-preference")
    assert page.evaluate(_MOVING) > 0


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


_MOVING = """[...document.querySelectorAll("*")]
    .filter((each) => getComputedStyle(each).transitionDuration !== "0s").length"""
_SYSTEM_COLOURS = """() => {
  const probe = document.createElement("span");
  probe.style.forcedColorAdjust = "none";
  document.body.append(probe);
  const found = ["Canvas", "CanvasText"].map((name) => {
    probe.style.color = name;
    return getComputedStyle(probe).color.replaceAll(" ", "");
  });
  probe.remove();
  return found;
}"""


def _open(page: Page, address: str) -> None:
    """Until all of it is there."""
    page.goto(address)
    if "/map" in page.url:
        page.wait_for_selector("html[data-ready]")
    page.wait_for_load_state("networkidle")


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
