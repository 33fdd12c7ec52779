"""The difference between two states: edges one by one, and causes that hold when they are tried."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from hypothesis import given

from apps.engine import compare_reach, parse_cluster, undo
from apps.engine.diff import EdgeChange, EdgeState
from apps.engine.model import Assumptions, Cluster, Verdict
from apps.engine.reach import Reach
from apps.engine.scene import Scene
from tests.engine.edits import edited_clusters
from tests.engine.strategies import Object, assumptions

_REACHING = (Verdict.ALLOWED, Verdict.PARTIAL, Verdict.UNRESTRICTED)


class Name(NamedTuple):
    source: str
    target: str
    port: int
    protocol: str


def states_of(cluster: Cluster, under: Assumptions) -> dict[Name, EdgeState]:
    """Every edge of a cluster, made one by one."""
    reach = Reach(Scene(cluster, under))
    dns = dict(zip(reach.namespaces, reach.dns, strict=True))
    return {
        Name(source, each.target, each.port, each.protocol): EdgeState(
            each.verdict(number), dns[source], each.backend
        )
        for each in reach.ports
        for number, source in enumerate(reach.namespaces)
    }


def name_of(edge: EdgeChange) -> Name:
    return Name(edge.source, edge.target, edge.port, edge.protocol)


def kind_of(before: EdgeState | None, after: EdgeState | None) -> str:
    """The definition, for one edge: opened, closed, changed, or nothing."""
    if before is not None and after is not None and before == after:
        return ""
    old, new = (_sort(state) for state in (before, after))
    if (old, new) in (("none", "reaches"), ("reaches", "none")):
        return "opened" if new == "reaches" else "closed"
    if before is None or after is None:
        return "" if old == new else "changed"
    return "changed"


def _sort(state: EdgeState | None) -> str:
    if state is None or state.verdict in (Verdict.DENIED, Verdict.EMPTY):
        return "none"
    return "reaches" if state.verdict in _REACHING else "unknown"


def by_name(edges: Iterable[EdgeChange]) -> dict[Name, EdgeChange]:
    return {name_of(edge): edge for edge in edges}


@given(edited_clusters(), assumptions)
def test_the_difference_is_that_of_all_edges_one_by_one(
    pair: tuple[list[Object], list[Object]], assumed: dict[str, str]
) -> None:
    before, after = map(parse_cluster, pair)
    under = Assumptions(**assumed)
    old, new = states_of(before, under), states_of(after, under)
    expected = {
        name: (kind, old.get(name), new.get(name))
        for name in old.keys() | new.keys()
        if (kind := kind_of(old.get(name), new.get(name)))
    }
    diff = compare_reach(before, after, under)
    found = {name: (edge.kind, edge.before, edge.after) for name, edge in by_name(diff.edges()).items()}
    assert found == expected
    assert sum(diff.counts.values()) == len(expected)


def is_undone(edge: EdgeChange, now: EdgeState | None, aspect: str) -> bool:
    """Whether this aspect of an edge that changed is as it was before."""
    if edge.kind in ("opened", "closed"):
        return _sort(now) == _sort(edge.before)
    if edge.before is None or now is None or aspect == "verdict":
        old, new = (state.verdict if state else None for state in (edge.before, now))
        return old == new or (edge.before is None and _sort(now) == "none")
    return getattr(edge.before, aspect) == getattr(now, aspect)


def differs(edge: EdgeChange, aspect: str) -> bool:
    """Whether a changed edge needs a cause for this aspect."""
    if edge.kind in ("opened", "closed") or edge.before is None or edge.after is None:
        return aspect == "verdict"
    return getattr(edge.before, aspect) != getattr(edge.after, aspect)


@given(edited_clusters(), assumptions)
def test_every_change_has_causes_and_undoing_one_undoes_it(
    pair: tuple[list[Object], list[Object]], assumed: dict[str, str]
) -> None:
    before, after = map(parse_cluster, pair)
    under = Assumptions(**assumed)
    diff = compare_reach(before, after, under)
    for edge in diff.edges():
        aspects = {cause.aspect for cause in edge.causes}
        assert aspects == {name for name in ("verdict", "dns", "backend") if differs(edge, name)}, edge
    for cause in diff.causes:
        now = states_of(undo(before, after, cause.changes), under)
        for edge in diff.edges(cause=cause):
            assert is_undone(edge, now.get(name_of(edge)), cause.aspect), (str(cause), edge)


@given(edited_clusters(), assumptions)
def test_a_cause_holds_nothing_that_could_be_spared(
    pair: tuple[list[Object], list[Object]], assumed: dict[str, str]
) -> None:
    before, after = map(parse_cluster, pair)
    under = Assumptions(**assumed)
    diff = compare_reach(before, after, under)
    for cause in diff.causes:
        for spared in cause.changes if len(cause.changes) > 1 else ():
            rest = [change for change in cause.changes if change != spared]
            now = states_of(undo(before, after, rest), under)
            for edge in diff.edges(cause=cause):
                assert not is_undone(edge, now.get(name_of(edge)), cause.aspect), (str(cause), str(spared))


@given(edited_clusters(), assumptions)
def test_all_changes_undone_give_every_edge_as_it_was(
    pair: tuple[list[Object], list[Object]], assumed: dict[str, str]
) -> None:
    before, after = map(parse_cluster, pair)
    under = Assumptions(**assumed)
    diff = compare_reach(before, after, under)
    assert states_of(undo(before, after, diff.changes), under) == states_of(before, under)
