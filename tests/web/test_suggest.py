from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client

from tests.web.pages import rows_of, text_of

PAGE = "/c/quay/s/1/suggest"

pytestmark = pytest.mark.usefixtures("quay")


def get(visitor: Client, namespace: str = "payments") -> str:
    return str(visitor.get(f"{PAGE}?namespace={namespace}").content.decode())


def ticks(page: str) -> dict[str, bool]:
    boxes = re.findall(r'name="keep" value="([^"]+)"( checked)?', page)
    return {unescape(edge): bool(checked) for edge, checked in boxes}


def post(visitor: Client, **fields: Any) -> str:
    response = visitor.post(PAGE, {"namespace": "payments", **fields})
    assert response.status_code == 200
    return str(response.content.decode())


def test_a_namespace_is_chosen_first(visitor: Client) -> None:
    page = visitor.get(PAGE).content.decode()
    assert "<option>payments</option>" in page
    assert ticks(page) == {}


def test_what_is_allowed_is_ticked(visitor: Client) -> None:
    found = ticks(get(visitor))
    assert found["monitoring>payments/db:5432/TCP"] is True
    assert found["orders>payments/db:5432/TCP"] is False  # for some of its pods only
    assert found["partner-gw>payments/db:5432/TCP"] is False  # unknown
    assert found["payments>ci/runner:80/TCP"] is True
    assert "ci>payments/db:5432/TCP" not in found


def test_the_policies_keep_what_is_ticked(visitor: Client) -> None:
    page = post(visitor, keep=["monitoring>payments/db:5432/TCP"], dns="1")
    assert "To be deleted with it:  db-clients  default-deny" in text_of(page)
    yaml = page.partition('id="suggested">')[2].partition("</code>")[0]
    assert "kubernetes.io/metadata.name: monitoring" in yaml
    assert "kubernetes.io/metadata.name: orders" not in yaml
    assert ticks(page)["payments>ci/runner:80/TCP"] is False


def test_it_can_be_tried_as_a_draft(visitor: Client) -> None:
    page = post(visitor, keep=["monitoring>payments/db:5432/TCP"], dns="1")
    form = page.partition('action="/c/quay/s/1/whatif#effect-title"')[2].partition("</form>")[0]
    fields = dict(re.findall(r'<textarea name="(\w+)"[^>]*>(.*?)</textarea>', form, re.DOTALL))
    answer = visitor.post("/c/quay/s/1/whatif", {name: unescape(text) for name, text in fields.items()})
    shown = answer.content.decode().partition('id="edges-title"')[2]
    closed = {(row[1], row[2]) for row in rows_of(shown) if row[0] == "− Closed"}
    assert ("orders", "payments/db:5432/TCP") in closed
    assert not any(source == "monitoring" for source, _ in closed)


def test_it_can_be_downloaded(visitor: Client) -> None:
    fields = {"namespace": "payments", "keep": ["monitoring>payments/db:5432/TCP"], "download": "1"}
    response = visitor.post(PAGE, fields)
    assert response.headers["Content-Disposition"] == 'attachment; filename="payments-policies.yaml"'
    assert response.content.startswith(b"apiVersion: networking.k8s.io/v1\n")


def test_edges_that_are_not_listed_can_be_kept(visitor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = ticks(get(visitor))
    monkeypatch.setattr("apps.reachability.keepable.MOST_LISTED", 1)
    page = get(visitor)
    assert len(ticks(page)) == 1
    assert f"Keep the other {sum(list(whole.values())[1:])} allowed edges" in page
    kept = post(visitor, keep=[edge for edge, ticked in ticks(page).items() if ticked], others="1")
    assert f"{sum(whole.values())} edges kept" in text_of(kept)


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({"namespace": "nobody"}, "There is no namespace 'nobody' in this snapshot."),
        ({"keep": ["everything"]}, "keep: 'everything' is no edge"),
        ({"keep": ["orders>payments/cache:1/TCP"]}, "keep[0].target: There is no Service port"),
        ({"keep": ["orders>ci/runner:80/TCP"]}, "neither starts nor ends in payments"),
    ],
)
def test_what_cannot_be_kept_is_told(visitor: Client, fields: dict[str, Any], complaint: str) -> None:
    assert complaint in text_of(post(visitor, **fields))


def test_a_namespace_without_edges_says_so(visitor: Client) -> None:
    assert "vacant has no edge that is allowed" in text_of(get(visitor, "vacant"))
