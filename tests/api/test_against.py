"""`against=N`: graph, matrix and edges tell what differs, and refuse what is no snapshot."""

from __future__ import annotations

import pytest
from rest_framework.test import APIClient

from apps.api.serializers.marks import (
    AgainstSerializer,
    ComparedEdgeSerializer,
    LineChangeSerializer,
)
from apps.api.serializers.matrices import MatrixSerializer
from apps.snapshots.models import Snapshot
from tests.api.conftest import HARBOUR
from tests.api.problems import fields_of
from tests.api.shapes import assert_shape
from tests.reachability.stored import deny_all, store_harbour_again

AT = f"{HARBOUR}snapshots/2/"


@pytest.fixture(autouse=True)
def later(harbour: Snapshot) -> Snapshot:
    """orders was closed, and shop opened."""
    without = {"deny-ingress", "allow-client"}
    return store_harbour_again(harbour.cluster, extra=[deny_all("orders")], without=without)


def test_edges_tell_how_they_differ_as_the_diff_does(client: APIClient) -> None:
    found = client.get(f"{AT}reach/?against=1&limit=500").json()["results"]
    assert {frozenset(edge) for edge in found} == {frozenset(ComparedEdgeSerializer().fields)}
    diff = client.get(f"{AT}diff/?against=1&limit=500&causes=false").json()["results"]
    ends = ("source", "target", "port", "protocol")
    expected = {tuple(edge[name] for name in ends): (edge["kind"], edge["before"]) for edge in diff}
    marked = {
        tuple(edge[name] for name in ends): (edge["change"]["kind"], edge["change"]["before"])
        for edge in found
        if edge["change"]
    }
    assert marked == expected
    assert {kind for kind, _ in marked.values()} >= {"opened", "closed"}
    assert all("change" not in edge for edge in client.get(f"{AT}reach/").json()["results"])


def test_graph_and_matrix_have_the_promised_shape(client: APIClient) -> None:
    for query in ("", "&focus=shop", "&focus=orders&direction=from"):
        graph = client.get(f"{AT}graph/?against=1{query}").json()
        assert graph["meta"]["against"]["snapshot"] == 1
        meta = AgainstSerializer().fields
        assert {"snapshot", "opened", "closed", "changed"} <= set(graph["meta"]["against"]) <= set(meta)
        asked = [line for line in graph["edges"] if line["ask"]]
        assert all(set(line["change"]) == set(LineChangeSerializer().fields) for line in asked)
    matrix = client.get(f"{AT}matrix/?against=1").json()
    assert_shape(MatrixSerializer(), matrix)
    assert matrix["meta"]["against"]["opened"] > 0
    assert [len(line) for line in matrix["marks"]] == [len(line) for line in matrix["cells"]]


@pytest.mark.parametrize("what", ["reach", "graph", "matrix"])
def test_another_snapshot_must_be_one(client: APIClient, what: str) -> None:
    assert fields_of(client.get(f"{AT}{what}/?against=9"), 404) == ["against"]
    assert fields_of(client.get(f"{AT}{what}/?against=old")) == ["against"]
