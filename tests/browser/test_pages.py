"""The reviewer's questions beside the map, each by mouse and by keyboard alone, counted in clicks."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import AbstractBaseUser
from playwright.sync_api import Locator, Page, expect

from apps.snapshots.models import Snapshot
from tests.browser.conftest import log_in
from tests.browser.test_accessibility import faults
from tests.web.quay import change_quay, store_quay

pytestmark = pytest.mark.browser

DRAFT = """apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: closed, namespace: ci}
spec: {podSelector: {}, policyTypes: [Egress]}
"""

Act = Callable[[Page, Locator], None]


def by_mouse(page: Page, goal: Locator) -> None:
    goal.click()


def by_keyboard(page: Page, goal: Locator) -> None:
    """Tabs until the goal has the focus, and presses Enter."""
    expect(goal).to_be_visible()
    for _ in range(120):
        page.keyboard.press("Tab")
        if goal.evaluate("goal => goal === document.activeElement"):
            page.keyboard.press("Enter")
            return
    raise AssertionError(f"{goal} is not reached by Tab")


both = pytest.mark.parametrize("act", [by_mouse, by_keyboard])


@pytest.fixture
def quay_changed(transactional_db: None) -> Snapshot:
    return change_quay(store_quay().cluster)


@both
def test_what_changed_and_what_caused_it(page: Page, quay_changed: Snapshot, act: Act) -> None:
    """Question 2, in one click."""
    page.goto("/c/quay/")
    banner = page.get_by_role("link", name="+1 / −4 paths, 1 changed, since #1")
    act(page, banner)
    expect(page.get_by_role("heading", name="Changes #1 → #2")).to_be_visible()
    expect(page.locator("#cause-0-title")).to_have_text(
        "1. NetworkPolicy/orders/closed appeared: closed 4 edges"
    )


@both
def test_namespaces_without_default_deny(page: Page, quay_changed: Snapshot, act: Act) -> None:
    """Question 4, in one click."""
    page.goto("/c/quay/")
    act(page, page.get_by_role("link", name="Default deny, ingress"))
    expect(page.get_by_label("Missing")).to_have_value("default-deny-ingress")
    rows = page.locator("tbody th")
    expect(rows).to_have_text(["ci", "kube-system", "monitoring", "orders", "vacant"])


@both
def test_a_finding_leads_to_the_lines_that_show_it(page: Page, quay_changed: Snapshot, act: Act) -> None:
    page.goto("/c/quay/s/2/findings?id=dns-blocked&namespace=monitoring")
    act(page, page.locator("summary", has_text="Evidence"))
    act(page, page.get_by_role("link", name="NetworkPolicy/monitoring/to-payments-only"))
    page.wait_for_url("**/policies/NetworkPolicy/monitoring/to-payments-only#L*")


@both
def test_what_a_draft_would_break(page: Page, quay_changed: Snapshot, act: Act) -> None:
    """Question 9, in two clicks and the draft."""
    page.goto("/c/quay/")
    act(page, page.get_by_role("link", name="What-if").first)
    page.get_by_label("Manifests to add").fill(DRAFT)
    act(page, page.get_by_role("button", name="Try it"))
    expect(page.locator("p.delta")).to_contain_text("name lookup breaks for 1")
    expect(page.get_by_label("Manifests to add")).to_have_value(DRAFT)
    act(page, page.get_by_role("button", name="Its edges").first)
    expect(page.locator("#edges-title")).to_have_text("Edges of cause 1")
    expect(page.get_by_text("Draft: nothing is applied")).to_be_visible()


@both
def test_from_a_namespace_to_policies_and_into_a_draft(page: Page, quay_changed: Snapshot, act: Act) -> None:
    page.goto("/c/quay/s/2/ns/payments")
    act(page, page.get_by_role("link", name="Suggest policies"))
    page.get_by_label("Keep ci>payments/db:5432/TCP").uncheck()
    act(page, page.get_by_role("button", name="Suggest policies"))
    expect(page.locator("#suggested")).to_contain_text("kubernetes.io/metadata.name: monitoring")
    act(page, page.get_by_role("button", name="Try it in What-if"))
    closed = page.locator("section:has(> #edges-title) tbody tr", has_text="Closed")
    expect(closed).to_have_count(1)
    expect(closed).to_contain_text("ci")


def test_ticking_all_and_none(page: Page, quay_changed: Snapshot) -> None:
    page.goto("/c/quay/s/2/suggest?namespace=payments")
    boxes = page.locator("input[name=keep]")
    page.get_by_role("button", name="Tick none").click()
    assert not any(box.is_checked() for box in boxes.all())
    page.get_by_role("button", name="Tick all").click()
    assert boxes.count() > 3
    assert all(box.is_checked() for box in boxes.all())


def test_a_name_is_copied(page: Page, quay_changed: Snapshot) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto("/c/quay/s/2/ns/payments/svc/db")
    page.get_by_role("button", name="Copy name").click()
    expect(page.locator("#live")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == "db.payments.svc.cluster.local"


def test_markup_in_labels_and_manifests_runs_nowhere(page: Page, quay_changed: Snapshot) -> None:
    for address in ("/c/quay/s/2/ns", "/c/quay/s/2/ns/ci", "/c/quay/diff/1..2?view=yaml"):
        page.goto(address)
        expect(page.get_by_text("<img src=x onerror=alert(1)>").first).to_be_visible()
        assert page.locator("main img").count() == 0


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_in_a_tried_draft_and_a_suggestion(
    open_page: Callable[..., Page],
    administrator: AbstractBaseUser,
    axe: str,
    theme: str,
    quay_changed: Snapshot,
) -> None:
    page = log_in(open_page(color_scheme=theme))
    page.goto("/c/quay/s/2/whatif")
    page.get_by_label("Manifests to add").fill(DRAFT)
    page.get_by_role("button", name="Try it").click()
    expect(page.locator("#effect-title")).to_be_visible()
    assert faults(page, axe) == []
    page.get_by_label("Manifests to add").fill("kind: [")
    page.get_by_role("button", name="Try it").click()
    expect(page.locator("#id_manifests_error")).to_be_visible()
    assert faults(page, axe) == []
    page.goto("/c/quay/s/2/suggest?namespace=payments")
    page.get_by_role("button", name="Suggest policies").click()
    expect(page.locator("#suggested")).to_be_visible()
    assert faults(page, axe) == []


def test_nothing_is_cut_off_at_320_pixels(
    open_page: Callable[..., Page], administrator: AbstractBaseUser, quay_changed: Snapshot
) -> None:
    page = log_in(open_page(width=320))
    for address in (
        "",
        "ns",
        "ns/payments",
        "ns/payments/svc/db",
        "findings",
        "whatif",
        "suggest?namespace=ci",
    ):
        page.goto(f"/c/quay/s/2/{address}")
        assert page.evaluate("document.documentElement.scrollWidth") == 320, address
    for address in ("/c/quay/diff/1..2", "/c/quay/diff/1..2?view=yaml"):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") == 320, address
