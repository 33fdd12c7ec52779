from __future__ import annotations

import re

import pytest
from django.test import Client

from apps.reachability.take import snapshot_from_reading
from apps.snapshots.clusters import add_cluster
from apps.snapshots.manifests import read_bytes
from apps.snapshots.models import Cluster, Snapshot
from tests.web.pages import rows_of, text_of

TABLE = "/c/quay/s/1/ns"


def get(visitor: Client, address: str) -> str:
    response = visitor.get(address)
    assert response.status_code == 200
    return str(response.content.decode())


def names(page: str) -> list[str]:
    return [row[0] for row in rows_of(page)]


def test_a_row_tells_isolation_names_and_reach(visitor: Client, quay: Snapshot) -> None:
    rows = {row[0]: row[1:] for row in rows_of(get(visitor, TABLE))}
    assert rows["payments"][:6] == ["✓ Default deny", "✕ Missing", "✓ resolves", "2", "2 +1?", "1"]
    assert rows["monitoring"][:4] == ["✕ Missing", "✓ Default deny", "✕ blocked", "1"]
    assert rows["vacant"][2] == "no pods"
    assert rows["partner-gw"][1] == "? Unknown"


def test_counts_agree_with_the_edges(visitor: Client, quay: Snapshot) -> None:
    rows = {row[0]: row[1:] for row in rows_of(get(visitor, TABLE))}
    shown = "view=table&show=allowed,partial,unrestricted"
    reached = rows_of(get(visitor, f"/c/quay/s/1/map?ask=from&from=orders&{shown}"))
    assert rows["orders"][3] == str(len({row[1] for row in reached if not row[1].startswith("orders/")}))
    reaching = rows_of(get(visitor, f"/c/quay/s/1/map?to=kube-system&{shown}"))
    assert rows["kube-system"][4].split()[0] == str(len({row[0] for row in reaching} - {"kube-system"}))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?missing=default-deny-egress", ["ci", "kube-system", "orders", "payments", "vacant"]),
        ("?dns=blocked", ["monitoring"]),
        ("?q=pa", ["partner-gw", "payments"]),
        ("?q=env=prod", ["orders", "payments"]),
        ("?q=env=prod&missing=default-deny-ingress", ["orders"]),
    ],
)
def test_filters(visitor: Client, quay: Snapshot, query: str, found: list[str]) -> None:
    page = get(visitor, TABLE + query)
    assert names(page) == found
    assert f"{7 - len(found)} hidden by the filter" in page


def test_a_wrong_filter_is_told_at_its_field(visitor: Client, quay: Snapshot) -> None:
    page = get(visitor, f"{TABLE}?dns=maybe&sort=luck")
    assert "maybe is not one of the available choices" in page
    assert "Sort: Select a valid choice. luck" in page
    assert len(names(page)) == 7


def test_columns_sort_both_ways(visitor: Client, quay: Snapshot) -> None:
    page = get(visitor, f"{TABLE}?q=&sort=-workloads&dns=resolves")
    heads = dict(re.findall(r'<th scope="col"[^>]*?(?:aria-sort="(\w+)")?><a href="[^"]*sort=([\w-]+)', page))
    assert heads["descending"] == "workloads"
    assert "?dns=resolves&amp;sort=-reaches" in page
    counts = [int(row[6]) for row in rows_of(page)]
    assert counts == sorted(counts, reverse=True)
    assert names(get(visitor, f"{TABLE}?sort=-name"))[0] == "vacant"


