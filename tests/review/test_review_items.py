"""What is new since the last signed review, and what caused it."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from apps.review.accept import accept_edges
from apps.review.items import EdgeItem
from apps.review.models import AcceptedException, Review
from apps.review.open_review import start_review
from apps.review.review_items import ReviewItems
from tests.review.reviewing import edges, sign, signed, soon
from tests.review.stored import OPENED, WEB, from_namespace, network_policy, store

pytestmark = pytest.mark.django_db

TO_GATE = network_policy("lab", "let-gate-in", ingress=[from_namespace("gate")])


def test_in_the_first_review_everything_that_may_be_reached_is_new() -> None:
    review = start_review(store(None, OPENED), by="ann")
    assert review.against is None
    assert edges(review) == [
        ("Into gate", "open", "gate/web:80/TCP", ["lab", "shop"]),
        ("Into shop", "open", "shop/web:80/TCP", ["lab"]),
    ]
    findings = [each for each in ReviewItems(review).items if not isinstance(each, EdgeItem)]
    assert {each.finding.id for each in findings} >= {"no-default-deny-ingress", "no-default-deny-egress"}


def test_later_only_what_is_new_by_what_caused_it() -> None:
    first = store()
    signed(first)
    snapshot = store(first.cluster, OPENED, TO_GATE)
    review = start_review(snapshot, by="ann")
    assert review.against == first.number
    assert edges(review) == [
        (
            "NetworkPolicy/lab/let-gate-in appeared: opened 1 edge",
            "opened",
            "lab/web:80/TCP",
            ["gate"],
        ),
        ("NetworkPolicy/shop/let-lab-in appeared: opened 1 edge", "opened", "shop/web:80/TCP", ["lab"]),
    ]
    assert the_turns(review) == [("gate", "denied", "allowed"), ("lab", "denied", "allowed")]


def the_turns(review: Review) -> list[tuple[str, str, str]]:
    items = [each for each in ReviewItems(review).items if isinstance(each, EdgeItem)]
    return [turn for item in items for turn in item.turns(list(item.numbers))]


def test_an_edge_with_a_better_verdict_has_grown() -> None:
    key = "kubernetes.io/metadata.name"
    peer = {"namespaceSelector": {"matchLabels": {key: "lab"}}, "podSelector": {"matchLabels": {"app": "x"}}}
    more = [{**_pod("lab", "x")}]
    first = store(None, network_policy("shop", "some", ingress=[{"from": [peer]}]), more=more)
    signed(first)
    review = start_review(store(first.cluster, OPENED, more=more), by="ann")
    assert [(kind, title) for _, kind, title, _ in edges(review)] == [("grown", "shop/web:80/TCP")]
    assert the_turns(review) == [("lab", "partial", "allowed")]


def _pod(space: str, app: str) -> dict[str, Any]:
    meta = {"namespace": space, "name": app, "labels": {"app": app}}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": meta, "spec": {"containers": [{"name": "main"}]}}


def test_an_unchanged_snapshot_has_nothing_new() -> None:
    first = store(None, OPENED)
    signed(first)
    review = start_review(store(first.cluster, OPENED), by="ann")
    assert list(ReviewItems(review).items) == []
    assert json.loads(sign(review).content)["items"] == []


def test_what_is_accepted_is_not_new_until_that_is_over() -> None:
    first = store()
    signed(first)
    second = store(first.cluster, OPENED)
    (exception,) = accept_edges(second, [WEB], reason="trial", until=soon(), by="ann")
    review = start_review(second, by="ann")
    assert edges(review) == []
    sign(review)
    third = store(first.cluster, OPENED)
    AcceptedException.objects.filter(pk=exception.pk).update(until=timezone.now())
    (again,) = edges(start_review(third, by="ann"))
    assert again[1:] == ("returned", "shop/web:80/TCP", ["lab"])


def test_what_lapsed_before_the_last_signature_does_not_come_back_twice() -> None:
    first = store(None, OPENED)
    accept_edges(first, [WEB], reason="trial", until=soon(), by="ann")
    AcceptedException.objects.update(
        until=timezone.now() - timedelta(days=1), accepted=timezone.now() - timedelta(days=2)
    )
    signed(first)
    assert edges(start_review(store(first.cluster, OPENED), by="ann")) == []
