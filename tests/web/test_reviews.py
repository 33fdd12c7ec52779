"""Reviews on their pages: from opening to the seal, by one or by several."""

from __future__ import annotations

import re
from html import unescape

from django.test import Client

from apps.review.models import Decision, Review
from apps.review.review_items import ReviewItems
from apps.snapshots.models import Snapshot
from tests.web.pages import page_at

REVIEWS = "/c/bay/reviews/"


def start(client: Client) -> str:
    opened = client.post(REVIEWS)
    assert opened.status_code == 302
    return str(opened.headers["Location"])


def test_a_review_from_opening_to_the_seal(bay: Snapshot, rita: Client) -> None:
    address = start(rita)
    review = Review.objects.get()
    found = ReviewItems(review)
    first = found.items[0]
    page = page_at(rita, address)
    assert f"0 of {found.size}</strong>" in page
    assert "Sign this review" not in page
    decision = {"item": first.id, "version": 0, "choice": "flag", "note": "close it", "sources": ["lab"]}
    rita.post(address, decision)
    assert "close it" in page_at(rita, address)
    for group in found.groups:
        rita.post(f"{address}?group={group.id}", {"choice": "fine"})
    page = page_at(rita, address)
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
    assert "Go on with the review of #1" in page_at(rita, REVIEWS)
    assert "abandoned" in rita.post(f"{address}/abandon", follow=True).content.decode()
    assert not Review.objects.exists()


def test_a_viewer_looks_at_a_review(bay: Snapshot, rita: Client, visitor: Client) -> None:
    page = page_at(visitor, start(rita))
    assert "gate/web:80/TCP" in page
    assert "<button" not in page.partition("<main")[2].partition("</main>")[0]
