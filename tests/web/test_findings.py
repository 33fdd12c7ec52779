from __future__ import annotations

import re

import pytest
from django.test import Client

from apps.snapshots.models import Snapshot
from tests.web.pages import text_of

PAGE = "/c/quay/s/1/findings"


def get(visitor: Client, query: str = "") -> str:
    response = visitor.get(PAGE + query)
    assert response.status_code == 200
    return str(response.content.decode())


def told(page: str) -> list[str]:
    """Severity and message of each finding."""
    heads = re.findall(r"<article.*?<h2[^>]*>(.*?)</h2>", page, re.DOTALL)
    return [text_of(head).replace("  ", ": ", 1) for head in heads]


def test_the_gravest_come_first(visitor: Client, quay: Snapshot) -> None:
    page = get(visitor)
    severities = [each.partition(":")[0] for each in told(page)]
    order = ["High", "Medium", "Low", "Info"]
    assert severities == sorted(severities, key=order.index)
    assert f"{len(severities)} findings" in page
    assert told(page)[0].startswith("High: ci/runner is unrestricted")


@pytest.mark.parametrize(
    ("query", "every"),
    [
        ("?severity=high", "High: "),
        ("?id=dns-blocked", "Medium: Pods of monitoring may not ask"),
        (
            "?namespace=ci&id=no-default-deny-egress",
            "Low: No policy isolates 1 of 1 workloads of ci for egress",
        ),
    ],
)
def test_filters(visitor: Client, quay: Snapshot, query: str, every: str) -> None:
    found = told(get(visitor, query))
    assert found
    assert all(each.startswith(every) for each in found)
    assert len(found) < len(told(get(visitor)))


def test_evidence_leads_to_the_lines(visitor: Client, quay: Snapshot) -> None:
    page = get(visitor, "?id=dns-blocked")
    url = "/c/quay/s/1/policies/NetworkPolicy/monitoring/to-payments-only#L1-L"
    assert f'href="{url}' in page
    anchor = re.search(r'<article class="finding" id="([^"]+)"', page)
    assert anchor
    assert f'href="#{anchor[1]}"' in page


def test_an_anchor_is_the_same_in_the_next_snapshot(visitor: Client, quay_changed: Snapshot) -> None:
    first, second = (
        set(re.findall(r'id="(f-\w+)"', visitor.get(f"/c/quay/s/{number}/findings").content.decode()))
        for number in (1, 2)
    )
    assert len(first & second) > 5
    assert first != second


def test_markup_in_evidence_is_text(visitor: Client, quay: Snapshot) -> None:
    page = get(visitor, "?namespace=payments")
    assert "<img" not in page


def test_a_filter_that_matches_nothing_says_so(visitor: Client, quay: Snapshot) -> None:
    page = get(visitor, "?namespace=nobody")
    assert "No finding is like that." in page
    assert told(page) == []


def test_a_wrong_filter_is_told_at_its_field(visitor: Client, quay: Snapshot) -> None:
    page = get(visitor, "?severity=awful")
    assert "awful is not one of the available choices" in page
    assert told(page)


def test_long_lists_are_paged(visitor: Client, quay: Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = told(get(visitor))
    monkeypatch.setattr("apps.web.views.findings.ROWS", 5)
    assert told(get(visitor, "?offset=5")) == whole[5:10]
