"""Paths of several hops over REST."""

from __future__ import annotations

from itertools import pairwise

import pytest
import yaml
from rest_framework.test import APIClient

from apps.api.serializers.paths import PathsSerializer
from apps.engine import find_paths
from apps.reachability import pivots
from apps.snapshots.models import Snapshot
from apps.snapshots.queries import assumptions_of, load_cluster
from tests.api.conftest import FIRST
from tests.api.problems import fields_of, problem_of
from tests.api.shapes import assert_shape

PATHS = f"{FIRST}paths/"


@pytest.mark.parametrize("any_port", [False, True])
@pytest.mark.parametrize("hops", [1, 2, 10])
@pytest.mark.parametrize("source", ["front", "orders", "orders/Deployment/worker", "dark", "empty"])
def test_the_paths_are_the_engines(
    client: APIClient, harbour: Snapshot, source: str, hops: int, any_port: bool
) -> None:
    body = client.get(PATHS, {"source": source, "hops": hops, "any_port": any_port}).json()
    assert_shape(PathsSerializer(), body)
    expected = find_paths(load_cluster(harbour), assumptions_of(harbour), source, hops, any_port=any_port)
    assert (body["source"], body["hops"], body["starts"]) == (source, hops, list(expected.starts))
    for told, paths in (body["workloads"], expected.workloads), (body["services"], expected.services):
        assert told["count"] == sum(told["by_hops"]) == len(paths)
        assert len(told["by_hops"]) == hops
        for path, one in zip(told["paths"], paths, strict=True):
            assert (path["target"], path["port"] or 0, path["hops"]) == (one.target, one.port, one.hops)
            assert path["certainty"] == one.certainty
            assert [step["target"] for step in path["steps"]] == [step.target for step in one.steps]


def test_what_was_reached_leads_on(client: APIClient, harbour: Snapshot) -> None:
    near = client.get(PATHS, {"source": "front", "hops": 1}).json()
    assert "shop/StatefulSet/db" not in {path["target"] for path in near["workloads"]["paths"]}
    body = client.get(PATHS, {"source": "front"}).json()
    assert body["hops"] == 3
    (path,) = [path for path in body["workloads"]["paths"] if path["target"] == "shop/StatefulSet/db"]
    assert (path["hops"], path["port"], path["protocol"]) == (2, None, None)
    assert [step["service"] for step in path["steps"]] == ["orders/client", "shop/db"]
    assert all(one["target"] == other["source"] for one, other in pairwise(path["steps"]))


def test_what_is_not_told_is_counted(
    client: APIClient, harbour: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = client.get(PATHS, {"source": "front"}).json()
    monkeypatch.setattr(pivots, "MOST_PATHS", 2)
    body = client.get(PATHS, {"source": "front"}).json()
    for name in ("workloads", "services"):
        assert len(whole[name]["paths"]) > 2
        assert body[name] == whole[name] | {"paths": whole[name]["paths"][:2]}


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({}, "source"),
        ({"source": ""}, "source"),
        ({"source": "orders/client"}, "source"),
        ({"source": "orders", "hops": "0"}, "hops"),
        ({"source": "orders", "hops": "11"}, "hops"),
        ({"source": "orders", "hops": "two"}, "hops"),
        ({"source": "orders", "any_port": "perhaps"}, "any_port"),
        ({"source": "orders", "target": "shop"}, "target"),
    ],
    ids=str,
)
def test_wrong_parameters_are_named(
    client: APIClient, harbour: Snapshot, query: dict[str, str], field: str
) -> None:
    assert fields_of(client.get(PATHS, query)) == [field]


@pytest.mark.parametrize("source", ["atlantis", "orders/Deployment/atlantis"])
def test_a_source_that_is_not_there(client: APIClient, harbour: Snapshot, source: str) -> None:
    response = client.get(PATHS, {"source": source})
    assert fields_of(response, 404) == ["source"]
    assert source in problem_of(response, 404)["detail"]


def test_an_answer_once_given_is_not_sent_again(client: APIClient, harbour: Snapshot) -> None:
    tag = client.get(PATHS, {"source": "front"})["ETag"]
    assert client.get(PATHS, {"source": "front"}, HTTP_IF_NONE_MATCH=tag).status_code == 304
    assert client.get(PATHS, {"source": "orders"}, HTTP_IF_NONE_MATCH=tag).status_code == 200


def test_the_schema_calls_it_a_possible_pivot(nobody: APIClient) -> None:
    schema = yaml.safe_load(nobody.get("/api/v1/schema/").content)
    (address,) = [path for path in schema["paths"] if path.endswith("/paths/")]
    assert "possible pivot" in schema["paths"][address]["get"]["description"]
