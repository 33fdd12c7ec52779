"""A real Chromium on a live server. A console error, or what the content policy forbids, fails the test."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

# Playwright's loop runs in this thread, and Django would refuse its database there.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PASSWORD = "a long password"
PATIENCE = 120_000  # ms; what is there is seen at once, and a busy machine may take long to show it
expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not CHROMIUM:
        pytest.skip("needs Chromium (on PATH, or named by CHROMIUM)")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=CHROMIUM, args=list(ARGUMENTS), timeout=PATIENCE
        )
        yield chromium
        chromium.close()


@pytest.fixture
def administrator(transactional_db: None) -> User:
    return User.objects.create_user(username="admin", password=PASSWORD, is_staff=True)


@pytest.fixture
def open_page(
    browser: Browser, transactional_db: None, live_server: LiveServer
) -> Iterator[Callable[..., Page]]:
    """`open_page(width=…, color_scheme=…)`: a new browser window; what it complains of fails the test."""
    complaints: list[str] = []
    pages: list[Page] = []

    def opened(width: int = 1440, height: int = 900, **options: Any) -> Page:
        context = browser.new_context(
            base_url=live_server.url,
            viewport={"width": width, "height": height},
            reduced_motion="reduce",
            **options,
        )
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        pages.append(page)
        page.add_init_script(
            "addEventListener('securitypolicyviolation', (event) =>"
            " console.error('forbidden: ' + event.violatedDirective + ' ' + event.blockedURI));"
        )
        page.on("console", lambda message: _note(complaints, message))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield opened
    for page in pages:
        # The database is emptied next: no request may still be reading it.
        page.wait_for_load_state("networkidle")
        page.context.close()
    assert complaints == []


@pytest.fixture
def page(open_page: Callable[..., Page], administrator: User) -> Page:
    """A window that has logged in as an administrator."""
    return log_in(open_page())


def log_in(page: Page, name: str = "admin") -> Page:
    page.goto("/login/")
    page.get_by_label("User name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url(lambda url: "/login/" not in url)
    return page


@pytest.fixture(scope="session")
def axe() -> str:
    """The accessibility checker's script."""
    script: Path = settings.NODE_MODULES / "axe-core" / "axe.min.js"
    return script.read_text()


def _note(complaints: list[str], message: ConsoleMessage) -> None:
    if message.type in {"error", "warning"}:
        complaints.append(f"{message.type}: {message.text}")
