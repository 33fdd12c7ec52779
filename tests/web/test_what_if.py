from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from apps.reachability import trial
from apps.reachability.trial import try_draft
from apps.snapshots.models import Content, ObjectVersion, Snapshot
from tests.web.pages import rows_of, text_of

PAGE = "/c/quay/s/1/whatif"
CLOSED = """apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: closed, namespace: orders}
spec: {podSelector: {}, policyTypes: [Egress]}
"""

pytestmark = pytest.mark.usefixtures("quay")


def post(visitor: Client, **fields: Any) -> str:
    response = visitor.post(PAGE, fields)
    assert response.status_code == 200
    assert response.headers["Cache-Control"].startswith("max-age=0")
    return str(response.content.decode())


def edges(page: str) -> list[list[str]]:
    return rows_of(page.partition('id="edges-title"')[2])


def test_the_frame_says_that_it_is_a_draft(visitor: Client) -> None:
    page = visitor.get(PAGE).content.decode()
    assert "Draft: nothing is applied, and nothing is stored." in text_of(page)


def test_what_a_policy_would_close_and_break(visitor: Client) -> None:
    page = post(visitor, manifests=CLOSED)
    assert "Opens  0  , closes  4  , changes 0; name lookup breaks for 1" in text_of(page)
    assert "Name lookup broke for 1 namespace:  orders" in text_of(page)
    assert {row[0] for row in edges(page)} == {"− Closed"}
    assert "NetworkPolicy/orders/closed appeared: closed 4 edges" in page


def test_verdicts_before_and_after_are_counted(visitor: Client) -> None:
    page = post(visitor, manifests=CLOSED)
    turns = rows_of(page.partition('class="turns"')[2])
    assert sum(int(cell) for row in turns for cell in row[1:] if cell != "·") == len(edges(page))
    assert [row[0] for row in turns] == ["Unrestricted", "Partly"]


def test_nothing_is_stored(visitor: Client) -> None:
    before = [model.objects.count() for model in (Snapshot, ObjectVersion, Content)]
    post(visitor, manifests=CLOSED)
    assert [model.objects.count() for model in (Snapshot, ObjectVersion, Content)] == before


def test_deleting_opens(visitor: Client) -> None:
    page = post(visitor, delete="NetworkPolicy/payments/default-deny\nNetworkPolicy/payments/db-clients\n")
    assert ["+ Opened", "ci", "payments/db:5432/TCP"] in [row[:3] for row in edges(page)]


def test_an_uploaded_file_becomes_part_of_the_text(visitor: Client) -> None:
    page = post(visitor, uploads=SimpleUploadedFile("closed.yaml", CLOSED.encode()))
    kept = page.partition('<textarea name="manifests"')[2].partition("</textarea>")[0]
    assert "# closed.yaml\napiVersion: networking.k8s.io/v1" in kept
    assert len(edges(page)) == 4


def test_text_and_files_together(visitor: Client) -> None:
    other = CLOSED.replace("orders", "ci")
    page = post(visitor, manifests=CLOSED, uploads=SimpleUploadedFile("ci.json", other.encode()))
    assert {row[1] for row in edges(page)} == {"ci", "orders"}


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"manifests": "kind: ["}, "draft: document 1: line 2: is not valid YAML"),
        ({"manifests": CLOSED + "---\n" + CLOSED.replace("name: closed, ", "")}, "document 2: "),
        ({"manifests": CLOSED.replace("[Egress]", "[Sideways]")}, "spec.policyTypes[0]"),
        ({"manifests": CLOSED + "---\n" + CLOSED}, "NetworkPolicy/orders/closed is given twice"),
        (
            {"delete": "NetworkPolicy/orders/closed"},
            "delete[0]: is not in the snapshot: it cannot be deleted",
        ),
        ({"delete": "closed"}, "Line 1: closed is not Kind/NAMESPACE/NAME."),
        ({"manifests": " \n"}, "There is nothing to try"),
        ({"manifests": "x" * 2_000_001}, "more than 2,000,000 characters"),
        ({"uploads": SimpleUploadedFile("b.yaml", b"\xff\xfe\xff")}, "b.yaml: is not valid"),
    ],
)
def test_problems_stand_at_their_field_and_the_input_is_kept(
    visitor: Client, fields: dict[str, Any], problem: str
) -> None:
    page = post(visitor, **fields)
    field = next(iter(fields)) if "There is nothing" not in problem else "manifests"
    listed = re.search(rf'<ul class="errorlist problems" id="id_{field}_error">(.*?)</ul>', page, re.DOTALL)
    assert listed
    assert problem in text_of(listed[1])
    assert "What the draft would do" not in page
    if field == "delete":
        assert f">\n{fields['delete']}</textarea>" in page


def test_markup_in_a_draft_is_text(visitor: Client) -> None:
    marked = CLOSED.replace(
        "name: closed", "name: closed, labels: {note: '</textarea><img src=x onerror=alert(1)>'}"
    )
    page = post(visitor, manifests=marked)
    assert "<img" not in page


def test_pages_of_edges_carry_the_draft_and_cost_no_second_evaluation(
    visitor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("apps.web.views.drafts.ROWS", 3)
    tried = []
    monkeypatch.setattr(trial, "_try", lambda *given, real=trial._try: tried.append(given) or real(*given))
    unlike = CLOSED.replace("closed", "closed-once")
    first = post(visitor, manifests=unlike, anew="1")
    assert re.search(r'<button [^>]*form="draft"[^>]*name="offset" value="3">Next</button>', first)
    second = post(visitor, manifests=unlike, offset="3", kind="")
    assert (len(edges(first)), len(edges(second))) == (3, 1)
    assert len(tried) == 1


def test_a_kind_and_a_cause_are_filters(visitor: Client) -> None:
    page = post(visitor, manifests=CLOSED, kind="opened")
    assert "No edge differs." in page
    assert len(edges(post(visitor, manifests=CLOSED, kind="opened", anew="1"))) == 4
    assert len(edges(post(visitor, manifests=CLOSED, cause="0"))) == 4
    assert "There is no cause 7" in post(visitor, manifests=CLOSED, cause="7")


def test_an_address_may_name_what_to_delete(visitor: Client) -> None:
    page = visitor.get(f"{PAGE}?delete=NetworkPolicy/payments/default-deny").content.decode()
    assert "NetworkPolicy/payments/default-deny</textarea>" in page


def test_the_page_and_rest_give_one_answer(visitor: Client, quay: Snapshot) -> None:
    from apps.snapshots.manifests import read_bytes

    page = post(visitor, manifests=CLOSED)
    found = try_draft(quay, read_bytes("x", CLOSED.encode()))
    assert f"closes  {found.diff.counts['closed']}" in text_of(page)
