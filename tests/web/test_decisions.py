"""Guardrails, exceptions and reviews on their pages."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
import yaml
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from apps.access.roles import Role, give_role
from apps.review.models import AcceptedException, Decision, Review, StoredGuardrail
from apps.review.review_items import ReviewItems
from apps.snapshots.models import Snapshot
from tests.review.stored import OPENED, guardrail, save, store

CHECKS = "/c/bay/checks/"
REVIEWS = "/c/bay/reviews/"
SOON = (timezone.now() + timedelta(days=20)).date().isoformat()


@pytest.fixture
def bay(db: None) -> Snapshot:
    return store(None, OPENED)


@pytest.fixture
def rita(db: None) -> Client:
    """Somebody with the role of a reviewer."""
    user = User.objects.create_user("rita", password="a long password")
    give_role(user, Role.REVIEWER)
    client = Client()
    client.force_login(user)
    return client


def body(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, response.content
    return unescape(response.content.decode())


# --- guardrails ----------------------------------------------------------------------------------


def test_a_guardrail_is_written_checked_and_ended(bay: Snapshot, administrator: Client) -> None:
    assert "No guardrail yet" in body(administrator, CHECKS)
    text = yaml.safe_dump(guardrail())
    saved = administrator.post(CHECKS, {"text": text}, follow=True)
    page = unescape(saved.content.decode())
    assert "Saved and checked: dev-stays-out." in page
    assert "✕ Broken" in page
    stored = StoredGuardrail.objects.get()
    detail = body(administrator, f"{CHECKS}{stored.pk}")
    assert "It has not passed since at least <strong>#1</strong>: what was before cannot be known." in detail
    assert "/c/bay/s/1/explain?from=lab&to=shop/web&port=80/TCP" in detail
    assert "namespaceSelector" in detail
    administrator.post(f"{CHECKS}{stored.pk}/end")
    assert "No guardrail yet" in body(administrator, CHECKS)
    assert "it is checked no more" in body(administrator, f"{CHECKS}{stored.pk}")


def test_bad_yaml_is_told_at_the_field_and_kept(bay: Snapshot, administrator: Client) -> None:
    text = yaml.safe_dump(guardrail(deny={"from": [{}]}))
    page = unescape(administrator.post(CHECKS, {"text": text}).content.decode())
    assert "document 1: Guardrail/dev-stays-out: spec.deny.to: is missing" in page
    assert "name: dev-stays-out" in page  # what was typed is still there
    assert not StoredGuardrail.objects.exists()
    assert "holds no Kubernetes object" in administrator.post(CHECKS, {"text": "a"}).content.decode()


def test_an_edge_becomes_a_guardrail(bay: Snapshot, administrator: Client) -> None:
    page = body(administrator, f"{CHECKS}?from=lab&to=shop/web&port=80/TCP")
    text = re.search(r"<textarea[^>]*>(.*?)</textarea>", page, re.DOTALL)
    assert text is not None
    drafted = yaml.safe_load(text[1])
    assert drafted["metadata"]["name"] == "lab-never-reaches-shop-web"
    assert drafted["spec"]["deny"] == {
        "from": [{"namespace": "lab"}],
        "to": [{"namespace": "shop", "service": "web"}],
        "ports": [{"port": 80, "protocol": "TCP"}],
    }
    administrator.post(CHECKS, {"text": text[1]})
    assert "✕ Broken" in body(administrator, CHECKS)


def drafted(client: Client, address: str) -> list[dict[str, object]]:
    text = re.search(r"<textarea[^>]*>(.*?)</textarea>", body(client, address), re.DOTALL)
    assert text is not None
    return [each["spec"] for each in yaml.safe_load_all(text[1])]


def test_a_filter_of_the_map_becomes_a_guardrail(bay: Snapshot, administrator: Client) -> None:
    page = body(administrator, "/c/bay/s/1/map?q=from:env=dev+to:env=prod+verdict:allowed")
    link = re.search(r'href="(/c/bay/checks/[^"]*)">Save as check', page)
    assert link is not None
    offered = body(administrator, link[1])
    assert "<code>verdict:allowed</code>: a guardrail speaks of an edge whatever its verdict is" in offered
    (spec,) = drafted(administrator, link[1])
    dev, prod = ({"namespaceSelector": {"matchLabels": {"env": env}}} for env in ("dev", "prod"))
    assert spec["deny"] == {"from": [dev], "to": [prod]}
    other = re.search(r'href="([^"]*)">Nobody but these sources', offered)
    assert other is not None
    (spec,) = drafted(administrator, f"{CHECKS}{other[1]}")
    assert spec["only"] == {"from": [dev], "to": [prod]}


def test_a_question_about_two_ends_becomes_a_guardrail(bay: Snapshot, administrator: Client) -> None:
    page = body(administrator, "/c/bay/s/1/map?ask=from&from=lab&to=shop&port=80/TCP&q=-type:NodePort")
    link = re.search(r'href="(/c/bay/checks/[^"]*)">Save as check', page)
    assert link is not None
    (spec,) = drafted(administrator, link[1])
    port = {"port": 80, "protocol": "TCP"}
    assert spec["deny"] == {"from": [{"namespace": "lab"}], "to": [{"namespace": "shop"}], "ports": [port]}


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ("q=verdict:unrestricted", "A guardrail can say no part of it"),
        ("q=to:a/b+to:c/d", "No edge can fit all parts of it"),
        ("q=verdict:nope", "The filter cannot be read. verdict:nope: one of allowed"),
    ],
)
def test_a_filter_that_gives_no_guardrail_says_why(
    bay: Snapshot, administrator: Client, asked: str, says: str
) -> None:
    page = body(administrator, f"{CHECKS}?{asked}")
    assert says in page
    assert re.search(r"<textarea[^>]*>\s*</textarea>", page)


def test_paths_and_viewers_are_offered_no_check(
    bay: Snapshot, administrator: Client, visitor: Client
) -> None:
    assert "Save as check" not in body(administrator, "/c/bay/s/1/map?ask=path&from=lab")
    assert "Save as check" not in body(visitor, "/c/bay/s/1/map?q=from:lab")


def test_a_result_of_an_older_version_is_not_shown(bay: Snapshot, administrator: Client) -> None:
    save(bay.cluster)
    assert "Not checked yet" in body(administrator, CHECKS)


@pytest.mark.parametrize(
    "address",
    [CHECKS, "/c/bay/checks/1/end", "/c/bay/reviews/", "/c/bay/s/1/accept", "/c/bay/exceptions/1/end"],
)
def test_viewers_change_nothing(bay: Snapshot, visitor: Client, address: str) -> None:
    assert visitor.post(address, {"text": yaml.safe_dump(guardrail())}).status_code == 403
    assert not StoredGuardrail.objects.exists()
    assert not Review.objects.exists()


# --- exceptions ----------------------------------------------------------------------------------


def test_an_edge_is_accepted_from_its_proof_and_ended(bay: Snapshot, rita: Client) -> None:
    proof = body(rita, "/c/bay/s/1/explain?from=lab&to=shop/web&port=80/TCP")
    (link,) = re.findall(r'href="(/c/bay/s/1/accept[^"]*)"', proof)
    assert "lab → shop/web:80/TCP" in body(rita, link)
    edge = {"from": "lab", "to": "shop/web", "port": "80/TCP", "reason": "a trial", "until": SOON}
    listed = unescape(rita.post("/c/bay/s/1/accept", edge, follow=True).content.decode())
    assert "a trial" in listed
    exception = AcceptedException.objects.get()
    assert exception.until.isoformat() == f"{SOON}T23:59:59+00:00"
    rita.post(f"/c/bay/exceptions/{exception.pk}/end")
    assert "No exception is active" in body(rita, "/c/bay/exceptions/")
    assert "a trial" in body(rita, "/c/bay/exceptions/?state=ended")


def test_a_finding_is_accepted_and_shown_so(bay: Snapshot, rita: Client) -> None:
    findings = body(rita, "/c/bay/s/1/findings?id=no-default-deny-ingress")
    link = re.search(r'href="(/c/bay/s/1/accept\?finding=[^"]*)"', findings)
    assert link is not None
    form = body(rita, link[1])
    hidden = dict(re.findall(r'<input type="hidden" name="(finding|next)" value="([^"]*)"', form))
    done = rita.post("/c/bay/s/1/accept", hidden | {"reason": "known", "until": SOON})
    assert done.headers["Location"] == "/c/bay/s/1/findings?id=no-default-deny-ingress"
    assert "Accepted</strong> by rita" in body(rita, done.headers["Location"])


def test_what_cannot_be_accepted_is_told_at_the_form(bay: Snapshot, rita: Client) -> None:
    edge = {"from": "lab", "to": "shop/web", "port": "80/TCP", "reason": "why", "until": SOON}
    for change, says in (
        ({"until": "2020-01-01"}, "must lie ahead"),
        ({"reason": ""}, "This field is required"),
        ({"port": "x"}, "has no Service port"),
        ({"from": "gate"}, "nothing to accept"),
    ):
        page = rita.post("/c/bay/s/1/accept", edge | change)
        assert (page.status_code, says in unescape(page.content.decode())) == (200, True), says
    assert not AcceptedException.objects.exists()


def test_nobody_is_led_elsewhere(bay: Snapshot, rita: Client) -> None:
    edge = {"from": "lab", "to": "shop/web", "port": "80/TCP", "reason": "why", "until": SOON}
    done = rita.post("/c/bay/s/1/accept", edge | {"next": "https://evil.example/"})
    assert done.headers["Location"] == "/c/bay/exceptions/"


# --- reviews -------------------------------------------------------------------------------------


def start(client: Client) -> str:
    opened = client.post(REVIEWS)
    assert opened.status_code == 302
    return str(opened.headers["Location"])


def test_a_review_from_opening_to_the_seal(bay: Snapshot, rita: Client) -> None:
    address = start(rita)
    review = Review.objects.get()
    found = ReviewItems(review)
    first = found.items[0]
    page = body(rita, address)
    assert f"0 of {found.size}</strong>" in page
    assert "Sign this review" not in page
    decision = {"item": first.id, "version": 0, "choice": "flag", "note": "close it", "sources": ["lab"]}
    rita.post(address, decision)
    assert "close it" in body(rita, address)
    for group in found.groups:
        rita.post(f"{address}?group={group.id}", {"choice": "fine"})
    page = body(rita, address)
    assert "Sign this review" in page
    review.refresh_from_db()
    sealed = unescape(rita.post(f"{address}/sign", {"version": review.version}, follow=True).content.decode())
    assert "Signed by rita" in sealed
    assert "close it" in sealed
    assert Review.objects.get().seal.sha256 in sealed
    assert "is signed already" in unescape(rita.post(REVIEWS, follow=True).content.decode())


def test_everything_that_is_left_is_decided_at_once(bay: Snapshot, rita: Client) -> None:
    address = start(rita)
    review = Review.objects.get()
    items = ReviewItems(review).items
    rita.post(address, {"item": items[0].id, "version": 0, "choice": "flag", "note": "close it"})
    refused = rita.post(f"{address}?group=all", {"choice": "flag"}).content.decode()
    assert "Note: must say what is to be mended." in refused
    assert Decision.objects.count() == 1
    done = rita.post(f"{address}?group=all", {"choice": "fine"}, follow=True).content.decode()
    assert f"{len(items) - 1} decided." in done
    assert "Sign this review" in done
    assert Decision.objects.get(item=items[0].id).choice == "flag"


def test_a_wrong_decision_is_told_at_its_item_and_kept(bay: Snapshot, rita: Client) -> None:
    address = start(rita)
    item = ReviewItems(Review.objects.get()).items[0]
    wrong = {"item": item.id, "version": 0, "choice": "flag", "sources": ["lab"]}
    page = rita.post(address, wrong).content.decode()
    assert "Note: must say what is to be mended." in page
    assert re.search(r'value="lab" checked', page)
    assert re.search(r'value="flag" checked', page)
    late = wrong | {"choice": "accept", "note": "x", "until": "2020-01-01"}
    assert "Until: must lie ahead" in rita.post(address, late).content.decode()
    assert "Choose one of these." in rita.post(address, {"item": item.id}).content.decode()
    assert not Decision.objects.exists()


def test_two_reviewers_lose_nothing(bay: Snapshot, rita: Client, administrator: Client) -> None:
    address = start(rita)
    item = ReviewItems(Review.objects.get()).items[0]
    rita.post(address, {"item": item.id, "version": 0, "choice": "flag", "note": "close it"})
    second = administrator.post(address, {"item": item.id, "version": 0, "choice": "fine"}, follow=True)
    assert "Somebody else has decided about this meanwhile" in second.content.decode()
    assert Decision.objects.get().choice == "flag"
    refused = administrator.post(f"{address}/sign", {"version": 0}, follow=True).content.decode()
    assert "Somebody else decided or signed meanwhile" in refused


def test_abandoning(bay: Snapshot, rita: Client) -> None:
    address = start(rita)
    assert "Go on with the review of #1" in body(rita, REVIEWS)
    assert "abandoned" in rita.post(f"{address}/abandon", follow=True).content.decode()
    assert not Review.objects.exists()


def test_a_viewer_looks_at_a_review(bay: Snapshot, rita: Client, visitor: Client) -> None:
    page = body(visitor, start(rita))
    assert "gate/web:80/TCP" in page
    assert "<button" not in page.partition("<main")[2].partition("</main>")[0]


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        ("/c/bay/checks/9", "Bay has no guardrail 9."),
        ("/c/bay/reviews/9", "Bay has no review 9."),
        ("/c/moon/checks/", "There is no cluster moon."),
    ],
)
def test_what_is_missing_is_said(bay: Snapshot, visitor: Client, page: str, reason: str) -> None:
    response = visitor.get(page)
    assert response.status_code == 404
    assert reason in response.content.decode()


def test_pages_take_few_queries(bay: Snapshot, rita: Client, django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    address = start(rita)
    for page in (CHECKS, "/c/bay/exceptions/", REVIEWS, address):
        with django_assert_max_num_queries(36):
            body(rita, page)
