"""What is accepted is so for a time, for a reason, and as it was."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError
from django.utils import timezone

from apps.engine import EdgeKey, find_findings
from apps.engine.model import Backend, Dns, Edge, Verdict
from apps.review import growth
from apps.review.accept import ExceptionRefused, accept_edges, accept_finding, end_exception
from apps.review.models import AcceptedException
from apps.review.queries import accepted, exceptions_of
from apps.snapshots.models import Snapshot
from apps.snapshots.queries import assumptions_of, load_cluster
from tests.review.stored import OPENED, WEB, from_namespace, network_policy, store

GATE = EdgeKey("gate", "lab/web", 80, "TCP")


@pytest.fixture
def opened(db: None) -> Snapshot:
    return store(None, OPENED)


def soon() -> datetime:
    return timezone.now() + timedelta(days=30)


def accept(
    snapshot: Snapshot, *keys: EdgeKey, by: str = "ann", until: datetime | None = None
) -> list[AcceptedException]:
    return accept_edges(snapshot, keys or [WEB], reason="a trial", until=until or soon(), by=by)


def states(snapshot: Snapshot, at: datetime | None = None) -> Sequence[str]:
    return list(exceptions_of(snapshot.cluster, at=at).order_by("pk").values_list("state", flat=True))


def test_an_accepted_edge_keeps_what_it_was(opened: Snapshot) -> None:
    (exception,) = accept(opened)
    assert (exception.verdict, exception.allowed_pairs, exception.pairs) == ("allowed", 1, 1)
    assert (exception.snapshot_number, exception.accepted_by, exception.reason) == (1, "ann", "a trial")
    assert str(exception) == "lab → shop/web:80/TCP"
    assert accepted(opened).edge(WEB) == exception
    assert accepted(opened).edge(WEB._replace(port=81)) is None


def test_states_at_any_time(opened: Snapshot) -> None:
    (exception,) = accept(opened)
    assert states(opened) == ["active"]
    assert states(opened, exception.accepted - timedelta(seconds=1)) == []
    assert states(opened, exception.until) == ["expired"]
    assert accepted(opened, at=exception.until).edge(WEB) is None
    AcceptedException.objects.update(grown=exception.accepted + timedelta(days=1))
    assert states(opened, exception.accepted + timedelta(days=2)) == ["grown"]
    assert end_exception(exception, by="bob")
    assert not end_exception(exception, by="eve")
    exception.refresh_from_db()
    assert exception.ended_by == "bob"
    assert states(opened) == ["ended"]
    assert states(opened, exception.accepted) == ["active"]
    assert list(exceptions_of(opened.cluster, state="active")) == []


def test_accepting_again_ends_what_stood(opened: Snapshot) -> None:
    (first,) = accept(opened)
    (second,) = accept(opened, by="bob")
    first.refresh_from_db()
    assert (first.ended_by, states(opened)) == ("bob", ["ended", "active"])
    assert accepted(opened).edge(WEB) == second


def test_one_edge_is_accepted_once(opened: Snapshot) -> None:
    (exception,) = accept(opened)
    exception.pk = None
    with pytest.raises(IntegrityError):
        exception.save()


def test_an_edge_that_lets_more_through_is_not_covered(opened: Snapshot) -> None:
    """Seen at once, also before anybody followed the snapshot up."""
    accept(opened)
    assert accepted(store(opened.cluster, OPENED)).edge(WEB) is not None
    more = store(opened.cluster, OPENED, more=[_another_pod()])
    assert accepted(more).edge(WEB) is None
    port = next(each for each in _ports(more) if each.target == "shop/web")
    assert not accepted(more).covered(port)


def test_an_edge_that_shrinks_stays_covered(opened: Snapshot) -> None:
    accept(opened)
    assert accepted(store(opened.cluster)).edge(WEB) is not None


def _ports(snapshot: Snapshot) -> Any:
    from apps.reachability.queries import load_reach

    return load_reach(snapshot).ports


def _another_pod() -> dict[str, Any]:
    from tests.review.stored import deployment

    return deployment("lab", "other")


@pytest.mark.parametrize(
    ("verdict", "pairs", "old", "old_pairs", "grew"),
    [
        (Verdict.ALLOWED, 4, "allowed", 4, False),
        (Verdict.ALLOWED, 5, "allowed", 4, True),
        (Verdict.UNRESTRICTED, 4, "allowed", 4, True),
        (Verdict.ALLOWED, 4, "unrestricted", 4, False),
        (Verdict.UNKNOWN, 0, "partial", 2, True),
        (Verdict.UNKNOWN, 0, "allowed", 4, False),
        (Verdict.ALLOWED, 4, "unknown", 4, True),
        (Verdict.PARTIAL, 3, "partial", 2, True),
        (Verdict.PARTIAL, 2, "unknown", 2, False),
        (Verdict.DENIED, 0, "partial", 2, False),
    ],
)
def test_when_an_edge_has_grown(verdict: Verdict, pairs: int, old: str, old_pairs: int, grew: bool) -> None:
    edge = Edge("a", "b/c", 80, "TCP", verdict, pairs, 5, Dns.RESOLVES, Backend.READY, Verdict.ALLOWED)
    assert growth.has_more(edge, old, old_pairs) is grew


def test_a_finding_is_accepted_until_it_says_more(opened: Snapshot) -> None:
    finding = next(
        each
        for each in find_findings(load_cluster(opened), assumptions_of(opened))
        if each.id == "no-default-deny-ingress"
    )
    exception = accept_finding(opened, finding.key, reason="known", until=soon(), by="ann")
    assert accepted(opened).finding(finding) == exception
    assert str(exception) == finding.key
    again = accept_finding(opened, finding.key, reason="known", until=soon(), by="ann")
    exception.refresh_from_db()
    assert exception.ended is not None
    AcceptedException.objects.filter(pk=again.pk).update(evidence="0" * 64)
    assert accepted(opened).finding(finding) is None
    assert accepted(opened).changed([finding]) == [again]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"reason": "  "}, "reason"),
        ({"reason": "x" * 2001}, "reason"),
        ({"until": timezone.now()}, "until"),
        ({"until": timezone.now() + timedelta(days=2000)}, "until"),
        ({"keys": []}, "edges"),
        ({"keys": [WEB._replace(port=9)]}, "target"),
        ({"keys": [WEB._replace(source="moon")]}, "source"),
        ({"keys": [WEB, GATE]}, "source"),  # the gate cannot reach the lab
    ],
)
def test_what_cannot_be_accepted_is_named_and_nothing_is(
    opened: Snapshot, change: dict[str, Any], field: str
) -> None:
    terms = {"keys": [WEB], "reason": "why", "until": soon(), "by": "ann"} | change
    with pytest.raises(ExceptionRefused) as refused:
        accept_edges(opened, **terms)
    assert refused.value.field == field
    assert not AcceptedException.objects.exists()


def test_a_finding_that_is_not_there_is_refused(opened: Snapshot) -> None:
    with pytest.raises(ExceptionRefused, match="has no finding 'x'"):
        accept_finding(opened, "x", reason="why", until=soon(), by="ann")


def test_too_many_at_once_are_refused(opened: Snapshot) -> None:
    keys = [WEB._replace(source=f"n{number}") for number in range(1001)]
    with pytest.raises(ExceptionRefused, match="must be 1 to 1000 at once, not 1001"):
        accept(opened, *keys)


def test_many_edges_take_few_queries(opened: Snapshot, django_assert_max_num_queries: Any) -> None:
    wide = network_policy("gate", "all", ingress=[from_namespace("lab", "shop")])
    snapshot = store(opened.cluster, OPENED, wide)
    keys = [WEB, EdgeKey("lab", "gate/web", 80, "TCP"), EdgeKey("shop", "gate/web", 80, "TCP")]
    accept(snapshot, *keys)
    with django_assert_max_num_queries(6):
        accept(snapshot, *keys)
    assert states(snapshot).count("active") == 3
