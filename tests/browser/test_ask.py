"""The ask box, the filter, the keys, settings and exports, by mouse and by keyboard."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.contrib.auth.models import AbstractBaseUser
from playwright.sync_api import Locator, Page, expect

from apps.reachability.take import snapshot_from_reading
from apps.snapshots.clusters import add_cluster
from apps.snapshots.manifests import read_bytes
from apps.snapshots.models import Cluster, Snapshot
from tests.browser.conftest import log_in
from tests.browser.maps import drawn, open_map, wait_until_drawn
from tests.web.quay import store_quay

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def quay(transactional_db: None) -> Snapshot:
    return store_quay()


def box(page: Page) -> Locator:
    return page.get_by_role("combobox", name=re.compile("^Ask"))


def option(page: Page, name: str) -> Locator:
    return page.get_by_role("option", name=name).first


def test_a_question_is_completed_and_answered_by_the_keyboard_alone(page: Page) -> None:
    open_map(page)
    page.keyboard.press("/")
    expect(box(page)).to_be_focused()
    page.keyboard.insert_text("orders > pay")  # at once: options come for what was typed last
    expect(option(page, "payments/db from orders")).to_be_visible()
    assert box(page).get_attribute("aria-expanded") == "true"
    page.keyboard.press("ArrowDown")
    active = box(page).get_attribute("aria-activedescendant")
    expect(page.locator(f"#{active}")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    expect(box(page)).to_have_value("orders > payments/db ")
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    page.wait_for_url("**to=payments/db&from=orders**")
    expect(page.get_by_role("heading", name="orders → payments/db")).to_be_visible()


def test_a_question_is_chosen_by_the_mouse(page: Page) -> None:
    page.goto("/c/quay/s/1/policies")
    box(page).click()
    box(page).fill("db")
    option(page, "Who can reach payments/db?").click()
    page.wait_for_url("**/map?ask=to&to=payments/db")
    wait_until_drawn(page)
    assert "orders>payments/db:5432/TCP" in drawn(page)


def test_ctrl_k_asks_even_with_shortcuts_off_and_escape_gives_the_keys_back(page: Page) -> None:
    open_map(page)
    page.context.add_cookies([{"name": "shortcuts", "value": "off", "url": page.url}])
    page.reload()
    wait_until_drawn(page)
    page.keyboard.press("/")
    expect(box(page)).not_to_be_focused()
    page.keyboard.press("Control+k")
    expect(box(page)).to_be_focused()
    expect(page.get_by_role("listbox", name="Suggestions")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("listbox", name="Suggestions")).to_be_hidden()
    page.keyboard.press("Escape")
    expect(box(page)).not_to_be_focused()


def test_a_page_is_gone_to_by_name(page: Page) -> None:
    open_map(page)
    page.keyboard.press("/")
    page.keyboard.type("polic")
    option(page, "Go to Policies").click()
    page.wait_for_url("**/s/1/policies")


def test_a_filter_draws_its_edges_and_loses_a_token_by_its_chip(page: Page) -> None:
    open_map(page)
    box(page).fill("from:env=prod verdict:partial")
    box(page).press("Enter")
    page.wait_for_url("**/map?q=**")
    wait_until_drawn(page)
    expect(page.locator(".question .count")).to_contain_text("1 edge matches")
    page.get_by_role("link", name="Remove verdict:partial").click()
    wait_until_drawn(page)
    expect(page.get_by_role("link", name="Remove verdict:partial")).to_have_count(0)
    page.keyboard.press("4")
    page.wait_for_url("**view=table**")
    assert set(page.locator("[data-part=table] tbody td:first-child").all_inner_texts()) == {
        "orders",
        "payments",
    }
    page.get_by_role("link", name="Clear", exact=True).click()
    expect(page.locator("div.filter")).to_have_count(0)


def test_what_cannot_be_read_is_said_with_what_is_possible(page: Page) -> None:
    open_map(page)
    box(page).fill("frm:orders")
    box(page).press("Enter")
    expect(page.get_by_text("there is no key frm")).to_be_visible()
    expect(page.get_by_text("Did you mean from:orders")).to_be_visible()


EVIL = "<img src=x onerror=alert(1)>"
MANIFESTS = f"""
apiVersion: v1
kind: Namespace
metadata: {{name: plain, labels: {{note: "{EVIL}"}}}}
---
apiVersion: v1
kind: Pod
metadata: {{name: web, namespace: plain, labels: {{app: web}}}}
spec: {{containers: [{{name: web}}]}}
---
apiVersion: v1
kind: Service
metadata: {{name: web, namespace: plain}}
spec: {{selector: {{app: web}}, ports: [{{port: 80}}]}}
"""


def test_markup_in_a_label_is_text_in_options_and_chips(page: Page) -> None:
    reading = read_bytes("evil.yaml", MANIFESTS.encode())
    snapshot_from_reading(add_cluster(name="Evil", source=Cluster.Source.MANIFESTS), reading)
    page.goto("/c/evil/s/1/map")
    wait_until_drawn(page)
    box(page).click()
    box(page).fill("from:note")
    expect(option(page, f"note={EVIL}")).to_be_visible()
    page.goto(f"/c/evil/s/1/map?q=frm:{EVIL}")
    expect(page.get_by_role("alert").filter(has_text="frm:<img")).to_be_visible()
    page.goto("/c/evil/s/1/map?q=note=<img*")
    wait_until_drawn(page)
    expect(page.get_by_role("link", name="Remove note=<img*")).to_be_visible()
    page.goto("/c/evil/s/1/map?q=-note=zz*")
    wait_until_drawn(page)
    expect(page.get_by_role("link", name="Remove -note=zz*")).to_be_visible()
    page.goto("/c/evil/s/1/map?q=note=*onerror*")
    wait_until_drawn(page)
    expect(page.get_by_role("link", name="Remove note=*onerror*")).to_be_visible()
    assert page.locator("img").count() == 0


def test_the_keys_are_listed_and_lead_from_page_to_page(page: Page) -> None:
    open_map(page)
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(dialog.get_by_text("flip the question")).to_be_visible()
    page.keyboard.press("x")  # behind a dialog no key acts
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    assert "ask=from" not in page.url
    page.keyboard.press("g")
    page.keyboard.press("p")
    page.wait_for_url("**/policies")
    page.keyboard.press("g")
    page.keyboard.press("m")
    page.wait_for_url("**/map")


def test_settings_switch_keys_off_and_choose_the_zone(
    open_page: Callable[..., Page], administrator: AbstractBaseUser
) -> None:
    page = log_in(open_page(timezone_id="Asia/Kolkata"))
    page.goto("/c/quay/snapshots/")
    time = page.locator("main time").first
    expect(time).to_contain_text("UTC")
    expect(time).to_have_attribute("title", re.compile(r"GMT\+5:30|IST"))
    page.goto("/settings")
    page.get_by_label("Times are printed in").select_option("browser")
    page.get_by_role("group", name="Keyboard shortcuts").get_by_label("Off").check()
    page.get_by_role("button", name="Keep").click()
    expect(page.get_by_text("Kept in this browser.")).to_be_visible()
    page.goto("/c/quay/snapshots/")
    expect(time).to_have_text(re.compile(r"^\d+ \w+ \d{4}, \d\d:\d\d (GMT\+5:30|IST)$"))
    expect(time).to_have_attribute("title", re.compile("UTC$"))
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_what_is_on_screen_is_saved(page: Page, tmp_path: Path) -> None:
    open_map(page, "?to=payments/db&q=-from:ci")
    files = {}
    for name in ("Edges as CSV", "Edges as JSON", "Picture as SVG", "Picture as PNG"):
        page.locator("summary", has_text="Export").click()
        with page.expect_download() as download:
            page.locator(".export").get_by_text(name).click()
        files[name] = Path(download.value.path()).read_bytes()
        page.keyboard.press("Escape")
    assert b"orders,payments/db,5432,TCP,partial" in files["Edges as CSV"]
    assert {edge["target"] for edge in json.loads(files["Edges as JSON"])["edges"]} == {"payments/db"}
    assert b"<svg" in files["Picture as SVG"]
    assert files["Picture as PNG"].startswith(b"\x89PNG")
    assert len(files["Picture as PNG"]) > 10_000


def test_where_names_are_many_the_pickers_complete_them(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("apps.web.pickers.LONGEST_SELECT", 2)
    open_map(page)
    field = page.get_by_role("combobox", name="Service or namespace")
    field.click()
    page.keyboard.insert_text("db")
    expect(page.get_by_role("option", name="ci/runner")).to_have_count(0)  # of what was listed before
    expect(option(page, "payments/db")).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(field).to_have_value("payments/db")
    page.keyboard.press("Enter")
    page.wait_for_url("**to=payments%2Fdb**")
    wait_until_drawn(page)
    assert "orders>payments/db:5432/TCP" in drawn(page)
