from __future__ import annotations

import re

import pytest
from django.test import Client

from apps.snapshots.models import Snapshot
from tests.web.pages import rows_of, text_of
from tests.web.quay import change_quay, store_quay

PAGE = "/c/quay/diff/1..2"

pytestmark = pytest.mark.usefixtures("quay_changed")


def get(visitor: Client, address: str = PAGE) -> str:
    response = visitor.get(address)
    assert response.status_code == 200
    return str(response.content.decode())


def test_edges_with_both_verdicts(visitor: Client) -> None:
    page = get(visitor)
    rows = {(row[1], row[2]): (row[0], row[3], row[4], row[5]) for row in rows_of(page)}
    assert rows["ci", "payments/db:5432/TCP"] == (
        "+ Opened",
        "Denied (proof before)",
        "Allowed by rule (proof after)",
        "resolves",
    )
    assert rows["orders", "ci/runner:80/TCP"] == (
        "− Closed",
        "Unrestricted (proof before)",
        "Denied (proof after)",
        "resolves → blocked",
    )
    assert "6 edges differ" in page


def test_each_side_leads_to_its_proof(visitor: Client) -> None:
    page = get(visitor)
    for number, verdict in ((1, "Denied"), (2, "Allowed by rule")):
        url = f"/c/quay/s/{number}/explain?from=ci&amp;to=payments/db&amp;port=5432/TCP"
        assert f'href="{url}"' in page
        assert verdict in get(visitor, url.replace("&amp;", "&"))


def test_causes_in_sentences(visitor: Client) -> None:
    page = get(visitor)
    causes = [text_of(each) for each in re.findall(r"<h3 id=\"cause-\d+-title\">(.*?)</h3>", page)]
    assert causes[:2] == [
        "1. NetworkPolicy/orders/closed appeared: closed 4 edges",
        "2. NetworkPolicy/payments/db-clients: spec.ingress[3].from: opened 1 edge, changed 1 edge",
    ]


def test_the_edges_of_a_cause_and_of_a_kind(visitor: Client) -> None:
    by_cause = rows_of(get(visitor, f"{PAGE}?cause=1"))
    assert {row[1] for row in by_cause} == {"ci", "partner-gw"}
    assert [row[0] for row in rows_of(get(visitor, f"{PAGE}?kind=opened"))] == ["+ Opened"]
    assert "− Closed" not in text_of(get(visitor, f"{PAGE}?kind=opened&cause=1"))


def test_lost_names_are_told(visitor: Client) -> None:
    assert "Name lookup broke for 1 namespace:  orders" in text_of(get(visitor))


def test_manifests_line_by_line(visitor: Client) -> None:
    page = get(visitor, f"{PAGE}?view=yaml")
    lines = {
        (look, line[1:].strip()) for look, line in re.findall(r'<span class="line (add|del)">(.*?)\n', page)
    }
    assert ("del", "kubernetes.io/metadata.name: partner-gw") in lines
    assert ("add", "kubernetes.io/metadata.name: ci") in lines
    assert "NetworkPolicy/orders/closed  appeared" in text_of(page)


def test_markup_in_a_label_is_text(visitor: Client) -> None:
    page = get(visitor, f"{PAGE}?view=yaml")
    assert "&lt;img src=x onerror=alert(1)&gt;" in page
    assert "<img" not in page


def test_backwards_is_the_reverse(visitor: Client) -> None:
    kinds = [row[0] for row in rows_of(get(visitor, "/c/quay/diff/2..1"))]
    assert kinds.count("+ Opened") == 4
    assert kinds.count("− Closed") == 1


def test_the_same_twice_differs_in_nothing(visitor: Client) -> None:
    page = get(visitor, "/c/quay/diff/2..2")
    assert "the same snapshot twice" in page
    assert "No edge differs." in page


def test_choosing_two_leads_to_their_page(visitor: Client) -> None:
    assert visitor.get("/c/quay/diff/?a=2&b=1").headers["Location"] == "/c/quay/diff/2..1"
    assert visitor.get("/c/quay/diff/").headers["Location"] == PAGE


@pytest.mark.parametrize("query", ["?a=9&b=2", "?a=one&b=2", "?b=0"])
def test_choosing_what_is_not_there_is_told(visitor: Client, query: str) -> None:
    response = visitor.get(f"/c/quay/diff/{query}")
    assert response.status_code == 404
    assert "there is no finished snapshot" in response.content.decode()


def test_a_first_snapshot_has_nothing_to_compare_with(visitor: Client) -> None:
    store_quay("Pier")
    assert "There is only one snapshot." in get(visitor, "/c/pier/diff/")


@pytest.mark.parametrize("query", ["?kind=widened", "?cause=x", "?view=pie"])
def test_a_wrong_filter_is_told_and_not_used(visitor: Client, query: str) -> None:
    page = get(visitor, PAGE + query)
    assert 'role="alert"' in page
    assert "6 edges differ" in page


def test_a_cause_that_is_not_there_is_not_found(visitor: Client) -> None:
    assert visitor.get(f"{PAGE}?cause=99").status_code == 404


def test_the_choice_stays_on_other_pages(visitor: Client, quay: Snapshot) -> None:
    change_quay(quay.cluster)
    banner = "/c/quay/s/3/?fragment=changes"
    assert "since #2" in text_of(get(visitor, banner))
    get(visitor, "/c/quay/diff/1..3")
    assert "since #1  (chosen)" in text_of(get(visitor, banner))
    assert "Compared with  #1  chosen" in text_of(get(visitor, "/c/quay/s/3/ns"))
    assert "since #2  (chosen)" in text_of(get(visitor, f"{banner}&vs=2"))


def test_long_lists_are_paged(visitor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = rows_of(get(visitor))
    monkeypatch.setattr("apps.web.views.changes.ROWS", 4)
    assert rows_of(get(visitor, f"{PAGE}?offset=4")) == whole[4:]
