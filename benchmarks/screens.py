"""How long the screens take: `python -m benchmarks.screens [NAMESPACES …]` (500 and 5000 without).

Starts the real web server over a database of its own, and Chromium (CHROMIUM names another one) as a
reviewer's browser; needs what `make setup-dev` installs. Wall milliseconds, median of five; "cold" is the
very first drawing after the server started, which also reads and evaluates the snapshot.
"""

from __future__ import annotations

import gzip
import logging
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from time import perf_counter, sleep
from typing import TYPE_CHECKING
from urllib.error import HTTPError
from urllib.request import urlopen

if TYPE_CHECKING:
    from playwright.sync_api import Page, Response

RUNS = 5
PORT = int(os.environ.get("PORT", "8423"))
HOME = f"http://127.0.0.1:{PORT}"
PASSWORD = "a long password"
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")


def main() -> None:
    sizes = [int(each) for each in sys.argv[1:]] or [500, 5000]
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"PORTOLAN_DATA_DIR": folder, "DJANGO_SETTINGS_MODULE": "dashboard.settings"}
        os.environ.pop("DEBUG", None)
        for command in (["migrate", "-v0"], ["collectstatic", "-v0", "--noinput"]):
            subprocess.run([sys.executable, "manage.py", *command], check=True)
        store(sizes)
        for size in sizes:
            with served(Path(folder)):
                print(f"\n{size} namespaces")
                measure(size)


def store(sizes: list[int]) -> None:
    """A user, and a cluster a size."""
    import django

    django.setup()
    logging.disable(logging.WARNING)  # no broker is there to be told of the snapshots
    from django.contrib.auth import get_user_model

    from apps.reachability.take import snapshot_from_reading
    from apps.snapshots.clusters import add_cluster
    from apps.snapshots.reading import Reading, ReadObject
    from benchmarks.generate import generate_cluster

    get_user_model().objects.create_superuser("admin", password=PASSWORD)
    for size in sizes:
        objects = generate_cluster(size, 3 * size, 3 * size, 2 * size, 2 * size, seed=1)
        reading = Reading([ReadObject(body, None) for body in objects], [], [])
        snapshot_from_reading(add_cluster(name=f"Size {size}", source="manifests"), reading)


@contextmanager
def served(folder: Path) -> Iterator[None]:
    """The web server as `manage.py up` starts it, with one process."""
    threads = ["--worker-class", "gthread", "--workers", "1", "--threads", "4", "--timeout", "300"]
    command = ["gunicorn", "dashboard.wsgi:application", "--bind", f"127.0.0.1:{PORT}", *threads]
    with (folder / "web.log").open("w") as log:
        server = subprocess.Popen([sys.executable, "-m", *command], stdout=log, stderr=log)
        try:
            _wait_for_server()
            yield
        finally:
            server.terminate()
            server.wait()


def _wait_for_server() -> None:
    for _ in range(300):
        try:
            urlopen(f"{HOME}/static/img/none", timeout=30)
        except HTTPError:
            return  # it answers, that there is no such file
        except OSError:
            pass
        sleep(0.1)
    raise SystemExit("the server did not start")


def measure(size: int) -> None:
    from playwright.sync_api import sync_playwright

    base = f"/c/size-{size}/s/1"

    def log_in(page: Page) -> None:
        page.goto("/login/")
        page.get_by_label("User name").fill("admin")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Log in").click()
        page.wait_for_url(lambda url: "/login/" not in url)

    def draw(query: str) -> Callable[[], float]:
        return lambda: _from_click(page, f"{base}/map{query}")

    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu"]
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        page = browser.new_page(base_url=HOME, viewport={"width": 1440, "height": 900})
        page.set_default_timeout(300_000)
        log_in(page)
        print(f"{'first drawing of the map, cold':<44}{draw('?view=graph')():>8.0f} ms")
        _tell("first drawing of the map", draw("?view=graph"))
        _tell("matrix, from click", draw("?view=matrix&by=namespace"))
        _tell("side panel", lambda: _panel(page, base))
        api = f"/api/v1/clusters/size-{size}/snapshots/1"
        for name, path in _views().items():
            _tell_json(page, name, api + path)
        for view in ("graph", "split", "matrix", "table"):
            weight = _script_bytes(page, f"{base}/map?view={view}")
            print(f"{f'all scripts of the map as {view}, gzip':<44}{weight:>8.0f} KB", flush=True)
        browser.close()


def _views() -> dict[str, str]:
    return {
        "JSON of the overview": "/graph/",
        "JSON of the matrix, 500 x 500": "/matrix/?row_limit=500&column_limit=500",
        "JSON of the matrix by class": "/matrix/?by=class&row_limit=500&column_limit=500",
        "JSON of who reaches a Service": "/graph/?focus=kube-system/kube-dns",
        "JSON of a page of edges": "/reach/?limit=100",
    }


def _tell(name: str, run: Callable[[], float]) -> None:
    print(f"{name:<44}{median(run() for _ in range(RUNS)):>8.0f} ms", flush=True)


def _from_click(page: Page, address: str) -> float:
    """Milliseconds from a click on a link until everything is drawn; the link is put on a page for it."""
    page.goto("/?all=1")
    page.evaluate(
        "address => { const a = document.createElement('a'); a.id = 'go'; a.href = address;"
        " a.textContent = 'go'; document.querySelector('main').prepend(a); }",
        address,
    )
    start = perf_counter()
    page.click("#go")
    page.wait_for_selector("html[data-ready]")
    return (perf_counter() - start) * 1000


def _panel(page: Page, base: str) -> float:
    """From a click on an answer in the outline until its proof is there."""
    page.goto(f"{base}/map?to=kube-system/kube-dns&view=graph")
    page.wait_for_selector("html[data-ready]")
    button = page.locator("[data-part=outline] button[data-id*='>']").first
    start = perf_counter()
    button.click()
    page.wait_for_selector(".panel .gates")
    return (perf_counter() - start) * 1000


def _tell_json(page: Page, name: str, address: str) -> None:
    times, size = [], 0
    for _ in range(RUNS):
        taken, size = page.evaluate(
            "async address => { const start = performance.now();"
            " const answer = await fetch(address, { cache: 'no-store' });"
            " const text = await answer.text(); return [performance.now() - start, text.length]; }",
            address,
        )
        times.append(taken)
    print(f"{name:<44}{median(times):>8.0f} ms{size / 1000:>9.0f} KB", flush=True)


def _script_bytes(page: Page, address: str) -> float:
    """Every script that the page asks for, its modules too, whether the browser had them already or not."""
    scripts: dict[str, Response] = {}

    def note(answer: Response) -> None:
        if answer.request.resource_type == "script":
            scripts[answer.url] = answer

    page.on("response", note)
    page.goto(address)
    page.wait_for_selector("html[data-ready]")
    page.remove_listener("response", note)
    return sum(len(gzip.compress(each.body(), 6)) for each in scripts.values()) / 1000


if __name__ == "__main__":
    main()
