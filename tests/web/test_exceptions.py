"""Exceptions on their pages: an edge or a finding is accepted, and ended."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

from django.test import Client
from django.utils import timezone

from apps.review.models import AcceptedException
from apps.snapshots.models import Snapshot
from tests.web.pages import page_at

SOON = (timezone.now() + timedelta(days=20)).date().isoformat()


def test_an_edge_is_accepted_from_its_proof_and_ended(bay: Snapshot, rita: Client) -> None:
    proof = page_at(rita, "/c/bay/s/1/explain?from=lab&to=shop/web&port=80/TCP")
    (link,) = re.findall(r'href="(/c/bay/s/1/accept[^"]*)"', proof)
    assert "lab → shop/web:80/TCP" in page_at(rita, link)
    edge = {"from": "lab", "to": "shop/web", "port": "80/TCP", "reason": "a trial", "until": SOON}
    listed = unescape(rita.post("/c/bay/s/1/accept", edge, follow=True).content.decode())
    assert "a trial" in listed
    exception = AcceptedException.objects.get()
    assert exception.until.isoformat() == f"{SOON}T23:59:59+00:00"
    rita.post(f"/c/bay/exceptions/{exception.pk}/end")
    assert "No exception is active" in page_at(rita, "/c/bay/exceptions/")
    assert "a trial" in page_at(rita, "/c/bay/exceptions/?state=ended")


def test_a_finding_is_accepted_and_shown_so(bay: Snapshot, rita: Client) -> None:
    findings = page_at(rita, "/c/bay/s/1/findings?id=no-default-deny-ingress")
    link = re.search(r'href="(/c/bay/s/1/accept\?finding=[^"]*)"', findings)
    assert link is not None
    form = page_at(rita, link[1])
    hidden = dict(re.findall(r'<input type="hidden" name="(finding|next)" value="([^"]*)"', form))
    done = rita.post("/c/bay/s/1/accept", hidden | {"reason": "known", "until": SOON})
    assert done.headers["Location"] == "/c/bay/s/1/findings?id=no-default-deny-ingress"
    assert "Accepted</strong> by rita" in page_at(rita, done.headers["Location"])


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
