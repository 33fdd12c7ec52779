"""Guardrails, exceptions and a review in a browser: by mouse, by keyboard, and as axe sees them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import AbstractBaseUser
from django.utils import timezone
from playwright.sync_api import Page, expect

from apps.review.accept import accept_edges
from apps.review.decide import Judgement, decide_group
from apps.review.follow_up import check_now
from apps.review.models import Review, Seal, StoredGuardrail
from apps.review.open_review import start_review
from apps.review.review_items import ReviewItems
from apps.review.sign import sign_review
from apps.snapshots.models import Snapshot
from tests.browser.conftest import log_in
from tests.browser.test_accessibility import faults
from tests.review.notifications.told import webhook
from tests.review.stored import OPENED, WEB, guardrail, save, store

pytestmark = pytest.mark.browser

RULE = """apiVersion: portolan/v1
kind: Guardrail
metadata: {name: lab-stays-out}
spec: {deny: {from: [{namespace: lab}], to: [{namespace: shop}]}}
"""


@pytest.fixture
def bay(transactional_db: None) -> Snapshot:
    return store(None, OPENED)


def test_a_guardrail_by_mouse(page: Page, bay: Snapshot) -> None:
    page.goto("/c/bay/checks/")
    page.get_by_label("Guardrails as YAML").fill(RULE.replace("shop", "shop, extra: 1"))
    page.get_by_role("button", name="Save and check").click()
    expect(page.get_by_text("spec.deny.to[0].extra: is not known here")).to_be_visible()
    page.get_by_label("Guardrails as YAML").fill(RULE)
    page.get_by_role("button", name="Save and check").click()
    row = page.get_by_role("row", name="lab-stays-out")
    expect(row).to_contain_text("✕ Broken")
    row.get_by_role("link", name="lab-stays-out").click()
    page.get_by_role("link", name="shop/web").click()
    expect(page.get_by_role("heading", name="lab → shop/web")).to_be_visible()


def test_an_exception_by_keyboard(page: Page, bay: Snapshot) -> None:
    page.goto("/c/bay/s/1/explain?from=lab&to=shop/web&port=80/TCP")
    page.get_by_role("link", name="Accept", exact=True).press("Enter")
    page.get_by_label("Why is this accepted?").focus()
    page.keyboard.type("A trial")
    page.get_by_label("Until the end of").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("row", name="lab → shop/web:80/TCP")).to_contain_text("A trial")
    page.get_by_role("button", name="End the exception for lab → shop/web:80/TCP").press("Enter")
    expect(page.get_by_text("No exception is active.")).to_be_visible()


def test_a_review_by_keyboard(page: Page, bay: Snapshot) -> None:
    page.goto("/c/bay/reviews/")
    page.get_by_role("button", name="Review snapshot #1").press("Enter")
    item = page.get_by_role("article", name="gate/web:80/TCP")
    item.get_by_role("checkbox", name="lab").press("Space")
    item.get_by_role("radio", name="Flag").press("Space")
    item.get_by_label("Note").press_sequentially("Close it")
    item.get_by_role("button", name="Decide").press("Enter")
    expect(page.get_by_role("article", name="gate/web:80/TCP")).to_contain_text("Close it")
    while (links := page.locator(".causes li", has_not_text="0 left").get_by_role("link")).count() > 1:
        links.nth(1).press("Enter")
        form = page.get_by_role("form", name="left of")
        form.get_by_role("radio", name="Fine").press("Space")
        form.get_by_role("button", name="Decide about all of these").press("Enter")
        expect(page.get_by_role("status").filter(has_text="decided.")).to_be_visible()
    page.get_by_role("button", name="Sign this review").press("Enter")
    expect(page.get_by_text("Signed by admin")).to_be_visible()
    assert Seal.objects.count() == 1
    expect(page.get_by_role("row", name="gate/web:80/TCP")).to_contain_text("Close it")


@pytest.mark.parametrize(("theme", "width"), [("light", 1440), ("dark", 1440), ("light", 320)])
def test_axe_finds_nothing(
    open_page: Callable[..., Page],
    administrator: AbstractBaseUser,
    bay: Snapshot,
    axe: str,
    theme: str,
    width: int,
) -> None:
    signed, open_ = _fill(bay)
    page = log_in(open_page(width=width, color_scheme=theme))
    found = {}
    for address in (
        "checks/",
        "checks/?from=lab&to=shop/web&port=80/TCP",
        "checks/?q=from:lab+to:shop+verdict:allowed",
        f"notifications/{webhook(bay.cluster, 'https://192.0.2.1/')[0].pk}/change",
        f"checks/{StoredGuardrail.objects.get().pk}",
        "exceptions/",
        "s/1/accept?from=lab&to=shop/web&port=80/TCP",
        "reviews/",
        f"reviews/{open_.pk}",
        f"reviews/{open_.pk}?group={ReviewItems(open_).groups[0].id}&left=1",
        f"reviews/{signed.pk}",
    ):
        page.goto(f"/c/bay/{address}")
        found[address] = faults(page, axe)
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, address
    assert {address: wrong for address, wrong in found.items() if wrong} == {}


def _fill(bay: Snapshot) -> tuple[Review, Review]:
    """A broken guardrail, an exception, a signed review and an open one."""
    save(bay.cluster, guardrail())
    check_now(bay.cluster)
    until = timezone.now() + timedelta(days=30)
    accept_edges(bay, [WEB], reason="A trial", until=until, by="ann")
    signed = start_review(bay, by="ann")
    decide_group(signed, ReviewItems(signed).items, Judgement("flag", "Close it"), by="ann")
    signed.refresh_from_db()
    found = ReviewItems(signed)
    sign_review(signed, found.items, found.after, found.before, version=signed.version, by="ann")
    return signed, start_review(store(bay.cluster, more=[_another("lab"), _another("shop")]), by="ann")


def _another(space: str) -> dict[str, object]:
    meta = {"namespace": space, "name": "other"}
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": meta,
        "spec": {"selector": {"app": "web"}, "ports": [{"port": 8080, "targetPort": 80}]},
    }
