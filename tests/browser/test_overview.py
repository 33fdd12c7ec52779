"""The overview of many namespaces, Services inside a namespace, and paths of several hops, in a browser."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from apps.reachability.take import snapshot_from_reading
from apps.snapshots.clusters import add_cluster
from apps.snapshots.models import Cluster, Snapshot
from apps.snapshots.reading import Reading, ReadObject
from benchmarks.generate import generate_cluster
from tests.browser.maps import drawn, open_map, wait_until, wait_until_drawn
from tests.web.quay import store_quay

pytestmark = pytest.mark.browser


@pytest.fixture
def quay(transactional_db: None) -> Snapshot:
    return store_quay()


def _store(name: str, objects: list[dict[str, Any]]) -> Snapshot:
    cluster = add_cluster(name=name, source=Cluster.Source.MANIFESTS)
    return snapshot_from_reading(cluster, Reading([ReadObject(body, None) for body in objects], [], []))


def test_a_field_draws_the_lines_of_the_chosen_one(page: Page, transactional_db: None) -> None:
    _store("Field", generate_cluster(300, 600, 600, 400, 900, seed=3))
    page.goto("/c/field/s/1/map?view=graph")
    wait_until_drawn(page)
    assert page.evaluate("portolan.cy.nodes('.mark').length") > 118
    assert page.evaluate("portolan.cy.edges().length") == 0
    expect(page.locator("[data-part=tally]")).to_contain_text("lines of a chosen or hovered one")
    button = page.locator("[data-part=outline] button").first
    button.focus()
    page.keyboard.press("Enter")
    name = button.locator(".name").inner_text()
    expect(page.get_by_role("heading", name=name, exact=True)).to_be_visible()
    lines = page.evaluate("portolan.cy.edges().map(edge => [edge.source().id(), edge.target().id()])")
    assert lines
    assert all(f"ns:{name}" in ends for ends in lines)
    assert page.locator(".panel li button").count() == len(lines)


def test_hovering_shows_lines_for_as_long(page: Page, quay: Snapshot) -> None:
    open_map(page)
    point = page.evaluate(
        "(() => { const p = portolan.cy.$id('ns:monitoring').renderedPosition();"
        " const box = portolan.cy.container().getBoundingClientRect();"
        " return { x: box.x + p.x, y: box.y + p.y }; })()"
    )
    page.evaluate(
        "portolan.cy.one('mouseover', 'node',"
        " () => { portolan.atOnce = portolan.cy.edges(':visible').length; })"
    )
    page.mouse.move(point["x"], point["y"])
    wait_until(page, "portolan.cy.edges(':visible').length > 0")  # the pointer has to rest
    assert page.evaluate("portolan.atOnce") == 0
    assert drawn(page) == {"monitoring>payments/db:5432/TCP": "allowed"}
    assert page.evaluate("portolan.cy.nodes('.dim').length") > 0
    page.mouse.move(5, 5)
    wait_until(page, "portolan.cy.edges(':visible').length === 0")


def test_a_namespace_shows_its_services_and_folds_them(page: Page, quay: Snapshot) -> None:
    open_map(page, "?sel=ns:payments")
    places = (
        "portolan.cy.nodes().filter(node => node.id() !== 'ns:payments')"
        ".map(node => [node.id(), node.position('x')])"
    )
    before = page.evaluate(places)
    page.keyboard.press("e")
    page.wait_for_url("**expand=payments**")
    wait_until_drawn(page)
    assert page.evaluate("portolan.cy.$id('svc:payments/db').parent().id()") == "ns:payments"
    after = dict(page.evaluate(places))
    assert all(after[node] == x for node, x in before)
    assert drawn(page)["monitoring>payments/db:5432/TCP"] == "allowed"
    page.get_by_role("link", name="Fold its Services").click()
    wait_until_drawn(page)
    assert page.evaluate("portolan.cy.$id('svc:payments/db').length") == 0


def test_paths_name_their_steps_and_lead_to_proofs(page: Page, quay: Snapshot) -> None:
    open_map(page, "?sel=ns:monitoring")
    page.get_by_role("link", name="Where could it pivot to?").click()
    page.wait_for_url("**ask=path**")
    wait_until_drawn(page)
    expect(page.locator(".question .count")).to_contain_text("possible pivots, not direct paths")
    page.get_by_role("button", name=re.compile("^payments.db")).click()
    expect(page.get_by_text("A possible pivot, not a direct path")).to_be_visible()
    expect(page.locator(".panel ol a").first).to_have_text(
        "monitoring/Pod/scraper → payments/Pod/db on payments/db:5432/TCP"
    )
    page.keyboard.press("4")
    page.wait_for_url("**view=table**")
    wait_until_drawn(page)
    row = page.get_by_role("row", name=re.compile("^payments.Pod.db"))
    row.get_by_role("link").click()
    expect(page.get_by_role("heading", name=re.compile("payments.db"))).to_be_visible()
