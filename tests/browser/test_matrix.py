"""The matrix in a browser: as a table of the page, as a picture, and beside the drawing."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from apps.reachability.take import snapshot_from_reading
from apps.snapshots.clusters import add_cluster
from apps.snapshots.models import Cluster, Snapshot
from apps.snapshots.reading import Reading, ReadObject
from benchmarks.generate import generate_cluster
from tests.browser.maps import open_map, wait_until_drawn
from tests.web.quay import store_quay

pytestmark = pytest.mark.browser

PROOF = "orders → payments/db"


@pytest.fixture
def quay(transactional_db: None) -> Snapshot:
    return store_quay()


@pytest.fixture
def crowd(transactional_db: None) -> Snapshot:
    """150 namespaces, more than a table of the page has room for."""
    objects = generate_cluster(150, 300, 300, 200, 300, seed=1)
    cluster = add_cluster(name="Crowd", source=Cluster.Source.MANIFESTS)
    return snapshot_from_reading(cluster, Reading([ReadObject(body, None) for body in objects], [], []))


def test_a_click_on_a_cell_opens_its_proof(page: Page, quay: Snapshot) -> None:
    open_map(page, "?view=matrix")
    page.get_by_role("gridcell", name="orders to payments: Partly").click()
    expect(page.get_by_role("heading", name=PROOF)).to_be_visible()
    assert page.url.endswith("sel=orders%3Epayments")
    expect(page.locator("td[aria-selected=true]")).to_have_attribute("data-id", "orders>payments")
    page.reload()
    wait_until_drawn(page)
    expect(page.get_by_role("heading", name=PROOF)).to_be_visible()


def test_arrows_walk_the_cells_and_enter_explains(page: Page, quay: Snapshot) -> None:
    open_map(page, "?view=graph")
    page.keyboard.press("3")
    page.wait_for_url("**view=matrix**")
    wait_until_drawn(page)
    rows = page.locator(".matrixgrid tbody th").all_inner_texts()
    columns = page.locator(".matrixgrid thead th").all_text_contents()
    page.locator("td[tabindex='0']").focus()
    for _ in range(rows.index("orders")):
        page.keyboard.press("ArrowDown")
    for _ in range(columns.index("payments")):
        page.keyboard.press("ArrowRight")
    expect(page.locator("[data-part=matrix-read]")).to_have_text("orders to payments: Partly")
    assert page.locator("td[tabindex='0']").count() == 1
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=PROOF)).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("region", name="Proof")).to_be_hidden()
    expect(page.get_by_role("gridcell", name="orders to payments: Partly")).to_be_focused()


def test_cells_have_glyphs_and_a_tick_where_names_are_not_resolved(page: Page, quay: Snapshot) -> None:
    open_map(page, "?view=matrix&by=service")
    cell = page.get_by_role("gridcell", name="monitoring to payments/db: Allowed by rule, no DNS")
    expect(cell).to_have_text("●")
    expect(cell).to_have_class(re.compile("nodns"))
    expect(page.get_by_role("gridcell", name="partner-gw to payments/db: Unknown")).to_have_text("?")


def test_the_legend_filters_the_cells(page: Page, quay: Snapshot) -> None:
    open_map(page, "?view=matrix")
    cell = page.get_by_role("gridcell", name="orders to payments: Partly")
    expect(cell).to_have_text("◩")
    page.get_by_role("button", name=re.compile("^Partly")).click()
    expect(cell).to_have_text("")
    expect(page.locator("[data-part=matrix-tally]")).to_contain_text("7 of 7 rows · 7 of 7 columns drawn")


def test_a_question_cuts_the_matrix(page: Page, quay: Snapshot) -> None:
    open_map(page, "?to=payments/db&view=matrix")
    assert page.locator(".matrixgrid thead th").all_text_contents() == ["payments/db"]
    assert page.locator("td[data-id]").count() == 7


def test_split_shows_both_with_one_selection(page: Page, quay: Snapshot) -> None:
    open_map(page, "?view=split&to=payments/db")
    page.get_by_role("gridcell", name="orders to payments/db: Partly").click()
    expect(page.get_by_role("heading", name=PROOF)).to_be_visible()
    page.get_by_role("button", name=re.compile("monitoring Allowed by rule")).click()
    expect(page.get_by_role("heading", name="monitoring → payments/db")).to_be_visible()


def test_a_large_matrix_is_a_picture_with_a_cursor(page: Page, crowd: Snapshot) -> None:
    page.goto("/c/crowd/s/1/map?view=matrix&by=namespace")
    wait_until_drawn(page)
    grid = page.get_by_role("grid")
    expect(grid).to_have_attribute("aria-rowcount", "150")
    cursor = page.get_by_role("gridcell")
    cursor.focus()
    page.keyboard.press("End")
    page.keyboard.press("PageDown")
    expect(cursor).to_have_attribute("aria-colindex", "150")
    expect(page.locator("[role=row]")).to_have_attribute("aria-rowindex", "21")
    read = page.locator("[data-part=matrix-read]").inner_text()
    assert read == cursor.get_attribute("aria-label")
    page.keyboard.press("Enter")
    source, target = read.partition(":")[0].split(" to ")
    expect(page.locator(".panel h2")).to_contain_text(f"{source} → {target}")


def test_the_pickers_reach_every_cell_of_a_picture(page: Page, crowd: Snapshot) -> None:
    page.goto("/c/crowd/s/1/map?view=matrix&by=namespace")
    wait_until_drawn(page)
    pick = page.get_by_role("form", name="Cell of the matrix")
    pick.get_by_label("Row").select_option("team-003-2")
    pick.get_by_label("Column").select_option("kube-system")
    page.get_by_role("button", name="Explain").click()
    expect(page.locator(".panel h2")).to_contain_text("team-003-2 → kube-system/kube-dns")
    colours = page.evaluate(
        "(() => { const c = document.querySelector('.sheet canvas'); const d = c.getContext('2d')"
        ".getImageData(140, 140, 200, 200).data; const seen = new Set();"
        " for (let i = 0; i < d.length; i += 4) seen.add(d.slice(i, i + 3).join()); return seen.size; })()"
    )
    assert colours > 1


def test_classes_lead_to_their_members(page: Page, crowd: Snapshot) -> None:
    page.goto("/c/crowd/s/1/map?view=matrix&by=class")
    wait_until_drawn(page)
    page.get_by_role("gridcell").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**by=namespace**")
    wait_until_drawn(page)
    expect(page.get_by_role("link", name=re.compile("Rows: class:C"))).to_be_visible()
    page.get_by_role("link", name=re.compile("Rows: class:C")).click()
    wait_until_drawn(page)
    expect(page.get_by_role("link", name=re.compile("Rows: class:C"))).to_have_count(0)
