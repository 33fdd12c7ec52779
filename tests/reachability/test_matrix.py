"""The matrix: its windows say what the edges say, in an order that depends on nothing else."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given

from apps.engine import Reach, assumptions_for, compute_reach, parse_cluster
from apps.engine.model import Assumptions, Verdict
from apps.reachability.bundle import RANKING
from apps.reachability.matrix import Matrix, MatrixQuestion, lay_out
from apps.reachability.matrix_cells import LETTERS, NO_EDGE
from apps.reachability.names import UnknownName
from apps.snapshots.manifests import read_paths
from tests.engine.strategies import Object, assumptions, clusters

SAMPLE = Path(__file__).parents[2] / "examples" / "sample"
WHOLE = MatrixQuestion(row_limit=700, column_limit=700)


@pytest.fixture(scope="module")
def sample() -> Reach:
    objects = [each.body for each in read_paths([str(SAMPLE)]).objects]
    return compute_reach(parse_cluster(objects), assumptions_for("generic", {}))


def _letters(matrix: Matrix) -> dict[tuple[str, str], str]:
    return {
        (row, column): letter
        for row, line in zip(matrix["rows"], matrix["cells"], strict=True)
        for column, letter in zip(matrix["columns"], line, strict=True)
    }


def _expected(reach: Reach, *, by_service: bool, port: int | None = None) -> dict[tuple[str, str], str]:
    """The most permissive verdict of the edges between each two, from the edges one by one."""
    best: dict[tuple[str, str], Verdict] = {}
    for edge in reach.edges():
        if port in (None, edge.port):
            pair = (edge.source, edge.target if by_service else edge.target.partition("/")[0])
            best[pair] = min(best.get(pair, Verdict.EMPTY), edge.verdict, key=RANKING.index)
    return {pair: LETTERS[verdict] for pair, verdict in best.items()}


@given(clusters(), assumptions)
def test_a_matrix_says_what_the_edges_say(objects: list[Object], assumed: dict[str, str]) -> None:
    reach = compute_reach(parse_cluster(objects), Assumptions(**assumed))
    by_service = lay_out(reach, replace(WHOLE, by="service"))
    assert _letters(by_service) == _expected(reach, by_service=True)
    by_namespace = lay_out(reach, WHOLE)
    found = _letters(by_namespace)
    expected = _expected(reach, by_service=False)
    assert {pair: letter for pair, letter in found.items() if letter != NO_EDGE} == expected
    assert len(found) == len(reach.namespaces) ** 2
    letters = list(found.values())
    assert by_namespace["meta"]["counts"] == {str(v): letters.count(LETTERS[v]) for v in LETTERS}


@given(clusters(), assumptions)
def test_the_order_does_not_depend_on_the_order_of_the_objects(
    objects: list[Object], assumed: dict[str, str]
) -> None:
    one, other = (
        compute_reach(parse_cluster(each), Assumptions(**assumed)) for each in (objects, objects[::-1])
    )
    assert lay_out(one, WHOLE) == lay_out(other, WHOLE)
    classes = lay_out(one, WHOLE)["row_classes"]
    changes = sum(left != right for left, right in pairwise(classes))
    assert changes + 1 == len(set(classes)) if classes else True  # no class is torn apart


def test_the_first_window_shows_who_reaches_and_is_reached_most(sample: Reach) -> None:
    whole = lay_out(sample, WHOLE)
    telling = {"A": 2.5, "P": 1.5, "U": 3.0, "?": 1.0}
    cells = _letters(whole)
    weights = {
        name: sum(telling.get(letter, 0) for ends, letter in cells.items() for end in ends if end == name)
        for name in whole["rows"]
    }
    assert weights[whole["rows"][0]] == max(weights.values())


def test_windows_are_cut_out_of_the_whole(sample: Reach) -> None:
    whole = lay_out(sample, WHOLE)
    window = lay_out(sample, MatrixQuestion(row_offset=2, row_limit=4, column_offset=3, column_limit=5))
    assert window["rows"] == whole["rows"][2:6]
    assert window["columns"] == whole["columns"][3:8]
    assert window["cells"] == [line[3:8] for line in whole["cells"][2:6]]
    assert window["dns"] == whole["dns"][2:6]
    assert window["meta"]["counts"] == whole["meta"]["counts"]
    assert lay_out(sample, replace(WHOLE, row_offset=999))["rows"] == []


def test_rows_columns_and_ports_can_be_chosen(sample: Reach) -> None:
    chosen = lay_out(sample, replace(WHOLE, rows="orders,storefront", columns="payments"))
    assert sorted(chosen["rows"]) == ["orders", "storefront"]
    assert chosen["columns"] == ["payments"]
    services = lay_out(sample, replace(WHOLE, by="service", columns="payments/db,identity", port=5432))
    expected = _expected(sample, by_service=True, port=5432)
    assert services["columns"]
    assert _letters(services) == {
        pair: letter for pair, letter in expected.items() if pair[1] in services["columns"]
    }
    row_class = lay_out(sample, WHOLE)["row_classes"][0]
    members = lay_out(sample, replace(WHOLE, rows=f"class:{row_class}"))
    assert set(members["row_classes"]) == {row_class}


def test_the_matrix_of_classes_lists_their_members(sample: Reach) -> None:
    matrix = lay_out(sample, replace(WHOLE, by="class"))
    assert matrix["rows"] == matrix["columns"]
    assert sum(each["count"] for each in matrix["classes"]) == len(sample.namespaces)
    assert sum(matrix["meta"]["counts"].values()) <= len(sample.namespaces) ** 2
    some = lay_out(sample, replace(WHOLE, by="class", rows="C2,class:C1"))
    assert sorted(some["rows"]) == ["C1", "C2"]


@pytest.mark.parametrize(
    ("question", "field"),
    [
        (MatrixQuestion(rows="atlantis"), "rows"),
        (MatrixQuestion(columns="orders,class:C999"), "columns"),
        (MatrixQuestion(by="class", columns="C999"), "columns"),
        (MatrixQuestion(by="service", columns="payments/ship"), "columns"),
    ],
)
def test_names_that_the_snapshot_lacks_are_named(sample: Reach, question: MatrixQuestion, field: str) -> None:
    with pytest.raises(UnknownName) as refusal:
        lay_out(sample, question)
    assert refusal.value.field == field


def test_an_empty_cluster_has_an_empty_matrix() -> None:
    reach = compute_reach(parse_cluster([]), assumptions_for("generic", {}))
    matrix = lay_out(reach, WHOLE)
    assert (matrix["rows"], matrix["cells"], matrix["meta"]["row_count"]) == ([], [], 0)
    assert lay_out(reach, replace(WHOLE, by="class"))["classes"] == []
