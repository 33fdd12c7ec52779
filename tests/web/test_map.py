"""The reach map without its scripts: question, legend and table."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from apps.reachability.take import snapshot_from_reading
from apps.snapshots.clusters import add_cluster
from apps.snapshots.manifests import read_bytes
from apps.snapshots.models import Cluster, Snapshot

MAP = "/c/quay/s/1/map"


def rows(page: str) -> list[tuple[str, ...]]:
    """The table's rows as texts."""
    body = page.partition("<tbody>")[2].partition("</tbody>")[0]
    texts = [
        [re.sub(r"<[^>]+>", "", cell).strip() for cell in row.split("</td>")[:-1]]
        for row in body.split("</tr>")
    ]
    return [tuple(row) for row in texts if row]


def get(visitor: Client, query: str = "") -> str:
    response = visitor.get(f"{MAP}{query}")
    assert response.status_code == 200
    return str(response.content.decode())


def test_the_table_answers_the_question(visitor: Client, quay: Snapshot) -> None:
    page = get(visitor, "?to=payments/db&view=table")
    assert rows(page) == [
        ("monitoring", "payments/db", "5432/TCP", "Allowed by rule", "1 of 1", "no DNS", ""),
        ("orders", "payments/db", "5432/TCP", "Partly", "1 of 2", "resolves", "Allowed by rule"),
        ("partner-gw", "payments/db", "5432/TCP", "Unknown", "0 of 1", "unknown", ""),
    ]
    assert "3 drawn · 0 folded · 4 hidden" in page


def test_the_legend_counts_and_filters(visitor: Client, quay: Snapshot) -> None:
    page = get(visitor, "?to=payments/db&view=table&show=denied")
    assert [row[0] for row in rows(page)] == ["ci", "kube-system"]
    chips = re.findall(r'value="(\w+)" aria-pressed="(true|false)".*?</span> (\d+)', page, re.DOTALL)
    assert chips == [
        ("allowed", "false", "1"),
        ("partial", "false", "1"),
        ("unrestricted", "false", "0"),
        ("unknown", "false", "1"),
        ("denied", "true", "2"),
        ("empty", "false", "2"),
    ]


def test_a_chip_is_a_button_of_a_form(visitor: Client, quay: Snapshot) -> None:
    response = visitor.get(f"{MAP}?to=payments/db&view=table&toggle=denied")
    shown = "allowed,partial,unrestricted,unknown,denied"
    assert response.headers["Location"] == f"{MAP}?ask=to&to=payments/db&view=table&show={shown}"


def test_the_last_verdict_stays(visitor: Client, quay: Snapshot) -> None:
    response = visitor.get(f"{MAP}?to=payments/db&show=denied&toggle=denied")
    assert response.headers["Location"] == f"{MAP}?ask=to&to=payments/db&show=denied"


def test_what_one_namespace_can_reach(visitor: Client, quay: Snapshot) -> None:
    page = get(visitor, "?ask=from&from=monitoring&view=table")
    assert [row[1:4] for row in rows(page)] == [("payments/db", "5432/TCP", "Allowed by rule")]
    assert "What can" in page


def test_both_ends_may_be_given(visitor: Client, quay: Snapshot) -> None:
    page = get(visitor, "?to=payments/db&from=orders")
    assert 'data-sel="orders&gt;payments/db:5432/TCP"' in page
    table = get(visitor, "?to=payments/db&from=orders&view=table")
    assert [row[0] for row in rows(table)] == ["orders"]


@pytest.mark.parametrize(
    ("query", "complaint"),
    [
        ("?to=payments/cache", "This snapshot has no namespace payments/cache, and no Service of that name"),
        ("?ask=from&from=nobody", "This snapshot has no namespace nobody."),
        ("?to=payments/db&port=80", "payments/db has no port 80; it has 5432/TCP."),
        ("?from=nobody&to=x/db&view=matrix", "no namespace nobody. This snapshot has no namespace x/db, and"),
    ],
)
def test_what_the_snapshot_lacks_is_said(visitor: Client, quay: Snapshot, query: str, complaint: str) -> None:
    assert complaint in get(visitor, query)


def test_the_sentence_offers_services_and_their_ports(visitor: Client, quay: Snapshot) -> None:
    page = get(visitor, "?to=payments/db")
    assert '<option value="kube-system/kube-dns" data-ports="53/TCP 53/UDP">' in page
    port = page.partition('<select name="port">')[2].partition("</select>")[0]
    assert re.findall("<option[^>]*>([^<]*)", port) == ["any port", "5432/TCP"]


@pytest.mark.parametrize(
    ("query", "flipped"),
    [
        ("?to=payments/db", "?ask=from&from=payments"),
        ("?to=payments/db&sel=orders>payments/db:5432/TCP", "?ask=from&from=orders"),
        ("?ask=from&from=payments", "?ask=to&to=payments"),
        ("?ask=from&from=orders&sel=orders>payments/db:5432/TCP", "?ask=to&to=payments/db"),
    ],
)
def test_flipping_the_question(visitor: Client, quay: Snapshot, query: str, flipped: str) -> None:
    response = visitor.get(f"{MAP}{query}&flip=1")
    assert response.headers["Location"] == f"{MAP}{flipped}"


def test_a_cluster_without_policies_says_so(visitor: Client, db: None) -> None:
    cluster = add_cluster(name="Open", source=Cluster.Source.MANIFESTS)
    text = b"{apiVersion: v1, kind: Namespace, metadata: {name: lab}}"
    snapshot_from_reading(cluster, read_bytes("lab.yaml", text))
    assert "No network policy exists in this snapshot" in visitor.get("/c/open/s/1/map").content.decode()
    assert "No network policy exists." in visitor.get("/c/open/s/1/policies").content.decode()


def test_a_filter_that_matches_nothing_says_so(visitor: Client, quay: Snapshot) -> None:
    page = get(visitor, "?to=payments/db&view=table&show=unrestricted")
    assert "Nothing matches these verdicts." in page
    assert 'href="?ask=to&amp;to=payments/db&amp;view=table"' in page


def test_long_tables_are_paged(visitor: Client, quay: Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("apps.web.edge_table.ROWS", 2)
    first = get(visitor, "?to=payments/db&view=table")
    assert "1–2 of 3" in first
    assert f'href="{MAP}?to=payments/db&amp;view=table&amp;offset=2"' in first
    second = get(visitor, "?to=payments/db&view=table&offset=2")
    assert [row[0] for row in rows(second)] == ["partner-gw"]


def test_what_could_not_be_read_is_on_every_page(visitor: Client, quay: Snapshot) -> None:
    quay.coverage["unread"] = [
        {
            "kind": "Node", "namespace": "", "name": "", "reason": "HTTP 403", "touches": "",
            "directions": ["egress", "ingress"], "only_restricts": False,
        }
    ]  # fmt: skip
    quay.save()
    page = get(visitor)
    assert "1 kind of objects could not be read" in page
    assert "<code>Node</code>: HTTP 403" in page
