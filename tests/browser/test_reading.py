"""From manifests and from a live cluster to an answer, in a browser."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from apps.reachability.take import run_snapshot
from apps.snapshots.models import Snapshot
from tests.browser.maps import click_edge, marked_lines, wait_until_drawn
from tests.fakes.kube_api import KubeApi
from tests.fakes.kube_objects import namespace, pod, policy, service
from tests.web.quay import FILE

pytestmark = pytest.mark.browser


def test_uploaded_manifests(page: Page) -> None:
    page.goto("/")
    page.get_by_role("link", name="Add a cluster").click()
    manifests = page.locator("form", has_text="From manifests")
    manifests.get_by_label("Name").fill("Harbour")
    manifests.get_by_label("Files").set_input_files(FILE)
    manifests.get_by_role("button", name="Upload and read").click()
    page.get_by_role("link", name="Open its map").click()
    wait_until_drawn(page)
    page.goto("/c/harbour/s/1/map?to=payments/db")
    wait_until_drawn(page)
    click_edge(page, "monitoring>payments/db:5432/TCP")
    expect(page.locator(".gate").last).to_contain_text("payments/db-clients")
    assert marked_lines(page)[-1] == "kubernetes.io/metadata.name: monitoring"


def test_a_wrong_file_is_refused_in_place(page: Page, tmp_path: Path) -> None:
    torn = tmp_path / "torn.yaml"
    torn.write_text("kind: [")
    page.goto("/c/new")
    manifests = page.locator("form", has_text="From manifests")
    manifests.get_by_label("Name").fill("Harbour")
    manifests.get_by_label("Files").set_input_files(torn)
    manifests.get_by_role("button", name="Upload and read").click()
    expect(page.locator("#id_manifests_error")).to_contain_text("torn.yaml")


def test_a_live_cluster(page: Page) -> None:
    gate = policy("shop", "from-lab")
    gate["spec"] |= {
        "policyTypes": ["Ingress"],
        "ingress": [
            {"from": [{"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "lab"}}}]}
        ],
    }
    objects = [
        namespace("shop"),
        namespace("lab"),
        pod("shop", "web-5d4f8c7b9-aaaaa", number=1),
        pod("lab", "web-5d4f8c7b9-bbbbb", number=2),
        service("shop", "web"),
        gate,
    ]
    with KubeApi(objects, token="t0ken") as api:
        page.goto("/c/new")
        live = page.locator("form", has_text="A live cluster")
        live.get_by_label("Name").fill("Harbour")
        live.get_by_label("Kubeconfig").fill(api.kubeconfig())
        live.get_by_role("button", name="Add and take a snapshot").click()
        expect(page.get_by_text("Queued", exact=True)).to_be_visible()
        run_snapshot(Snapshot.objects.get().pk)  # what the worker does with the message
        expect(page.get_by_role("link", name="Open its map")).to_be_visible()
        expect(page.locator("#live")).to_have_text("Snapshot 1 is complete")
    page.goto("/c/harbour/s/1/map?to=shop/web")
    wait_until_drawn(page)
    click_edge(page, "lab>shop/web:80/TCP")
    expect(page.locator(".gate").last).to_contain_text("shop/from-lab")
    assert marked_lines(page) == [
        "- from:",
        "- namespaceSelector:",
        "matchLabels:",
        "kubernetes.io/metadata.name: lab",
    ]