def test_pages_keep_filter_and_order(
    visitor: Client, quay: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("apps.web.views.namespaces.ROWS", 2)
    first = get(visitor, f"{TABLE}?sort=-name")
    assert names(first) == ["vacant", "payments"]
    assert f'href="{TABLE}?sort=-name&amp;offset=2"' in first
    assert names(get(visitor, f"{TABLE}?sort=-name&offset=2")) == ["partner-gw", "orders"]


def test_markup_in_a_label_is_text(visitor: Client, quay_changed: Snapshot) -> None:
    for address in ("/c/quay/s/2/ns", "/c/quay/s/2/ns/ci"):
        page = get(visitor, address)
        assert "note=&lt;img src=x onerror=alert(1)&gt;" in page
        assert "<img" not in page


def test_a_namespace_has_its_policies_services_and_findings(visitor: Client, quay: Snapshot) -> None:
    page = get(visitor, "/c/quay/s/1/ns/payments")
    assert [row[:1] + row[2:] for row in rows_of(page)] == [
        ["payments/db-clients", "ingress", "1 of 1"],
        ["payments/default-deny", "ingress", "1 of 1"],
    ]
    assert 'href="/c/quay/s/1/ns/payments/svc/db"' in page
    assert "In · edges to its Services" in text_of(page).replace("  ", " ")
    assert 'href="/c/quay/s/1/map?to=payments&amp;view=table&amp;show=partial"' in page
    assert "No policy isolates 1 of 1 workloads of payments for egress." in page


def test_a_cluster_wide_policy_is_among_those_that_select(visitor: Client, db: None) -> None:
    text = b"""
{apiVersion: v1, kind: Namespace, metadata: {name: lab}}
---
{apiVersion: v1, kind: Pod, metadata: {name: rat, namespace: lab}, spec: {containers: [{name: rat}]}}
---
apiVersion: policy.networking.k8s.io/v1alpha1
kind: AdminNetworkPolicy
metadata: {name: quarantine}
spec:
  priority: 1
  subject: {namespaces: {}}
  ingress: [{name: none, action: Deny, from: [{namespaces: {}}]}]
"""
    cluster = add_cluster(name="Lab", source=Cluster.Source.MANIFESTS)
    snapshot_from_reading(cluster, read_bytes("lab.yaml", text))
    page = get(visitor, "/c/lab/s/1/ns/lab")
    assert rows_of(page) == [["quarantine", "AdminNetworkPolicy", "rule by rule", "1 of 1"]]
    assert "✓ Default deny" in page


def test_a_service_has_its_name_ports_and_backends(visitor: Client, quay: Snapshot) -> None:
    page = get(visitor, "/c/quay/s/1/ns/payments/svc/db")
    assert '<code id="fqdn">db.payments.svc.cluster.local</code>' in page
    port = rows_of(page)[0]
    assert port[:2] == ["5432/TCP", "payments/Pod/db on 5432"]
    assert 'href="/c/quay/s/1/map?to=payments/db&amp;port=5432/TCP&amp;view=table&amp;show=denied"' in page


@pytest.mark.parametrize(("source", "short"), [("payments", "this Service"), ("orders", "no Service")])
def test_what_a_short_name_means(visitor: Client, quay: Snapshot, source: str, short: str) -> None:
    page = get(visitor, f"/c/quay/s/1/ns/payments/svc/db?from={source}")
    table = page.partition('id="names-title"')[2]
    assert rows_of(table)[:2] == [["db", short], ["db.payments", "this Service"]]


def test_a_name_that_another_service_has(visitor: Client, db: None) -> None:
    text = "\n---\n".join(
        f"{{apiVersion: v1, kind: Namespace, metadata: {{name: {name}}}}}\n---\n"
        f"{{apiVersion: v1, kind: Service, metadata: {{name: db, namespace: {name}}}, "
        "spec: {ports: [{port: 1}]}}"
        for name in ("east", "west")
    )
    cluster = add_cluster(name="Two", source=Cluster.Source.MANIFESTS)
    snapshot_from_reading(cluster, read_bytes("two.yaml", text.encode()))
    page = get(visitor, "/c/two/s/1/ns/east/svc/db?from=west").partition('id="names-title"')[2]
    assert rows_of(page)[0] == ["db", "another one: west/db"]


def test_a_source_without_dns_is_warned_of(visitor: Client, quay: Snapshot) -> None:
    page = get(visitor, "/c/quay/s/1/ns/payments/svc/db?from=monitoring")
    assert "pods of monitoring may not ask the cluster's DNS" in text_of(page)


def test_a_source_that_is_not_there_is_told_at_the_field(visitor: Client, quay: Snapshot) -> None:
    page = get(visitor, "/c/quay/s/1/ns/payments/svc/db?from=nobody")
    assert "There is no namespace 'nobody' in this snapshot." in text_of(page)
    assert 'aria-describedby="names-complaint"' in page


@pytest.mark.parametrize(
    "address", [f"{TABLE}/nobody", f"{TABLE}/payments/svc/cache", f"{TABLE}/nobody/svc/db"]
)
def test_what_is_not_there_is_not_found(visitor: Client, quay: Snapshot, address: str) -> None:
    assert visitor.get(address).status_code == 404
