"""The filter on the map's page: chips, complaints, and what comes near where nothing matches."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from apps.snapshots.models import Snapshot

MAP = "/c/quay/s/1/map"
ALL = "allowed,partial,unrestricted,unknown,denied,empty"


def get(visitor: Client, query: str, **more: str) -> str:
    response = visitor.get(MAP, {"q": query, "view": "table", "show": ALL, **more})
    assert response.status_code == 200
    return str(response.content.decode())


def rows(page: str) -> list[str]:
    return re.findall(r'<tr data-id="([^"]+)"', page)


def test_the_table_shows_the_edges_of_the_filter(visitor: Client, quay: Snapshot) -> None:
    assert rows(get(visitor, "orders > payments/db")) == ["orders&gt;payments/db:5432/TCP"]
    assert rows(get(visitor, "port:53 -from:ci", to="payments")) == []


def test_a_question_of_two_ends_is_answered_with_yes_or_no(visitor: Client, quay: Snapshot) -> None:
    assert "Yes: 2 of 2 pairs of namespaces allowed by policy" in get(visitor, "from:env=prod to:ci")
    assert "No: none of 1 pair of namespaces allowed by policy" in get(visitor, "from:ci to:payments")
    assert "Unknown: 1 of 1 pair of namespaces" in get(visitor, "from:partner-gw to:payments")
    assert "2 edges match, 0 of them allowed by policy" in get(visitor, "verdict:denied to:payments/db")


def test_each_token_can_be_removed(visitor: Client, quay: Snapshot) -> None:
    page = get(visitor, "from:orders -dns:blocked")
    links = re.findall(r'<a class="token" href="([^"]+)">', page)
    assert [re.findall(r"q=([^&]*)", link) for link in links] == [["-dns:blocked"], ["from:orders"]]


def test_what_cannot_be_read_is_said_and_nothing_is_hidden(visitor: Client, quay: Snapshot) -> None:
    page = get(visitor, "form:<img src=x>")
    assert "form:&lt;img: there is no key form" in page
    assert "Did you mean from:&lt;img" in page
    assert "<img src=x>" not in page
    assert rows(page)


def test_a_snapshot_that_is_not_there_is_said(visitor: Client, quay: Snapshot) -> None:
    assert "has no such snapshot" in get(visitor, "changed:new since:#7")


def test_where_nothing_matches_the_nearest_names_are_shown(visitor: Client, quay: Snapshot) -> None:
    page = get(visitor, "from:ordrs to:payments/db")
    assert "No edge matches the filter" in page
    assert "from:orders" in page
    assert ">Clear</a>" in page


@pytest.mark.parametrize(
    "address", ["map?view=graph&", "map?view=split&", "map?view=matrix&", "map.svg?", "map.svg?view=matrix&"]
)
def test_a_service_of_which_nothing_is_kept_is_no_error(
    visitor: Client, quay: Snapshot, address: str
) -> None:
    assert visitor.get(f"/c/quay/s/1/{address}to=payments/db&q=from:ordrs").status_code == 200


def test_where_only_all_together_match_nothing_that_is_said(visitor: Client, quay: Snapshot) -> None:
    assert "all together match none" in get(visitor, "from:orders -from:orders")
