"""How the answer comes onto the screen: asked for once, and readable however far away it stands."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from apps.snapshots.models import Snapshot
from tests.browser.maps import open_map, wait_until, wait_until_drawn
from tests.web.quay import store_quay

pytestmark = pytest.mark.browser

SMALLEST_TEXT = 11  # px on screen


@pytest.fixture(autouse=True)
def quay(transactional_db: None) -> Snapshot:
    return store_quay()


@pytest.mark.parametrize(
    ("query", "asked"),
    [
        ("?view=graph&q=ns:p*", ["graph"]),
        ("?view=split&show=denied,allowed&port=5432/TCP", ["graph", "matrix"]),
        ("?view=matrix&by=service&to=payments/db", ["matrix"]),
        ("?view=table&to=payments/db", []),
    ],
)
def test_each_answer_is_asked_for_once_and_ahead(page: Page, query: str, asked: list[str]) -> None:
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url) if "/api/" in request.url else None)
    open_map(page, query)
    page.wait_for_load_state("networkidle")
    names = sorted(url.partition("?")[0].rstrip("/").rpartition("/")[2] for url in requests)
    assert names == asked
    ahead = page.evaluate("[...document.querySelectorAll('link[rel=preload]')].map(link => link.href)")
    assert sorted(requests) == sorted(ahead), "what the page preloads is what its script asks for"


def test_names_stay_readable_from_far(page: Page) -> None:
    open_map(page, "?view=graph&to=payments/db&show=allowed,partial,unknown,denied,empty")
    for _ in range(8):
        sizes = page.evaluate("portolan.cy.nodes().map(n => parseFloat(n.renderedStyle('font-size')))")
        assert min(sizes) >= SMALLEST_TEXT - 0.01
        page.get_by_role("button", name="Zoom out").click()
    assert page.evaluate("portolan.cy.zoom()") < 0.3


def test_fitting_again_changes_nothing(page: Page) -> None:
    """Labels grow as the zoom shrinks: they must not move what they are written on."""
    open_map(page, "?view=graph&q=verdict:allowed,partial,unknown")
    page.set_viewport_size({"width": 1000, "height": 620})
    zooms = set()
    for _ in range(4):
        page.get_by_role("button", name="Fit the drawing").click()
        zooms.add(round(page.evaluate("portolan.cy.zoom()"), 6))
    assert len(zooms) == 1


def test_lines_of_one_card_say_what_they_are_at_their_other_end(page: Page) -> None:
    open_map(page, "?view=graph&q=port:5432,53")
    page.locator('[data-id="ns:monitoring"]').click()
    expect(page.get_by_role("heading", name="monitoring", exact=True)).to_be_visible()
    wait_until(page, "portolan.cy.$id('ns:monitoring').hasClass('chosen')")
    ends = page.evaluate(
        "portolan.cy.$id('ns:monitoring').connectedEdges(':visible').map(edge =>"
        " [edge.target().id() === 'ns:monitoring', edge.style('label'),"
        "  edge.style('source-label') !== '', edge.style('target-label') !== ''])"
    )
    assert ends
    for is_inward, middle, at_source, at_target in ends:
        assert (middle, at_source, at_target) == ("", is_inward, not is_inward)


def test_the_words_of_a_proof_do_not_wait_for_the_drawing(page: Page) -> None:
    """The proof is asked for and shown first; then the drawing marks what it is about."""
    open_map(page, "?view=graph&to=payments/db")
    order = page.evaluate(
        """async () => {
          const seen = [];
          new MutationObserver(() => document.querySelector(".panel .gates") && seen.push("proof"))
            .observe(document.querySelector("[data-part=panel]"), { childList: true });
          portolan.cy.on("style", () => portolan.cy.elements(".chosen").length && seen.push("drawing"));
          document.querySelector("[data-part=outline] button").click();
          const pause = () => new Promise((done) => setTimeout(done, 20));
          while (!seen.includes("drawing") || !seen.includes("proof")) await pause();
          return [...new Set(seen)];
        }"""
    )
    assert order == ["proof", "drawing"]
    wait_until_drawn(page)


@pytest.mark.parametrize("width", [901, 1024, 1101, 1152, 1280, 1361, 1440])
def test_nothing_of_the_top_bar_is_cut_off(page: Page, quay: Snapshot, width: int) -> None:
    quay.cluster.name = "a-cluster-whose-name-goes-on-and-on-and-on"
    quay.cluster.save()
    page.set_viewport_size({"width": width, "height": 720})
    page.goto("/c/quay/s/1/")
    places = page.evaluate(
        "[...document.querySelectorAll('.topbar > *, .topbar > .ask > input')]"
        ".map(each => each.getBoundingClientRect().right)"
    )
    assert max(places) <= width
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    field, account = page.locator("#ask"), page.locator(".topbar > .picker.end")
    one, other = field.bounding_box(), account.bounding_box()
    assert one
    assert other
    assert one["x"] + one["width"] <= other["x"] or one["y"] + one["height"] <= other["y"]
