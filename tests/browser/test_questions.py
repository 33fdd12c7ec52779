"""The reviewer's ten questions, each from the front page to its answer: by mouse, and by keyboard alone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.contrib.auth.models import AbstractBaseUser
from playwright.sync_api import Page, expect

from apps.reports.make import make_report
from apps.reports.models import Report
from tests.browser.hands import Keyboard, Mouse
from tests.browser.maps import drawn, marked_lines, wait_until_drawn
from tests.browser.reviewed import store_reviewed

pytestmark = pytest.mark.browser

DRAFT = """apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: closed, namespace: ci}
spec: {podSelector: {}, policyTypes: [Egress]}
"""


@pytest.fixture(params=[Mouse, Keyboard], ids=["mouse", "keyboard"])
def reviewer(request: pytest.FixtureRequest, transactional_db: None, page: Page) -> Mouse:
    """On the front page, after logging in."""
    store_reviewed()
    page.goto("/")
    page.wait_for_url("**/c/quay/s/2/")
    reviewer: Mouse = request.param(page)
    return reviewer


def test_1_who_can_reach_a_service(reviewer: Mouse) -> None:
    reviewer.ask("payments/db:5432")
    wait_until_drawn(reviewer.page)
    answer = reviewer.page.locator(".question .count")
    expect(answer).to_have_text("3 namespaces can reach payments/db on 5432")
    outline = reviewer.page.locator("[data-part=outline] .name")
    expect(outline).to_contain_text(["ci", "monitoring", "orders"])
    assert drawn(reviewer.page)["ci>payments/db:5432/TCP"] == "allowed"
    assert reviewer.clicks == 1


def test_2_what_changed_since_the_last_review_and_why(reviewer: Mouse) -> None:
    expect(reviewer.page.get_by_text("(last signed review)")).to_be_visible()
    reviewer.press(reviewer.page.get_by_role("link", name="since #1").first)
    expect(reviewer.page.get_by_role("heading", name="Changes #1 → #2")).to_be_visible()
    cause = reviewer.page.locator("#cause-0-title")
    expect(cause).to_have_text(
        "1. NetworkPolicy/payments/db-clients: spec.ingress[3].from: opened 1 edge, changed 1 edge"
    )
    assert reviewer.clicks == 1


def test_3_why_something_is_blocked(reviewer: Mouse) -> None:
    reviewer.ask("kube-system > payments/db:5432")
    wait_until_drawn(reviewer.page)
    proof = reviewer.page.get_by_role("region", name="Proof")
    expect(proof.get_by_role("heading", name="kube-system → payments/db")).to_be_visible()
    expect(proof.locator(".ruling")).to_contain_text("Denied")
    expect(proof.locator(".gate").last).to_contain_text("2 policies isolate it")
    expect(proof.get_by_text("Nearest miss:").first).to_be_visible()
    assert reviewer.clicks == 1


def test_4_which_namespaces_have_no_default_deny(reviewer: Mouse) -> None:
    reviewer.press(reviewer.page.get_by_role("link", name="Default deny, ingress"))
    expect(reviewer.page.get_by_label("Missing")).to_have_value("default-deny-ingress")
    rows = reviewer.page.locator("tbody th")
    expect(rows).to_have_text(["ci", "kube-system", "monitoring", "orders", "vacant"])
    assert reviewer.clicks == 1


def test_5_can_dev_reach_prod(reviewer: Mouse) -> None:
    reviewer.ask("from:env=dev to:env=prod")
    wait_until_drawn(reviewer.page)
    answer = reviewer.page.locator(".question .count")
    expect(answer).to_have_text("Yes: 1 of 1 pair of namespaces allowed by policy")
    answers = reviewer.page.locator("[data-part=outline] button")
    expect(answers.first).to_have_text("━▶ci → payments/dbAllowed by rule · 5432/TCP")
    assert drawn(reviewer.page) == {"ci>payments/db:5432/TCP": "allowed"}
    assert reviewer.clicks == 1


def test_6_whose_name_lookup_is_blocked(reviewer: Mouse) -> None:
    reviewer.press(reviewer.page.get_by_role("link", name="Name lookup works"))
    expect(reviewer.page.locator("tbody th")).to_have_text(["monitoring"])
    expect(reviewer.page.locator("tbody tr")).to_contain_text("blocked")
    assert reviewer.clicks == 1


def test_7_what_a_compromised_pod_can_reach(reviewer: Mouse) -> None:
    page = reviewer.page
    reviewer.ask("monitoring")
    wait_until_drawn(page)
    expect(page.locator(".question .count")).to_contain_text("monitoring can reach 1 Service")
    assert drawn(page)["monitoring>payments/db:5432/TCP"] == "allowed"
    reviewer.press(page.get_by_role("link", name="In several hops"))
    page.wait_for_url("**ask=path**")
    wait_until_drawn(page)
    expect(page.locator(".question .count")).to_contain_text("possible pivots, not direct paths")
    assert reviewer.clicks == 2


def test_8_which_policy_allows_it_and_since_when(reviewer: Mouse) -> None:
    page = reviewer.page
    reviewer.ask("ci > payments/db:5432")
    wait_until_drawn(page)
    gate = page.locator(".gate").last
    expect(gate).to_contain_text("payments/db-clients")
    expect(gate).to_contain_text("ingress[3]")
    assert marked_lines(page)[-1] == "kubernetes.io/metadata.name: ci"
    reviewer.press(page.get_by_role("tab", name="History"))
    past = page.get_by_role("tabpanel", name="History")
    expect(past).to_contain_text("since #2")
    expect(past).to_contain_text("Opened by NetworkPolicy payments/db-clients changed")
    assert reviewer.clicks == 2


def test_9_what_a_draft_would_break(reviewer: Mouse) -> None:
    page = reviewer.page
    reviewer.press(page.get_by_role("link", name="What-if").first)
    reviewer.write(page.get_by_label("Manifests to add"), DRAFT)
    reviewer.press(page.get_by_role("button", name="Try it"))
    told = page.locator("p.delta")
    expect(told).to_have_text("Opens 0, closes 3, changes 1; name lookup breaks for 1")
    expect(page.get_by_text("Draft: nothing is applied")).to_be_visible()
    assert reviewer.clicks == 2


def test_10_the_proof_on_paper(reviewer: Mouse, administrator: AbstractBaseUser) -> None:
    page = reviewer.page
    reviewer.press(page.get_by_role("link", name="New report"))
    reviewer.press(page.get_by_role("button", name="Make the report"))
    page.wait_for_url(re.compile(r"/reports/\d+$"))
    make_report(Report.objects.get().pk)  # what the worker does with the message
    file = page.get_by_role("link", name="Download PDF")
    expect(file).to_be_visible()
    with page.expect_download() as download:
        reviewer.press(file)
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF-")
    assert reviewer.clicks == 3
