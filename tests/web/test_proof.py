"""The proof page and its piece for the panel."""

from __future__ import annotations

import html
import re

from django.test import Client

from apps.snapshots.models import Snapshot

EXPLAIN = "/c/quay/s/1/explain"


def get(visitor: Client, query: str) -> str:
    response = visitor.get(f"{EXPLAIN}?{query}")
    assert response.status_code == 200
    return str(response.content.decode())


def section(page: str, name: str) -> str:
    return page.partition(f'id="proof-{name}"')[2].partition("</section>")[0]


def marked(text: str) -> list[str]:
    """The marked lines of YAML as texts, without their numbers."""
    lines = re.findall(r'<span class="line hit">(.*?)\n</span>', text)
    return [
        html.unescape(re.sub(r"<[^>]+>", "", re.sub(r'<span class="ln".*?</span>', "", line)))
        for line in lines
    ]


def test_both_gates_name_policy_and_rule(visitor: Client, quay: Snapshot) -> None:
    page = get(visitor, "from=monitoring&to=payments/db&port=5432/TCP")
    gates = re.findall(
        r'<div class="gate (\w+)">\s*<b>(\w+).*?>([^<>]+)</a>\s*<span class="mono">([^<]*)', page, re.DOTALL
    )
    assert gates == [
        ("allowed", "OUT", "monitoring/to-payments-only", "egress[0]"),
        ("allowed", "IN", "payments/db-clients", "ingress[2]"),
    ]


def test_exactly_the_deciding_lines_are_marked(visitor: Client, quay: Snapshot) -> None:
    page = get(visitor, "from=monitoring&to=payments/db")
    assert marked(section(page, "ingress")) == [
        "    - from:",
        "        - namespaceSelector:",
        "            matchLabels:",
        "              kubernetes.io/metadata.name: monitoring",
    ]
    assert marked(section(page, "egress")) == [
        "    - to:",
        "        - namespaceSelector:",
        "            matchLabels:",
        "              kubernetes.io/metadata.name: payments",
    ]


def test_the_lines_are_told_in_words_and_linked(visitor: Client, quay: Snapshot) -> None:
    ingress = section(get(visitor, "from=monitoring&to=payments/db"), "ingress")
    told = re.search(r"lines (\d+)–(\d+) decide", ingress)
    assert told
    first, last = told.groups()
    assert f'href="/c/quay/s/1/policies/NetworkPolicy/payments/db-clients#L{first}-L{last}"' in ingress
    policy = visitor.get("/c/quay/s/1/policies/NetworkPolicy/payments/db-clients").content.decode()
    line = re.search(rf'<span class="line" id="L{last}">(.*?)\n</span>', policy)
    assert line
    assert "monitoring" in line[1]


def test_a_denial_names_the_closed_gate_and_the_nearest_miss(visitor: Client, quay: Snapshot) -> None:
    page = get(visitor, "from=ci&to=payments/db&port=5432")
    assert "Why is this denied?" in page
    assert re.search(r'<div class="gate open">\s*<b>OUT', page)
    assert re.search(r'<div class="gate denied">\s*<b>IN', page)
    assert "Nearest miss:" in page
    assert page.index('id="proof-ingress"') < page.index('id="proof-egress"')
    assert marked(section(page, "ingress"))[:3] == ["  podSelector:", "    matchLabels:", "      app: db"]


def test_markup_in_a_cluster_is_text(visitor: Client, quay: Snapshot) -> None:
    page = get(visitor, "from=ci&to=payments/db")
    assert "<img" not in page
    assert page.count("&lt;img src=x onerror=alert(1)&gt;") >= 2  # the nearest miss, and the YAML


def test_an_unknown_names_its_reason(visitor: Client, quay: Snapshot) -> None:
    page = get(visitor, "from=partner-gw&to=payments/db")
    assert "CiliumNetworkPolicy" in page
    assert re.search(r'<div class="gate unknown">\s*<b>OUT', page)


def test_name_lookup_and_labels_of_choice_are_reasons(visitor: Client, quay: Snapshot) -> None:
    blocked = get(visitor, "from=monitoring&to=payments/db")
    assert "Name lookup is blocked" in blocked
    assert "db.payments.svc.cluster.local" in blocked
    partly = get(visitor, "from=orders&to=payments/db")
    assert "Partly: 1 of 2 pairs are allowed" in partly
    assert "at best the answer is “Allowed by rule”" in partly


def test_a_source_without_workloads_has_no_gates(visitor: Client, quay: Snapshot) -> None:
    page = get(visitor, "from=vacant&to=payments/db")
    assert "Who would ask?" in page
    assert 'class="gate ' not in page


def test_the_panel_gets_the_same_article(visitor: Client, quay: Snapshot) -> None:
    query = "from=orders&to=payments/db"
    piece = get(visitor, f"{query}&fragment=1")
    assert piece.lstrip().startswith('<article class="proof">')
    article = get(visitor, query).partition('<article class="proof">')[2].partition("</article>")[0]
    closing = ' <button type="button" class="plain" data-close>Close</button>'
    assert (
        piece.replace(closing, "").partition('<article class="proof">')[2].partition("</article>")[0]
        == article
    )
