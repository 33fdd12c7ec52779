from __future__ import annotations

import pytest
from django.test import Client

from apps.reachability.take import snapshot_from_reading
from apps.snapshots.manifests import read_bytes
from apps.snapshots.models import Snapshot
from tests.web.quay import FILE

MAP = "/c/quay/s/1/map"


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("payments/db", "?ask=to&to=payments/db"),
        ("payments/db:5432", "?ask=to&to=payments/db&port=5432"),
        ("db", "?ask=to&to=payments/db"),
        ("orders", "?ask=from&from=orders"),
        ("orders > payments/db:5432/tcp", "?ask=to&to=payments/db&from=orders&port=5432/TCP"),
        ("orders > db", "?ask=to&to=payments/db&from=orders"),
        ("db:5432", "?ask=to&to=payments/db&port=5432"),
        ("from:orders to:payments/db", "?ask=to&to=payments/db&from=orders"),
        ("from:env=prod  to:payments", "?q=from%3Aenv%3Dprod%20to%3Apayments".replace("%3A", ":")),
        ("-ns:kube-*", "?q=-ns:kube-*"),
        ("", ""),
    ],
)
def test_one_meaning_is_answered_at_once(visitor: Client, quay: Snapshot, text: str, address: str) -> None:
    response = visitor.get("/c/quay/s/1/ask", {"q": text})
    assert response.headers["Location"] == MAP + address


def test_who_compares_goes_on_comparing(visitor: Client, quay_changed: Snapshot) -> None:
    at = "/c/quay/s/2/ask"
    assert visitor.get(at, {"q": "orders", "vs": "1"}).headers["Location"].endswith("&from=orders&vs=1")
    assert visitor.get(at, {"q": "", "vs": "1"}).headers["Location"] == "/c/quay/s/2/map?vs=1"
    listed = visitor.get(at, {"q": "pa", "vs": "1"}).content.decode()
    assert "?ask=to&amp;to=payments/db&amp;vs=1" in listed
    found = visitor.get(f"{at}/options", {"q": "pa", "vs": "1"}).json()["options"]
    assert {option["url"].rpartition("&")[2] for option in found if "/map?" in option["url"]} == {"vs=1"}
    page = visitor.get("/c/quay/s/2/map", {"from": "orders", "ask": "from", "vs": "1"}).content.decode()
    assert page.count('<input type="hidden" name="vs" value="1">') >= 2, "the ask box and the sentence"
    assert "?ask=path&amp;from=orders&amp;vs=1" in page


def test_several_meanings_are_listed(visitor: Client, quay: Snapshot) -> None:
    page = visitor.get("/c/quay/s/1/ask", {"q": "pa"}).content.decode()
    assert "may mean" in page
    assert "What can partner-gw reach?" in page
    assert "Who can reach payments/db?" in page


def test_a_name_that_is_not_there_gets_the_nearest(visitor: Client, quay: Snapshot) -> None:
    page = visitor.get("/c/quay/s/1/ask", {"q": "<ordres>"}).content.decode()
    assert "Nothing here is named “&lt;ordres&gt;”" in page
    assert "What can orders reach?" in page


def test_a_line_that_cannot_be_read_says_what_is_possible(visitor: Client, quay: Snapshot) -> None:
    page = visitor.get("/c/quay/s/1/ask", {"q": "verdict:opne <b>:1x"}).content.decode()
    assert "cannot be read" in page
    assert "verdict:opne: one of allowed, unrestricted" in page
    assert "&lt;b&gt;:1x: " in page
    assert "<b>:1x" not in page


def test_what_is_often_asked_is_offered_where_nothing_is_found(visitor: Client, quay: Snapshot) -> None:
    page = visitor.get("/c/quay/s/1/ask", {"q": "zzzzzz"}).content.decode()
    assert "Prod reachable from outside it" in page
    assert "-from:env=prod to:env=prod" in page


# --- completion ------------------------------------------------------------------------------------


def options(visitor: Client, line: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = visitor.get("/c/quay/s/1/ask/options", {"q": line}).json()["options"]
    return found


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("from:ord", "from:orders "),
        ("from:env", "from:env=prod "),
        ("to:pay", "to:payments/db "),
        ("verdict:allowed,unr", "verdict:allowed,unrestricted "),
        ("-dns:bl", "-dns:blocked "),
        ("pay verd", "pay verdict:"),
        ("orders > pay", "orders > payments/db "),
        ("orders > payments/db:", "orders > payments/db:5432/TCP "),
        ("payments/db:5", "payments/db:5432/TCP "),
        ("policy:db", "policy:payments/db-clients "),
        ("port:54", "port:5432/TCP "),
        ("finding:hi", "finding:high "),
    ],
)
def test_a_line_is_completed(visitor: Client, quay: Snapshot, line: str, text: str) -> None:
    assert text in [option["text"] for option in options(visitor, line)]


@pytest.mark.parametrize(
    ("line", "label", "url"),
    [
        ("pay", "Who can reach payments/db?", "/c/quay/s/1/map?ask=to&to=payments/db"),
        ("orders", "What can orders reach?", "/c/quay/s/1/map?ask=from&from=orders"),
        ("", "Unrestricted", "/c/quay/s/1/map?q=verdict:unrestricted"),
        ("polic", "Go to Policies", "/c/quay/s/1/policies"),
        ("settings", "Go to Settings", "/settings"),
    ],
)
def test_what_leads_somewhere_is_offered(
    visitor: Client, quay: Snapshot, line: str, label: str, url: str
) -> None:
    assert (label, url) in [(option["label"], option["url"]) for option in options(visitor, line)]


def test_what_is_new_is_offered_once_there_is_an_older_snapshot(visitor: Client, quay: Snapshot) -> None:
    assert "changed:new" not in str(options(visitor, "new"))
    reading = read_bytes(FILE.name, FILE.read_bytes())
    second = snapshot_from_reading(quay.cluster, reading)
    found = visitor.get(f"/c/quay/s/{second.number}/ask/options", {"q": "new"}).json()["options"]
    assert ("New since #1", "?q=changed:new%20since:%231") in [
        (option["label"], option["url"].partition("map")[2]) for option in found
    ]


def test_few_are_offered_however_many_fit(visitor: Client, quay: Snapshot) -> None:
    for line in ("", "a", "from:", "finding:", "x" * 5000):
        assert len(options(visitor, line)) <= 12
