"""The map compared with an older snapshot, the view that it opens with, and where its proofs lead."""

from __future__ import annotations

import csv
import io
import re

import pytest
from django.test import Client

from apps.snapshots.models import Snapshot
from tests.web.pages import rows_of, text_of
from tests.web.quay import remove_monitoring

MAP = "/c/quay/s/2/map"


def get(visitor: Client, address: str) -> str:
    response = visitor.get(address)
    assert response.status_code == 200
    return str(response.content.decode())


def test_the_table_says_what_is_new_and_closed_whatever_the_verdicts(
    visitor: Client, quay_changed: Snapshot
) -> None:
    page = get(visitor, f"{MAP}?to=payments/db&view=table&vs=1&show=unknown")
    assert "Against #1" in page
    assert [(row[0], row[3], row[4]) for row in rows_of(page.partition('data-part="table"')[2])] == [
        ("ci", "Allowed by rule", "new was Denied"),
        ("orders", "Denied", "closed was Partly"),
    ]


def test_the_headline_leads_to_these_alone(visitor: Client, quay_changed: Snapshot) -> None:
    page = get(visitor, f"{MAP}?to=payments/db&vs=1")
    found = re.search(r'<a class="delta" href="([^"]+)">(.*?)</a>', page, re.DOTALL)
    assert found
    assert re.sub(r"\s+", " ", text_of(found[2])).startswith("+1 new −1 closed since #1")
    only = get(visitor, MAP + found[1].replace("&amp;", "&") + "&show=allowed,denied,partial")
    assert {row[0] for row in rows_of(only.partition('data-part="table"')[2])} == {"ci", "orders"}


def test_an_edge_that_lost_its_end_is_named(visitor: Client, quay_changed: Snapshot) -> None:
    remove_monitoring(quay_changed.cluster)
    said = re.sub(r"\s+", " ", text_of(get(visitor, "/c/quay/s/3/map?to=payments/db&vs=2")))
    assert "1 closed edge without an end" in said
    assert "monitoring → payments/db 5432/TCP was Allowed by rule in #2" in said
    elsewhere = text_of(get(visitor, "/c/quay/s/3/map?to=ci/runner&vs=2"))
    assert "without an end" not in elsewhere


def test_nothing_differs_is_said(visitor: Client, quay_changed: Snapshot) -> None:
    assert "Nothing of this differs from #1." in text_of(
        get(visitor, f"{MAP}?to=kube-system/kube-dns&from=ci&vs=1")
    )


@pytest.mark.parametrize(("asked", "number"), [("9", "9"), ("2", "2")])
def test_what_cannot_be_compared_with_is_said(
    visitor: Client, quay_changed: Snapshot, asked: str, number: str
) -> None:
    page = get(visitor, f"{MAP}?to=payments/db&vs={asked}")
    assert f"There is no snapshot #{number} before #2 to compare with." in page
    assert "Stop comparing" not in page
    assert visitor.get(f"{MAP.replace('map', 'edges.csv')}?to=payments/db&vs={asked}").status_code == 404


def test_the_choice_is_kept_and_can_be_taken_back(visitor: Client, quay_changed: Snapshot) -> None:
    remove_monitoring(quay_changed.cluster)
    page = get(visitor, "/c/quay/s/3/map?to=payments/db&vs=1")
    assert 'href="?ask=to&amp;to=payments/db" data-keeps-state data-key="d"' in page
    later = get(visitor, "/c/quay/s/3/map?to=payments/db")
    assert "Mark what is new or closed since #1" in later
    assert "data-versus" not in later
    assert 'href="?ask=to&amp;to=payments/db&amp;vs=2"' in later


