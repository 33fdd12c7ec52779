"""A review is about what is new, loses no decision, and stays as it was signed."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import Error, connection, transaction
from django.db.models import ProtectedError
from django.utils import timezone

from apps.review.accept import accept_edges
from apps.review.decide import Judgement, ReviewConflict, ReviewRefused, decide, decide_group
from apps.review.follow_up import check_now
from apps.review.items import EdgeItem
from apps.review.models import AcceptedException, Decision, Review, Seal
from apps.review.open_review import abandon_review, start_review
from apps.review.queries import accepted, last_signed_review
from apps.review.review_items import ReviewItems
from apps.review.sign import sign_review
from apps.snapshots.clusters import ClusterRefused, remove_cluster
from apps.snapshots.models import Snapshot
from tests.review.stored import OPENED, WEB, from_namespace, network_policy, save, store

pytestmark = pytest.mark.django_db

FINE = Judgement("fine")
TO_GATE = network_policy("lab", "let-gate-in", ingress=[from_namespace("gate")])


def soon() -> datetime:
    return timezone.now() + timedelta(days=30)


def sign(review: Review, by: str = "ann") -> Seal:
    review.refresh_from_db()
    found = ReviewItems(review)
    return sign_review(review, found.items, found.after, found.before, version=review.version, by=by)


def signed(snapshot: Snapshot) -> Review:
    """A review in which everything is found fine."""
    review = start_review(snapshot, by="ann")
    decide_group(review, ReviewItems(review).items, FINE, by="ann")
    sign(review)
    return review


def edges(review: Review) -> list[tuple[str, str, str, list[str]]]:
    found = ReviewItems(review).items
    return [(each.group, each.kind, each.title, each.sources) for each in found if isinstance(each, EdgeItem)]


def the_edge(review: Review) -> EdgeItem:
    (item,) = [each for each in ReviewItems(review).items if isinstance(each, EdgeItem)]
    return item


# --- what is new ---------------------------------------------------------------------------------


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


# --- deciding ------------------------------------------------------------------------------------


def test_a_decision_for_some_and_one_for_the_rest() -> None:
    review = start_review(store(), by="ann")
    item = the_edge(review)  # into gate, from lab and shop
    assert ReviewItems(review).left(item) == 2
    version = decide(review, item, Judgement("flag", "close it"), sources=["lab"], version=0, by="ann")
    assert ReviewItems(review).left(item) == 1
    assert decide(review, item, FINE, version=version, by="bob") == 2
    assert ReviewItems(review).left(item) == 0
    choices = {d.source: (d.choice, d.decided_by) for d in review.decisions.filter(item=item.id)}
    assert choices == {"lab": ("flag", "ann"), "": ("fine", "bob")}


def test_two_at_once_the_second_is_told() -> None:
    review = start_review(store(), by="ann")
    item = the_edge(review)
    decide(review, item, Judgement("flag", "close it"), version=0, by="ann")
    with pytest.raises(ReviewConflict, match="Somebody else has decided"):
        decide(review, item, FINE, version=0, by="bob")
    assert Decision.objects.get().choice == "flag"
    decide(review, item, FINE, version=ReviewItems(review).version(item), by="bob")  # having looked again
    decision = Decision.objects.get()
    assert (decision.choice, decision.decided_by, decision.version) == ("fine", "bob", 2)


def test_a_group_leaves_alone_what_is_decided() -> None:
    review = start_review(store(None, OPENED), by="ann")
    items = ReviewItems(review).items
    decide(review, items[0], Judgement("flag", "close it"), version=0, by="ann")
    assert decide_group(review, items, FINE, by="bob") == len(items) - 1
    assert Decision.objects.get(item=items[0].id).choice == "flag"
    assert ReviewItems(review).all_left == 0


@pytest.mark.parametrize(
    ("judgement", "sources", "field"),
    [
        (Judgement("maybe"), [], "choice"),
        (Judgement("flag", " "), [], "note"),
        (Judgement("fine", "x" * 2001), [], "note"),
        (Judgement("fine", "", timezone.now() + timedelta(days=1)), [], "until"),
        (Judgement("accept", "why"), [], "until"),
        (Judgement("accept", "", timezone.now() + timedelta(days=1)), [], "note"),
        (Judgement("accept", "why", timezone.now() - timedelta(days=1)), [], "until"),
        (FINE, ["moon"], "sources"),
    ],
)
def test_a_decision_that_makes_no_sense_is_refused(
    judgement: Judgement, sources: list[str], field: str
) -> None:
    review = start_review(store(), by="ann")
    with pytest.raises(ReviewRefused) as refused:
        decide(review, the_edge(review), judgement, sources=sources, version=0, by="ann")
    assert refused.value.field == field
    assert not Decision.objects.exists()


# --- opening and signing -------------------------------------------------------------------------


def test_a_cluster_has_one_open_review() -> None:
    first = store()
    review = start_review(first, by="ann")
    with pytest.raises(ReviewConflict, match="open already"):
        start_review(store(first.cluster), by="bob")
    decide(review, the_edge(review), FINE, version=0, by="ann")
    abandon_review(review)
    assert not Decision.objects.exists()
    signed(first)
    with pytest.raises(ReviewRefused, match="1 is signed already"):
        start_review(first, by="ann")


def test_signing_waits_for_every_decision() -> None:
    review = start_review(store(), by="ann")
    with pytest.raises(ReviewRefused, match="are not decided"):
        sign(review)
    review.refresh_from_db()
    assert review.signed is None


def test_who_signs_has_seen_all_decisions() -> None:
    review = start_review(store(), by="ann")
    items = ReviewItems(review)
    decide_group(review, items.items, FINE, by="ann")
    review.refresh_from_db()
    seen = review.version
    item = the_edge(review)
    decide(review, item, Judgement("flag", "no"), version=1, by="bob")
    with pytest.raises(ReviewConflict, match="meanwhile"):
        sign_review(review, items.items, items.after, items.before, version=seen, by="ann")
    assert not Seal.objects.exists()


def test_what_was_accepted_begins_with_the_signature() -> None:
    snapshot = store()
    review = start_review(snapshot, by="ann")
    item = the_edge(review)
    until = soon()
    decide(review, item, Judgement("accept", "a trial", until), sources=["lab"], version=0, by="bob")
    rest = [each for each in ReviewItems(review).items if not isinstance(each, EdgeItem)]
    decide_group(review, [*rest[1:], item], FINE, by="ann")
    decide(review, rest[0], Judgement("accept", "known", until), version=0, by="ann")
    assert not AcceptedException.objects.exists()
    sign(review, by="chief")
    edge = AcceptedException.objects.get(finding="")
    assert (edge.source, edge.target, edge.accepted_by, edge.until) == ("lab", "gate/web", "bob", until)
    assert accepted(snapshot).edge(item.key("lab")) == edge
    assert accepted(snapshot).edge(item.key("shop")) is None
    assert AcceptedException.objects.exclude(finding="").get().finding == rest[0].finding.key


def test_an_acceptance_that_ran_out_before_the_signature_stops_it() -> None:
    review = start_review(store(), by="ann")
    items = ReviewItems(review).items
    decide_group(review, items, Judgement("accept", "why", soon()), by="ann")
    Decision.objects.update(until=timezone.now() - timedelta(days=1))
    with pytest.raises(ReviewRefused, match=r"until must lie ahead.*decide about it again"):
        sign(review)
    assert not AcceptedException.objects.exists()
    assert Review.objects.get().signed is None


def test_the_seal_keeps_everything_byte_for_byte() -> None:
    snapshot = store(None, OPENED)
    save(snapshot.cluster)
    check_now(snapshot.cluster)
    review = start_review(snapshot, by="ann")
    decide_group(review, ReviewItems(review).items, Judgement("accept", "Größe €", soon()), by="bob")
    seal = sign(review)
    stored = Seal.objects.get()
    assert stored.sha256 == hashlib.sha256(stored.content.encode()).hexdigest() == seal.sha256
    told = json.loads(stored.content)
    assert (told["signed_by"], told["snapshot"]["digest"], told["against"]) == ("ann", snapshot.digest, None)
    (into_gate,) = [each for each in told["items"] if each.get("target") == "gate/web"]
    assert told["namespaces"] == ["gate", "lab", "shop"]
    assert into_gate["after"] == {"unrestricted": "1-2"}
    assert into_gate["decisions"][0]["note"] == "Größe €"
    assert told["guardrails"][0]["outcome"] == "broken"
    assert len(told["exceptions"]) == len(told["items"]) + 1  # gate/web has two sources
    # Whatever happens later, the content says what was true then.
    AcceptedException.objects.update(reason="rewritten")
    assert Seal.objects.get().content == stored.content


def test_the_last_signed_review() -> None:
    first = store()
    assert last_signed_review(first.cluster) is None
    one = signed(first)
    second = store(first.cluster)
    two = signed(second)
    assert last_signed_review(first.cluster) == two
    assert last_signed_review(first.cluster, before=second.number) == one
    last = last_signed_review(first.cluster)
    assert last is not None
    assert (last.snapshot_number, last.signed_by) == (2, "ann")


# --- it stays ------------------------------------------------------------------------------------


def test_a_signed_review_takes_no_decision() -> None:
    review = start_review(store(), by="ann")
    item = the_edge(review)
    decide_group(review, ReviewItems(review).items, FINE, by="ann")
    sign(review)
    with pytest.raises(ReviewConflict, match="signed"):
        decide(review, item, FINE, version=1, by="bob")
    with pytest.raises(ReviewConflict, match="signed"):
        abandon_review(review)
    with pytest.raises(ReviewConflict):
        sign(review, by="eve")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE review_review SET signed_by = 'eve'",
        "UPDATE review_review SET signed = NULL, signed_by = ''",
        "UPDATE review_seal SET content = '{}'",
        "UPDATE review_decision SET note = 'other'",
        "INSERT INTO review_decision (review_id, item, source, choice, note, decided, decided_by, version)"
        " SELECT review_id, 'x', '', 'fine', '', decided, 'eve', 1 FROM review_decision LIMIT 1",
    ],
)
def test_the_database_refuses_to_change_what_is_signed(statement: str) -> None:
    signed(store())
    with (
        pytest.raises(Error, match="a signed review cannot be changed"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_a_signed_review_and_its_cluster_cannot_be_removed() -> None:
    review = signed(store())
    with pytest.raises(ProtectedError):
        review.delete()
    with pytest.raises(ProtectedError):
        Review.objects.all().delete()
    with pytest.raises(ClusterRefused, match="has signed reviews"):
        remove_cluster(review.cluster)
    assert Seal.objects.exists()


def test_a_cluster_with_an_open_review_can_be_removed() -> None:
    review = start_review(store(), by="ann")
    remove_cluster(review.cluster)
    assert not Review.objects.exists()
