"""A signed review stays as it was signed."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta

import pytest
from django.db import Error, connection, transaction
from django.db.models import ProtectedError
from django.utils import timezone

from apps.review.decide import Judgement, ReviewConflict, ReviewRefused, decide, decide_group
from apps.review.follow_up import check_now
from apps.review.items import EdgeItem
from apps.review.models import AcceptedException, Decision, Review, Seal
from apps.review.open_review import abandon_review, start_review
from apps.review.queries import accepted, last_signed_review
from apps.review.review_items import ReviewItems
from apps.review.sign import sign_review
from apps.snapshots.clusters import ClusterRefused, remove_cluster
from tests.review.reviewing import FINE, sign, signed, soon, the_edge
from tests.review.stored import OPENED, save, store

pytestmark = pytest.mark.django_db


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
        "DELETE FROM review_seal",
        "DELETE FROM review_decision",
        "DELETE FROM review_review",
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
