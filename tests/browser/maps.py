"""What the journeys do on the map."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.dashboard.running import wait_for


def wait_until_drawn(page: Page) -> None:
    page.wait_for_selector("html[data-ready]")


def wait_until(page: Page, condition: str) -> None:
    """Asks from here, again and again: the content policy keeps a page from evaluating text by itself."""
    wait_for(lambda: page.evaluate(condition), condition)


def open_map(page: Page, query: str = "") -> None:
    page.goto(f"/c/quay/s/1/map{query}")
    wait_until_drawn(page)


def click_edge(page: Page, edge: str) -> None:
    """A real click on the canvas, where the edge is drawn."""
    point = page.evaluate(
        "id => { const e = portolan.cy.getElementById(id); const p = e.renderedMidpoint();"
        " const box = portolan.cy.container().getBoundingClientRect();"
        " return { x: box.x + p.x, y: box.y + p.y }; }",
        edge,
    )
    page.mouse.click(point["x"], point["y"])


def drawn(page: Page) -> dict[str, str]:
    """The verdict of each edge that is drawn and visible."""
    edges = page.evaluate("portolan.cy.edges(':visible').map(edge => [edge.id(), edge.data('verdict')])")
    return dict(edges)


def marked_lines(page: Page) -> list[str]:
    """The marked lines of the YAML that is in view, without their numbers."""
    lines = page.locator(".tabpanel:visible .yaml .hit").all_inner_texts()
    return [line.split(maxsplit=1)[1].rstrip("\n") for line in lines]
