"""Pictures of every page at three sizes, light and dark: `python -m tests.browser.pictures FOLDER [PAGE …]`.

To be looked at. `SIZES=12,500` leaves the largest out; with `DATA=FOLDER` the clusters are kept there for the
next time. Starts the web server on a free port over a database of its own, and Chromium.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

os.environ.setdefault("PORT", "8427")

Theme = Literal["light", "dark"]
THEMES: tuple[Theme, ...] = ("light", "dark")
# By name; below a cluster's address, but those that begin with a slash.
PAGES = {
    "overview": "s/2/",
    "map": "s/2/map",
    "map-to": "s/2/map?to={service}",
    "map-proof": "s/2/map?to={service}&from={space}",
    "map-from": "s/2/map?ask=from&from={space}",
    "map-paths": "s/2/map?ask=path&from={space}",
    "map-filter": "s/2/map?q=from:{space}",
    "split": "s/2/map?view=split",
    "matrix": "s/2/map?view=matrix",
    "matrix-namespaces": "s/2/map?view=matrix&by=namespace",
    "table": "s/2/map?view=table",
    "explain": "s/2/explain?from={space}&to={service}",
    "history": "s/2/history?from={space}&to={service}&port={port}",
    "namespaces": "s/2/ns",
    "namespace": "s/2/ns/{space}",
    "service": "s/2/ns/{service_space}/svc/{service_name}",
    "findings": "s/2/findings",
    "changes": "diff/1..2",
    "whatif": "s/2/whatif",
    "suggest": "s/2/suggest?namespace={space}",
    "policies": "s/2/policies",
    "checks": "checks/",
    "checks-drafted": "checks/?from={space}&q=to:{service}+verdict:allowed#add",
    "exceptions": "exceptions/",
    "accept": "s/2/accept?from={space}&to={service}&port={port}",
    "reviews": "reviews/",
    "review": "reviews/{review}",
    "reports": "reports/",
    "report-new": "s/2/reports/new",
    "snapshots": "snapshots/",
    "snapshot": "snapshots/2",
    "found": "s/2/ask?q=a",
    "clusters": "/?all=1",
    "new-cluster": "/c/new",
    "settings": "/settings",
    "help": "/help",
    "help-verdicts": "/help/verdicts",
    "tokens": "/tokens/",
    "people": "/people/",
    "audit": "/audit/",
    "operations": "/operations/",
}


def main() -> None:
    folder, *wanted = sys.argv[1:]
    sizes = [int(size) for size in os.environ.get("SIZES", "12,500,5000").split(",")]
    with _data() as data:
        from benchmarks.screens import served
        from tests.browser.pictured import prepare

        places = prepare(sizes)
        with served(data):
            for size, place in places.items():
                _take(Path(folder), size, place, wanted or list(PAGES))


@contextmanager
def _data() -> Iterator[Path]:
    """The folder of the database; a temporary one unless DATA names one."""
    kept = os.environ.get("DATA")
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(kept or temporary)
        os.environ |= {"PORTOLAN_DATA_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "dashboard.settings"}
        os.environ.pop("DEBUG", None)
        yield folder


def _take(folder: Path, size: int, place: dict[str, str], wanted: list[str]) -> None:
    from playwright.sync_api import sync_playwright

    from benchmarks.screens import CHROMIUM

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for theme in THEMES:
            page = _log_in(browser, theme)
            for name in wanted:
                if PAGES[name].startswith("/") and size != 12:
                    continue  # tells of no one cluster
                _picture(page, PAGES[name].format(**place), place, folder / f"{name}-{size}-{theme}.png")
        browser.close()


def _picture(page: Page, address: str, place: dict[str, str], file: Path) -> None:
    page.goto(address if address.startswith("/") else f"/c/{place['slug']}/{address}")
    if "/map" in page.url:
        page.wait_for_selector("html[data-ready]")
    page.wait_for_load_state("networkidle")
    file.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=file)


def _log_in(browser: Browser, theme: Theme) -> Page:
    from benchmarks.screens import HOME, PASSWORD

    page = browser.new_page(
        base_url=HOME,
        viewport={"width": 1440, "height": 900},
        color_scheme=theme,
        reduced_motion="reduce",
    )
    page.set_default_timeout(300_000)
    page.goto("/login/")
    page.get_by_label("User name").fill("admin")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url(lambda url: "/login/" not in url)
    return page


if __name__ == "__main__":
    main()
