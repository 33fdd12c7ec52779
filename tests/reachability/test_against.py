"""Marks of new and closed edges, told apart edge by edge and then drawn, listed and counted."""

from __future__ import annotations

from typing import Any

import pytest

from apps.engine.model import Edge, Verdict
from apps.reachability.against import Against
from apps.reachability.bundle import REACHING
from apps.reachability.matrix import MatrixQuestion
from apps.reachability.names import UnknownName
from apps.reachability.queries import against_of, graph, load_reach, matrix, reach_page
from apps.reachability.question import GraphQuestion
from apps.reachability.selection import EdgeFilter
from apps.snapshots.models import Snapshot
from tests.fakes.kube_objects import namespace, pod, service
from tests.reachability.stored import deny_all, store_harbour, store_harbour_again

pytestmark = pytest.mark.django_db

Key = tuple[str, str, int, str]


@pytest.fixture
def later() -> Snapshot:
    """The third snapshot: since the second orders is closed, shop is opened, annex is gone and jetty came."""
    first = store_harbour()
    store_harbour_again(first.cluster, extra=_quarter("annex", 98))
    extra = [deny_all("orders"), *_quarter("jetty", 99)]
    return store_harbour_again(first.cluster, extra=extra, without={"deny-ingress", "allow-client"})


def _quarter(name: str, number: int) -> list[dict[str, Any]]:
    return [namespace(name), pod(name, "web-1", number=number), service(name, "web")]


def _key(edge: Edge) -> Key:
    return edge.source, edge.target, edge.port, edge.protocol


def _edges(snapshot: Snapshot) -> dict[Key, Verdict]:
    return {_key(edge): edge.verdict for edge in load_reach(snapshot).edges()}


def _sides(later: Snapshot) -> tuple[dict[Key, Verdict], dict[Key, Verdict]]:
    first = later.cluster.snapshots.get(number=2)
    return _edges(first), _edges(later)


def _kind(before: Verdict | None, after: Verdict | None) -> str:
    """As the engine defines it, without DNS and backend."""
    if after in REACHING and before not in REACHING and before is not Verdict.UNKNOWN:
        return "opened"
    if before in REACHING and after not in REACHING and after is not Verdict.UNKNOWN:
        return "closed"
    return "" if before == after else "changed"


def _against(later: Snapshot) -> Against:
    return against_of(later, 2)


def test_every_edge_is_marked_as_both_snapshots_say(later: Snapshot) -> None:
    before, after = _sides(later)
    against = _against(later)
    reach = load_reach(later)
    kinds = set()
    for edge in reach.edges():
        change = against.change_of(edge)
        expected = _kind(before.get(_key(edge)), edge.verdict)
        if expected in ("opened", "closed"):
            assert change is not None, edge
            assert change.kind == expected
        elif change:
            assert change.kind == "changed"
        kinds.add(expected)
    assert {"opened", "closed"} <= kinds
    assert len(after) == len(list(reach.edges()))


def test_marks_agree_with_single_edges(later: Snapshot) -> None:
    against, reach = _against(later), load_reach(later)
    for port in reach.ports:
        marks = against.of(port)
        for number in range(len(reach.namespaces)):
            change = against.change_of(reach.edge(port, number))
            found = [
                kind for kind in ("opened", "closed", "changed") if marks and number in getattr(marks, kind)
            ]
            assert found == ([change.kind] if change else [])


def test_what_lost_an_end_is_listed(later: Snapshot) -> None:
    before, after = _sides(later)
    gone = {key for key in before.keys() - after.keys() if before[key] in REACHING}
    told = list(_against(later).gone_edges(lambda key, source: True))
    assert {(edge.source, edge.target, edge.port, edge.protocol) for edge in told} == gone
    assert gone


def _drawn(later: Snapshot, **asked: Any) -> dict[str, Any]:
    return graph(later, GraphQuestion(**asked, against=2))


