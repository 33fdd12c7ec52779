"""What the canvas draws is told by the outline and by the table too, and all that anybody named is text."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page

from apps.reachability.take import snapshot_from_reading
from apps.snapshots.clusters import add_cluster
from apps.snapshots.manifests import read_bytes
from apps.snapshots.models import Cluster
from tests.browser.maps import wait_until_drawn
from tests.browser.pages import addresses_of_pages
from tests.browser.reviewed import add_decisions, store_reviewed

pytestmark = pytest.mark.browser

SHOWN = "show=allowed,partial,unrestricted,unknown,denied,empty"
WORDS = {
    "allowed": "Allowed by rule",
    "partial": "Partly",
    "unrestricted": "Unrestricted",
    "unknown": "Unknown",
    "denied": "Denied",
    "empty": "No pair",
}


@pytest.mark.parametrize("question", ["to=payments/db", "ask=from&from=orders", "q=to:payments"])
def test_outline_and_table_tell_what_the_canvas_draws(page: Page, question: str) -> None:
    store_reviewed()
    drawn = _edges_of_the_graph(page, f"{question}&{SHOWN}")
    assert drawn
    outline = page.locator("[data-part=outline] button").evaluate_all(
        "rows => rows.map(row => [row.dataset.id, row.innerText])"
    )
    told = {name: words for name, words in outline if ">" in name}
    assert set(told) == {line for line, _, _ in drawn}
    assert [line for line, _, verdict in drawn if WORDS[verdict] not in told[line]] == []

    page.goto(f"/c/quay/s/2/map?{question}&{SHOWN}&view=table")
    wait_until_drawn(page)
    rows = page.locator("[data-part=table] tbody tr").evaluate_all(
        "rows => rows.map(row => [row.dataset.id, row.querySelector('.verdict').innerText.trim()])"
    )
    listed = dict(rows)
    assert [
        (edge, listed.get(edge)) for _, edge, verdict in drawn if listed.get(edge) != WORDS[verdict]
    ] == []


def _edges_of_the_graph(page: Page, question: str) -> list[tuple[str, str, str]]:
    """Of the JSON that the drawing is made of: each line, the edge that it asks about (of several the most
    permissive), and the verdict."""
    page.goto(f"/c/quay/s/2/map?{question}")
    wait_until_drawn(page)
    graph = page.evaluate(
        "async () => { const url = new URL(document.querySelector('#map').dataset.graph, location.href);"
        " url.searchParams.set('show', new URLSearchParams(location.search).get('show'));"
        " return (await fetch(url)).json(); }"
    )
    return [
        (edge["id"], "{source}>{target}:{port}/{protocol}".format(**edge["ask"]), edge["verdict"])
        for edge in graph["edges"]
        if edge["ask"]
    ]


EVIL = "<img src=x onerror=alert(1)>"
MANIFESTS = f"""
apiVersion: v1
kind: Namespace
metadata: {{name: payments, labels: {{note: "{EVIL}"}}, annotations: {{note: "{EVIL}"}}}}
---
apiVersion: v1
kind: Pod
metadata: {{name: db, namespace: payments, labels: {{app: db, note: "{EVIL}"}}}}
spec: {{containers: [{{name: db, ports: [{{containerPort: 5432}}]}}]}}
---
apiVersion: v1
kind: Service
metadata: {{name: db, namespace: payments, annotations: {{note: "{EVIL}"}}}}
spec: {{selector: {{app: db}}, ports: [{{port: 5432}}]}}
---
apiVersion: v1
kind: Namespace
metadata: {{name: ci, labels: {{note: "{EVIL}"}}}}
---
apiVersion: v1
kind: Pod
metadata: {{name: runner, namespace: ci, labels: {{app: runner}}}}
spec: {{containers: [{{name: runner}}]}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {{name: db-clients, namespace: payments, annotations: {{note: "{EVIL}"}}}}
spec:
  podSelector: {{matchLabels: {{note: "{EVIL}"}}}}
  ingress: [{{from: [{{namespaceSelector: {{matchLabels: {{note: "{EVIL}"}}}}}}]}}]
---
apiVersion: {EVIL}/v1
kind: NetworkPolicy
metadata: {{name: "{EVIL}", namespace: payments}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {{name: "{EVIL}", namespace: payments}}
spec: {{podSelector: {{}}, policyTypes: [Egress]}}
"""


def test_markup_is_text_on_every_page(page: Page, administrator: User) -> None:
    """In labels, annotations, names, selectors, decisions and groups."""
    cluster = add_cluster(name="Quay", source=Cluster.Source.MANIFESTS)
    for manifests in (MANIFESTS.replace("- Ingress", ""), MANIFESTS.replace("[Egress]", "[Ingress, Egress]")):
        snapshot = snapshot_from_reading(cluster, read_bytes("evil.yaml", manifests.encode()))
    addresses = addresses_of_pages(administrator, add_decisions(snapshot))
    seen = set()
    for name, address in addresses.items():
        page.goto(address)
        page.wait_for_load_state("networkidle")
        assert page.locator(":is(main, body > *) :is(img, i, u, s)").count() == 0, name
        if EVIL in page.inner_text("main"):
            seen.add(name)
    assert {"namespaces", "namespace", "policies", "policy", "explain", "exceptions"} <= seen
