"""The reviewer's first questions, in a browser."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from apps.snapshots.models import Snapshot
from tests.browser.maps import click_edge, drawn, marked_lines, open_map, wait_until_drawn
from tests.web.quay import store_quay

pytestmark = pytest.mark.browser

EDGE = "orders>payments/db:5432/TCP"
WORDS = {"allowed": "Allowed by rule", "partial": "Partly", "unknown": "Unknown", "denied": "Denied"}
RULE = [
    "- from:",
    "- podSelector:",
    "matchLabels:",
    "db-client: 'true'",
    "namespaceSelector:",
    "matchLabels:",
    "kubernetes.io/metadata.name: orders",
    "ports:",
    "- protocol: TCP",
    "port: 5432",
]


@pytest.fixture(autouse=True)
def quay(transactional_db: None) -> Snapshot:
    return store_quay()


def test_asking_who_can_reach_a_service(page: Page) -> None:
    page.goto("/")
    page.keyboard.press("/")
    page.keyboard.type("payments/db:5432")
    page.keyboard.press("Enter")
    wait_until_drawn(page)
    assert drawn(page) == {
        "monitoring>payments/db:5432/TCP": "allowed",
        EDGE: "partial",
        "partner-gw>payments/db:5432/TCP": "unknown",
        "folded:denied>svc:payments/db": "denied",
        "folded:empty>svc:payments/db": "empty",
    }
    expect(page.locator("#live")).to_contain_text("2 namespaces can reach payments/db on 5432")
    expect(page.locator("[data-part=tally]")).to_have_text("3 drawn · 4 folded · 0 hidden")


@pytest.mark.parametrize("way", ["canvas", "outline"])
def test_an_edge_opens_its_proof(page: Page, way: str) -> None:
    open_map(page, "?to=payments/db")
    if way == "canvas":
        click_edge(page, EDGE)
    else:
        page.get_by_role("button", name=re.compile("orders Partly")).click()
    panel = page.get_by_role("region", name="Proof")
    expect(panel.get_by_role("heading", name="orders → payments/db")).to_be_visible()
    expect(panel.locator(".gate").last).to_contain_text("payments/db-clients")
    expect(panel.locator(".gate").last).to_contain_text("ingress[1]")
    expect(panel.locator(".yaml .hit").first).to_be_in_viewport()
    assert marked_lines(page) == RULE
    expect(page.locator("[aria-pressed=true][data-id]")).to_have_attribute("data-id", EDGE)
    assert page.evaluate("portolan.cy.$('.chosen').id()") == EDGE
    assert page.url.endswith("sel=orders%3Epayments/db:5432/TCP")


def test_the_address_is_the_state(page: Page) -> None:
    open_map(page, "?to=payments/db")
    page.get_by_role("button", name=re.compile("^Denied")).click()
    expect(page.locator("[data-part=tally]")).to_have_text("5 drawn · 2 folded · 0 hidden")
    page.get_by_role("button", name=re.compile("ci Denied")).click()
    expect(page.get_by_text("Nearest miss:")).to_be_visible()
    page.reload()
    wait_until_drawn(page)
    expect(page.get_by_text("Nearest miss:")).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("^Denied"))).to_have_attribute("aria-pressed", "true")
    assert drawn(page)["ci>payments/db:5432/TCP"] == "denied"
    page.go_back()
    expect(page.get_by_text("Nearest miss:")).to_be_hidden()
    page.go_forward()
    expect(page.get_by_text("Nearest miss:")).to_be_visible()


def test_the_table_gives_the_same_answers(page: Page) -> None:
    open_map(page, "?to=payments/db&show=allowed,partial,unrestricted,unknown,denied")
    edges = drawn(page)
    page.keyboard.press("4")
    page.wait_for_url("**view=table**")
    wait_until_drawn(page)
    rows = page.locator("[data-part=table] tbody tr").all()
    listed = {row.get_attribute("data-id"): row.locator(".verdict").inner_text().strip() for row in rows}
    assert listed == {edge: WORDS[verdict] for edge, verdict in edges.items() if ">svc:" not in edge}
    page.get_by_role("link", name="Partly").click()
    expect(page.get_by_role("heading", name="orders → payments/db")).to_be_visible()
    assert marked_lines(page) == RULE
    page.keyboard.press("1")
    page.wait_for_url("**view=graph**")
    wait_until_drawn(page)
    assert page.evaluate("portolan.cy.$('.chosen').id()") == EDGE


def test_the_legend_filters_the_table_too(page: Page) -> None:
    open_map(page, "?to=payments/db&view=table")
    page.get_by_role("button", name=re.compile("^Unknown")).click()
    expect(page.locator("[data-part=table] tbody tr")).to_have_count(2)
    assert "show=allowed,partial,unrestricted" in page.url


def test_keys_flip_the_question_and_close_the_panel(page: Page) -> None:
    open_map(page, f"?to=payments/db&sel={EDGE}")
    expect(page.get_by_role("heading", name="orders → payments/db")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("region", name="Proof")).to_be_hidden()
    expect(page.get_by_role("button", name=re.compile("orders Partly"))).to_be_focused()
    page.keyboard.press("x")
    page.wait_for_url("**ask=from**")
    wait_until_drawn(page)
    assert page.evaluate("portolan.cy.$('.focus').map(node => node.id())") == ["source:payments"]


def test_the_overview_shows_a_chosen_namespace_s_edges(page: Page) -> None:
    open_map(page)
    assert drawn(page) == {}
    page.get_by_role("button", name=re.compile("monitoring")).click()
    assert drawn(page) == {"monitoring>payments/db:5432/TCP": "allowed"}
    page.get_by_role("link", name="What can monitoring reach?").click()
    wait_until_drawn(page)
    assert "monitoring>payments/db:5432/TCP" in drawn(page)
    expect(page.get_by_text("no DNS")).to_be_visible()


def test_two_ends_open_their_proof(page: Page) -> None:
    open_map(page)
    page.get_by_label("Who can reach").select_option("payments/db")
    assert page.locator("[name=port] option").all_inner_texts() == ["any port", "5432/TCP"]
    page.locator("[name=from]").select_option("ci")
    page.get_by_role("button", name="Ask").click()
    expect(page.get_by_role("heading", name="ci → payments/db")).to_be_visible()


def test_a_filter_that_leaves_nothing_says_so(page: Page) -> None:
    open_map(page, "?to=payments/db&from=orders&show=unrestricted")
    expect(page.get_by_text("Nothing to draw with these verdicts.")).to_be_visible()
    page.get_by_role("link", name="Clear the filter").click()
    wait_until_drawn(page)
    expect(page.get_by_text("Nothing to draw with these verdicts.")).to_be_hidden()


def test_the_open_zone_names_its_members(page: Page) -> None:
    open_map(page)
    zone = page.evaluate("portolan.cy.$id('open-zone').style('label')")
    assert zone.splitlines()[0] == "Open zone"
    assert zone.splitlines()[-3:] == ["kube-system", "orders", "vacant"]


def test_markup_in_a_label_is_text(page: Page) -> None:
    open_map(page, "?to=payments/db&from=ci")
    expect(page.get_by_text("team=<img src=x onerror=alert(1)>")).to_be_visible()
    assert page.locator("img").count() == 0


def test_a_narrow_window_gets_the_table(page: Page) -> None:
    page.set_viewport_size({"width": 400, "height": 800})
    page.goto("/c/quay/s/1/map?to=payments/db")
    page.wait_for_url("**view=table**")
    wait_until_drawn(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 400


def test_an_address_leads_to_lines_of_a_policy(page: Page) -> None:
    page.goto("/c/quay/s/1/policies/NetworkPolicy/payments/db-clients#L3-L4")
    hits = page.locator(".yaml .hit")
    expect(hits).to_have_count(2)
    expect(hits.first).to_have_id("L3")
    expect(hits.first).to_be_in_viewport()