def test_every_view_and_file_of_a_comparison_is_compared(visitor: Client, quay_changed: Snapshot) -> None:
    page = get(visitor, f"{MAP}?to=payments/db&view=split&vs=1")
    assert page.count("against=1") >= 2  # the drawing's address and the matrix's
    picture = get(visitor, f"{MAP.replace('map', 'map.svg')}?to=payments/db&vs=1")
    assert "5432/TCP · new" in picture
    assert "compared with #1" in picture
    cells = get(visitor, f"{MAP.replace('map', 'map.svg')}?view=matrix&vs=1")
    assert {"+", "−"} <= set(re.findall(r">([^<])</text>", cells))
    answer = visitor.get(f"{MAP.replace('map', 'edges.csv')}?to=payments/db&vs=1")
    rows = list(csv.DictReader(io.StringIO(answer.getvalue().decode().partition("\r\n\r\n")[2])))
    assert {
        (row["source"], row["change"], row["verdict_before"]) for row in rows if row["change"] != "changed"
    } >= {
        ("ci", "opened", "denied"),
        ("orders", "closed", "partial"),
    }


def test_hops_can_be_had_as_a_picture(visitor: Client, quay: Snapshot) -> None:
    address = "ask=path&from=monitoring"
    assert "Picture as SVG" in get(visitor, f"/c/quay/s/1/map?{address}")
    picture = get(visitor, f"/c/quay/s/1/map.svg?{address}")
    assert "possible pivots, not direct paths" in picture
    assert "payments/db" in picture


def test_a_small_cluster_opens_in_two_views_and_says_why(visitor: Client, quay: Snapshot) -> None:
    page = get(visitor, "/c/quay/s/1/map")
    assert 'class="answer as-split"' in page
    assert "7 namespaces have room as graph and as matrix" in page
    assert 'class="answer as-graph"' in get(visitor, "/c/quay/s/1/map?to=payments/db")


def test_a_large_cluster_opens_with_its_matrix(
    visitor: Client, quay: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("apps.web.first_view.MOST_PLAIN", 5)
    page = get(visitor, "/c/quay/s/1/map")
    assert 'class="answer as-matrix"' in page
    assert "7 namespaces are too many for one graph" in page
    assert 'class="answer as-graph"' in get(visitor, "/c/quay/s/1/map?to=payments/db")
    assert "view=matrix" in re.findall(r'href="([^"]*map.svg[^"]*)"', page)[0]


def test_too_many_answers_for_cards_are_listed(
    visitor: Client, quay: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("apps.web.first_view.MOST_CARDS", 1)
    page = get(visitor, "/c/quay/s/1/map?to=payments/db")
    assert 'class="answer as-table"' in page
    assert "too many for cards that can be read" in page
    assert re.search(r"\d+ drawn · 0 folded · \d+ hidden", page)
    assert 'class="answer as-graph"' in get(visitor, "/c/quay/s/1/map?to=payments/db&view=graph")
    assert 'class="answer as-table"' in get(visitor, "/c/quay/s/1/map?ask=path&from=monitoring")


def test_the_readers_own_view_wins(visitor: Client, quay: Snapshot) -> None:
    visitor.cookies["view"] = "table"
    page = get(visitor, "/c/quay/s/1/map")
    assert 'class="answer as-table"' in page
    assert "have room" not in page
    assert 'class="answer as-graph"' in get(visitor, "/c/quay/s/1/map?view=graph")
    visitor.cookies["view"] = "<b>"
    assert 'class="answer as-split"' in get(visitor, "/c/quay/s/1/map")


def test_a_proof_leads_to_a_report_and_to_a_draft(visitor: Client, quay: Snapshot) -> None:
    page = get(visitor, "/c/quay/s/1/explain?from=ci&to=payments/db&port=5432/TCP")
    links = dict(
        re.findall(r'<a class="button" href="([^"]+)"[^>]*>(Add to report|Try in what-if)</a>', page)
    )
    report, draft = (
        {word: link for link, word in links.items()}[word] for word in ("Add to report", "Try in what-if")
    )
    assert 'value="ci,payments"' in get(visitor, report)
    form = get(visitor, draft)
    assert "name: db-clients" in form.partition("<textarea")[2].partition("</textarea>")[0]


def test_a_draft_starts_empty_from_what_there_is_not(visitor: Client, quay: Snapshot) -> None:
    for start in ("NetworkPolicy/payments/none", "nonsense", "%00"):
        form = get(visitor, f"/c/quay/s/1/whatif?start={start}")
        assert not form.partition("<textarea")[2].partition(">")[2].partition("</textarea>")[0].strip()
