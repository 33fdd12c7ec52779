"""Differences between stored snapshots: counted in full, and told in details that have a bound."""

from __future__ import annotations

from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from apps.engine.model import Verdict
from apps.reachability import causes, comparison
from apps.reachability.between import compare
from apps.reachability.comparison import ChangeFilter, Comparison
from apps.reachability.names import UnknownName
from apps.reachability.take import ReadingRefused
from apps.reachability.trial import Deletion, try_draft
from apps.snapshots.models import Snapshot
from apps.snapshots.queries import NothingStored
from apps.snapshots.reading import Reading, ReadObject
from tests.fakes.kube_objects import namespace
from tests.reachability.stored import deny_all, store_harbour, store_harbour_again

pytestmark = pytest.mark.django_db


@pytest.fixture
def harbour() -> Snapshot:
    return store_harbour()


def _draft(*bodies: dict[str, Any]) -> Reading:
    return Reading(objects=[ReadObject(body) for body in bodies])


def _walls(count: int) -> list[dict[str, Any]]:
    """Policies that close orders: only together are they a cause, but whichever goes last opens it."""
    return [deny_all("orders", f"wall-{number:02}") for number in range(count)]


def _told(found: Comparison) -> dict[str, Any]:
    return found.tell(found.edges(ChangeFilter())[:])


def test_a_cause_of_many_changes_is_counted_and_cut_short(harbour: Snapshot) -> None:
    told = _told(compare(harbour, store_harbour_again(harbour.cluster, extra=_walls(25))))
    assert told["change_count"] == 25
    cause = next(each for each in told["causes"] if each["aspect"] == "verdict")
    assert (cause["change_count"], len(cause["changes"])) == (25, causes.MOST_PARTS)
    assert "wall-02 appeared: closed" in cause["sentence"]
    assert cause["sentence"].endswith("(with 22 more changes)")
    assert "wall-03" not in cause["sentence"]


def test_an_edge_names_its_first_causes(harbour: Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(causes, "FIRST_CAUSES", 0)
    walled = store_harbour_again(harbour.cluster, extra=_walls(5))
    told = _told(compare(walled, store_harbour_again(harbour.cluster)))
    opened = [edge for edge in told["results"] if edge["kind"] == "opened"]
    assert {edge["cause_count"] for edge in opened} == {5}
    assert {len(edge["causes"]) for edge in opened} == {causes.MOST_OF_AN_EDGE}
    numbers = {number for edge in told["results"] for number in edge["causes"]}
    assert [cause["number"] for cause in told["causes"]] == sorted(numbers)


def test_lists_beside_the_edges_are_counted_and_cut_short(
    harbour: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = try_draft(harbour, _draft(deny_all("front"), deny_all("orders"), deny_all("shop")))
    whole = _told(found)
    assert whole["dns_broken"] == ["front", "orders", "shop"]
    monkeypatch.setattr(comparison, "MOST_NAMED", 1)
    told = _told(found)
    assert (told["dns_broken"], told["dns_broken_count"]) == (["front"], 3)
    assert (told["dns"], told["dns_count"]) == (whole["dns"][:1], 3)


@pytest.mark.parametrize("kind", ["", "opened", "closed", "changed"])
@pytest.mark.parametrize("size", [1, 5, 100])
def test_slices_join_to_the_engines_edges(harbour: Snapshot, kind: str, size: int) -> None:
    opened = store_harbour_again(
        harbour.cluster, extra=[deny_all("orders")], without={"deny-ingress", "allow-client"}
    )
    found = compare(harbour, opened)
    edges = found.edges(ChangeFilter(kind=kind))
    joined = [edge for start in range(0, len(edges), size) for edge in edges[start : start + size]]
    assert joined == list(found.diff.edges(kind or None))
    assert len(joined) == len(edges) > 0
    assert edges[-1] == joined[-1]
    with pytest.raises(IndexError):
        edges[len(edges)]


def test_a_cause_that_is_not_there(harbour: Snapshot) -> None:
    found = try_draft(harbour, _draft(deny_all("orders")))
    with pytest.raises(UnknownName) as caught:
        found.edges(ChangeFilter(cause=len(found.diff.causes)))
    assert caught.value.field == "cause"


def test_a_second_page_costs_no_comparison(
    harbour: Snapshot, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    later = store_harbour_again(harbour.cluster, extra=[deny_all("orders")])
    first = compare(harbour, later)
    with django_assert_num_queries(0):
        assert compare(harbour, later).diff is first.diff


def test_a_draft_is_no_part_of_what_is_kept(harbour: Snapshot) -> None:
    try_draft(harbour, _draft(deny_all("orders")))
    assert try_draft(harbour, _draft(namespace("island"))).diff.counts["closed"] == 0


def test_a_deleted_namespace_takes_its_edges_along(harbour: Snapshot) -> None:
    found = try_draft(harbour, Reading(), [Deletion("Namespace", "orders")])
    gone = [
        edge for edge in found.edges(ChangeFilter()) if "orders" in (edge.source, edge.target.split("/")[0])
    ]
    assert gone
    assert all(edge.after is None and edge.before for edge in gone)
    assert {edge.before.verdict for edge in gone if edge.before} <= {Verdict.UNRESTRICTED, Verdict.PARTIAL}


def test_a_draft_names_every_problem(harbour: Snapshot) -> None:
    wrong = deny_all("shop") | {"spec": {"podSelector": []}}
    with pytest.raises(ReadingRefused) as caught:
        try_draft(harbour, _draft(wrong), [Deletion("Service", "db", "atlantis")])
    named = [(problem.object, problem.field) for problem in caught.value.problems]
    assert named == [
        ("NetworkPolicy/shop/deny-all", "spec.podSelector"),
        ("Service/atlantis/db", "delete[0]"),
    ]


def test_an_unfinished_snapshot_has_no_answer(harbour: Snapshot) -> None:
    waiting = Snapshot.objects.create(cluster=harbour.cluster, number=2)
    for ask in (
        lambda: compare(harbour, waiting),
        lambda: compare(waiting, harbour),
        lambda: try_draft(waiting, _draft(deny_all("orders"))),
    ):
        with pytest.raises(NothingStored, match="queued"):
            ask()