def test_the_focus_view_draws_what_came_and_went_whatever_its_verdict(later: Snapshot) -> None:
    against = _against(later)
    moved = {
        _key(edge)
        for edge in load_reach(later).edges(None, "orders")
        if (change := against.change_of(edge)) and change.kind != "changed"
    }
    found = _drawn(later, focus="orders")
    lines = [line for line in found["edges"] if line.get("change") and not line.get("gone")]
    marked = {
        tuple(line["ask"].values()) for line in lines if line["change"]["opened"] or line["change"]["closed"]
    }
    assert marked == moved
    plain = graph(later, GraphQuestion(focus="orders"))
    assert all("change" not in line for line in plain["edges"])
    counts = found["meta"]["against"]
    assert counts["opened"] + counts["closed"] == len(moved)


def test_counts_drawn_folded_and_hidden_cover_every_card(later: Snapshot) -> None:
    for focus in ("orders", ""):
        meta = _drawn(later, focus=focus)["meta"]
        assert meta["drawn"] + meta["folded"] + meta["hidden"] == sum(meta["counts"].values())
        assert min(meta["drawn"], meta["folded"], meta["hidden"]) >= 0


def test_ghosts_stand_where_no_card_is_and_lines_end_at_cards(later: Snapshot) -> None:
    for asked in ({}, {"focus": "orders"}, {"focus": "orders", "direction": "from"}):
        found = _drawn(later, **asked)
        ids = [node["id"] for node in found["nodes"]]
        assert len(ids) == len(set(ids))
        assert {end for line in found["edges"] for end in (line["source"], line["target"])} <= set(ids)
        places = [(node["x"], node["y"]) for node in found["nodes"] if node["kind"] != "box"]
        assert len(places) == len(set(places))
    ghosts = [node for node in _drawn(later)["nodes"] if node["kind"] == "gone"]
    assert [(node["label"], node["fact"]) for node in ghosts] == [("annex", "gone since #2")]


def test_the_matrix_marks_the_cells_of_the_same_edges(later: Snapshot) -> None:
    against = _against(later)
    found = matrix(later, MatrixQuestion(by="service", against=2))
    kinds: dict[tuple[str, str], set[str]] = {}
    for edge in load_reach(later).edges():
        if change := against.change_of(edge):
            kinds.setdefault((edge.source, edge.target), set()).add(change.kind)
    for row, marks in zip(found["rows"], found["marks"], strict=True):
        for column, mark in zip(found["columns"], marks, strict=True):
            here = kinds.get((row, column), set())
            most = next((kind for kind in ("opened", "closed", "changed") if kind in here), "")
            assert mark == {"opened": "+", "closed": "-", "changed": "~", "": " "}[most]
    assert {"+", "-"} <= set("".join(found["marks"]))


def test_a_cell_of_classes_is_marked_for_any_of_its_members(later: Snapshot) -> None:
    by_name = matrix(later, MatrixQuestion(against=2))
    marks = {
        (row, column): mark
        for row, line in zip(by_name["rows"], by_name["marks"], strict=True)
        for column, mark in zip(by_name["columns"], line, strict=True)
    }
    found = matrix(later, MatrixQuestion(by="class", against=2))
    members = {each["name"]: each["members"] for each in found["classes"]}
    for row, line in zip(found["rows"], found["marks"], strict=True):
        for column, mark in zip(found["columns"], line, strict=True):
            inside = {marks[source, target] for source in members[row] for target in members[column]}
            assert mark == next(each for each in "+-~ " if each in inside)
    assert found["meta"]["against"] == by_name["meta"]["against"]


def test_what_moved_is_wanted_beside_the_verdicts(later: Snapshot) -> None:
    against = _against(later)
    wanted = EdgeFilter(verdicts=frozenset({Verdict.UNKNOWN}))
    plain = {_key(edge) for edge in reach_page(later, wanted)}
    found = {_key(edge) for edge in reach_page(later, wanted, against.came_or_went)}
    moved = {
        _key(edge)
        for edge in load_reach(later).edges()
        if (change := against.change_of(edge)) and change.kind != "changed"
    }
    assert found == plain | moved
    assert moved


def test_a_snapshot_that_is_not_there_is_named(later: Snapshot) -> None:
    with pytest.raises(UnknownName, match="has no snapshot 9") as refused:
        against_of(later, 9)
    assert refused.value.field == "against"
