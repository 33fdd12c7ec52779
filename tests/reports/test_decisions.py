"""Reviews, exceptions and guardrails in a report."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.reports.contents import tell_report
from apps.reports.options import Options, OptionsRefused
from apps.reports.order import order_report
from apps.reports.seal import canonical
from apps.review.accept import accept_edges
from apps.review.follow_up import check_now
from apps.review.models import AcceptedException
from tests.reports.made import make_pdf, text_of
from tests.review.reviewing import signed
from tests.review.stored import OPENED, WEB, guardrail, save, store

pytestmark = pytest.mark.django_db


def test_the_last_signed_review_is_what_is_compared_with() -> None:
    first = store()
    signed(first)
    second = store(first.cluster, OPENED)
    content = tell_report(second, Options())
    assert content["cover"]["compared_with"]["snapshot"] == 1
    assert content["cover"]["compared_with"]["signed_by"] == "ann"
    assert content["changes"]["counts"] == {"opened": 1, "closed": 0, "changed": 0}
    assert content["signed"] is None
    assert tell_report(first, Options())["signed"]["signed_by"] == "ann"
    text = text_of(make_pdf(second))
    assert "snapshot #1" in text
    assert "signed by ann" in text
    assert "let-lab-in" in text


def test_exceptions_are_told_with_owner_and_expiry_the_expired_first() -> None:
    snapshot = store(None, OPENED)
    accept_edges(snapshot, [WEB], reason="until the move", until=timezone.now() + timedelta(days=9), by="ann")
    (told,) = tell_report(snapshot, Options())["exceptions"]
    assert (told["owner"], told["reason"], told["state"]) == ("ann", "until the move", "active")
    AcceptedException.objects.update(until=snapshot.finished)
    (told,) = tell_report(snapshot, Options())["exceptions"]
    assert told["state"] == "expired"
    assert tell_report(snapshot, Options(namespaces=("gate",)))["exceptions"] == []
    text = text_of(make_pdf(snapshot, kind="executive"))
    assert "lab → shop/web:80/TCP until the move ann" in text
    assert "expired" in text


def test_time_alone_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    snapshot = store(None, OPENED)
    accept_edges(snapshot, [WEB], reason="for now", until=timezone.now() + timedelta(days=9), by="ann")
    before = canonical(tell_report(snapshot, Options()))
    later = timezone.now() + timedelta(days=30)
    monkeypatch.setattr("django.utils.timezone.now", lambda: later)
    assert canonical(tell_report(snapshot, Options())) == before


def test_guardrails_pass_or_fail_and_one_that_was_not_checked_says_so() -> None:
    snapshot = store(None, OPENED)
    prod, dev = ([{"namespaceSelector": {"matchLabels": {"env": name}}}] for name in ("prod", "dev"))
    save(snapshot.cluster, guardrail("a-passes", deny={"from": prod, "to": dev}), guardrail())
    unchecked = tell_report(snapshot, Options())["guardrails"]
    assert [(each["outcome"], each["shown_by"]) for each in unchecked] == [
        ("unknown", "not checked on this snapshot")
    ] * 2
    check_now(snapshot.cluster)
    content = tell_report(snapshot, Options())
    assert (content["guardrails"][0]["name"], content["guardrails"][0]["outcome"]) == (
        "dev-stays-out",
        "broken",
    )
    assert content["guardrails"][0]["shown_by"] == "lab → shop/web:80/TCP"
    assert content["summary"]["guardrails"] == {"pass": 1, "broken": 1, "unknown": 0}
    text = text_of(make_pdf(snapshot, kind="executive"))
    assert "dev-stays-out Fail" in text
    assert "a-passes Pass" in text


def test_a_guardrail_may_be_the_scope() -> None:
    snapshot = store(None, OPENED)
    save(snapshot.cluster)
    content = tell_report(snapshot, Options(guardrail="dev-stays-out"))
    (port,) = content["edges"]["ports"]
    assert port["target"] == "shop/web"
    assert content["summary"]["edges"]["total"] == 1
    with pytest.raises(OptionsRefused) as refused:
        order_report(snapshot, Options(guardrail="no-such"))
    assert refused.value.field == "guardrail"


def test_without_any_the_report_says_so() -> None:
    text = text_of(make_pdf(store(), kind="executive"))
    assert "No guardrails are declared." in text
    assert "No exception is recorded." in text
    assert "no earlier signed review" in text


def test_evidence_names_the_version_of_the_policy_that_was_read() -> None:
    policy = {**OPENED, "metadata": {**OPENED["metadata"], "resourceVersion": "8812345"}}
    assert "resourceVersion 8812345" in text_of(make_pdf(store(None, policy)))
