"""The matrix over REST."""

from __future__ import annotations

import pytest
from rest_framework.test import APIClient

from apps.api.serializers.matrices import MatrixSerializer
from apps.snapshots.models import Snapshot
from tests.api.conftest import FIRST
from tests.api.problems import fields_of
from tests.api.shapes import assert_shape

MATRIX = f"{FIRST}matrix/"


@pytest.mark.parametrize("by", ["namespace", "service", "class"])
def test_a_matrix_has_the_keys_of_the_contract(client: APIClient, harbour: Snapshot, by: str) -> None:
    response = client.get(MATRIX, {"by": by})
    matrix = response.json()
    assert_shape(MatrixSerializer(), matrix)
    assert (matrix["meta"]["cluster"], matrix["meta"]["snapshot"]) == ("harbour", 1)
    assert len(matrix["cells"]) == len(matrix["rows"]) == len(matrix["dns"])
    assert "immutable" in response["Cache-Control"]


def test_a_cell_is_the_edge(client: APIClient, harbour: Snapshot) -> None:
    matrix = client.get(MATRIX, {"by": "service", "rows": "orders", "columns": "shop/db"}).json()
    assert (matrix["rows"], matrix["columns"], matrix["cells"]) == (["orders"], ["shop/db"], ["P"])


@pytest.mark.parametrize(
    ("query", "status", "fields"),
    [
        ({"by": "colour"}, 400, ["by"]),
        ({"rows": "a,,b"}, 400, ["rows"]),
        ({"rows": "shop/db"}, 400, ["rows"]),
        ({"columns": "shop/db"}, 400, ["columns"]),
        ({"row_limit": "701"}, 400, ["row_limit"]),
        ({"column_offset": "-1"}, 400, ["column_offset"]),
        ({"by": "class", "port": "80"}, 400, ["port"]),
        ({"rows": "atlantis"}, 404, ["rows"]),
        ({"by": "service", "columns": "shop/ship"}, 404, ["columns"]),
    ],
    ids=str,
)
def test_a_matrix_that_cannot_be_given(
    client: APIClient, harbour: Snapshot, query: dict[str, str], status: int, fields: list[str]
) -> None:
    assert fields_of(client.get(MATRIX, query), status) == fields
