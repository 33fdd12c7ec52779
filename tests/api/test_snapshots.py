"""Snapshots: listed, read, taken, made from manifests."""

from __future__ import annotations

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django import DjangoAssertNumQueries, Settings
from rest_framework.test import APIClient

from apps.snapshots.models import Cluster, ObjectVersion, Snapshot
from tests.api.conftest import FIRST, HARBOUR
from tests.api.problems import fields_of, problem_of
from tests.reachability.stored import HARBOUR as MANIFESTS

SNAPSHOTS = f"{HARBOUR}snapshots/"
KEYS = {
    "cluster",
    "number",
    "state",
    "step",
    "done",
    "total",
    "error",
    "requested",
    "started",
    "finished",
    "counts",
    "evaluated_with",
    "digest",
}


def _file(name: str, text: str | bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text.encode() if isinstance(text, str) else text)


def test_a_snapshot_says_what_was_read(client: APIClient, harbour: Snapshot) -> None:
    body = client.get(FIRST).json()
    assert set(body) == KEYS | {"coverage"}
    assert (body["cluster"], body["number"], body["state"]) == ("harbour", 1, "complete")
    assert body["counts"]["namespaces"] == 6
    assert body["coverage"]["read"]["NetworkPolicy"] == 3
    assert body["coverage"]["unread"] == []
    assert client.get(f"{SNAPSHOTS}latest/").json() == body


def test_snapshots_are_listed_newest_first(
    client: APIClient, harbour: Snapshot, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    Snapshot.objects.create(cluster=harbour.cluster, number=2)
    with django_assert_num_queries(7):  # session, user, scopes, audit; cluster, count, page
        body = client.get(SNAPSHOTS).json()
    assert [(each["number"], each["state"]) for each in body["results"]] == [(2, "queued"), (1, "complete")]
    assert all(set(each) == KEYS for each in body["results"])


def test_latest_is_the_newest_that_holds_answers(client: APIClient, harbour: Snapshot) -> None:
    Snapshot.objects.create(cluster=harbour.cluster, number=2)
    assert client.get(f"{SNAPSHOTS}latest/").json()["number"] == 1
    assert client.get(f"{SNAPSHOTS}2/").json()["state"] == "queued"
    assert "queued" in problem_of(client.get(f"{SNAPSHOTS}2/reach/"), 409)["detail"]


def test_a_cluster_without_snapshots_has_no_latest(client: APIClient, manifests_cluster: Cluster) -> None:
    answer = client.get(f"/api/v1/clusters/{manifests_cluster.slug}/snapshots/latest/")
    assert "no finished snapshot" in problem_of(answer, 404)["detail"]


@pytest.mark.parametrize("number", ["2", "0", "-1", "oldest", "99999999999999999999"])
def test_a_snapshot_that_is_not_there(client: APIClient, harbour: Snapshot, number: str) -> None:
    assert number in problem_of(client.get(f"{SNAPSHOTS}{number}/"), 404)["detail"]


@pytest.mark.django_db(transaction=True)
def test_a_snapshot_is_ordered_and_not_twice(admin: APIClient, live_cluster: Cluster) -> None:
    address = f"/api/v1/clusters/{live_cluster.slug}/snapshots/"
    first, second = admin.post(address), admin.post(address, {}, format="json")
    assert first.status_code == second.status_code == 202
    assert first["Location"] == second["Location"] == f"{address}1/"
    assert first.json()["state"] == "queued"
    assert admin.get(first["Location"]).json()["number"] == 1


def test_a_cluster_of_manifests_cannot_be_read_live(admin: APIClient, harbour: Snapshot) -> None:
    assert fields_of(admin.post(SNAPSHOTS), 409) == ["source"]


def test_an_order_has_no_fields(admin: APIClient, harbour: Snapshot) -> None:
    assert fields_of(admin.post(SNAPSHOTS, {"when": "now"}, format="json")) == ["when"]


def test_manifests_become_a_snapshot(admin: APIClient, manifests_cluster: Cluster) -> None:
    address = f"/api/v1/clusters/{manifests_cluster.slug}/snapshots/"
    text = MANIFESTS.read_text()
    middle = text.index("---\napiVersion: v1\nkind: Service")
    files = [_file("pods.yaml", text[:middle]), _file("rest.yaml", text[middle:])]
    response = admin.post(address, {"files": files}, format="multipart")
    assert response.status_code == 201, response.content
    assert response["Location"] == f"{address}1/"
    body = response.json()
    assert (body["state"], body["counts"]["services"]) == ("complete", 4)
    edges = admin.get(f"{address}1/reach/", {"source": "orders", "target": "shop/db", "port": 5432}).json()
    assert [edge["verdict"] for edge in edges["results"]] == ["partial"]


def test_bad_manifests_are_refused_with_every_problem(admin: APIClient, manifests_cluster: Cluster) -> None:
    bad = """
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: a, namespace: x}
spec: {podSelector: {}, ingress: [{ports: [{port: true}]}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: b, namespace: x}
spec: {podSelector: {}, policyTypes: [Sideways]}
"""
    files = [_file("good.yaml", MANIFESTS.read_text()), _file("bad.yaml", bad), _file("torn.yaml", "a: [1")]
    address = f"/api/v1/clusters/{manifests_cluster.slug}/snapshots/"
    body = problem_of(admin.post(address, {"files": files}, format="multipart"), 400)
    found = {(each["file"], each["document"], each["object"]) for each in body["errors"]}
    assert {("bad.yaml", 1, "NetworkPolicy/x/a"), ("bad.yaml", 2, "NetworkPolicy/x/b")} <= found
    assert "torn.yaml" in {each["file"] for each in body["errors"]}
    fields = {each["object"]: each["field"] for each in body["errors"]}
    assert fields["NetworkPolicy/x/a"] == "spec.ingress[0].ports[0].port"
    assert all(each["message"] for each in body["errors"])
    assert not Snapshot.objects.exists()
    assert not ObjectVersion.objects.exists()


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"just words", b"\x00\x01"])
def test_a_file_without_objects_is_refused(
    admin: APIClient, manifests_cluster: Cluster, content: bytes
) -> None:
    address = f"/api/v1/clusters/{manifests_cluster.slug}/snapshots/"
    body = problem_of(admin.post(address, {"files": [_file("x.yaml", content)]}, format="multipart"), 400)
    assert [each["file"] for each in body["errors"]] == ["x.yaml"]


def test_an_upload_needs_files_and_nothing_else(admin: APIClient, harbour: Snapshot) -> None:
    assert fields_of(admin.post(SNAPSHOTS, {}, format="multipart")) == ["files"]
    assert fields_of(admin.post(SNAPSHOTS, {"files": "text"}, format="multipart")) == ["files[0]"]
    extra = {"files": [_file("a.yaml", "a: 1")], "more": _file("b.yaml", "b: 1")}
    assert fields_of(admin.post(SNAPSHOTS, extra, format="multipart")) == ["more"]


def test_an_upload_has_a_limit(admin: APIClient, harbour: Snapshot, settings: Settings) -> None:
    settings.UPLOAD_LIMIT = 100
    files = [_file("a.yaml", "x" * 60), _file("b.yaml", "x" * 60)]
    problem_of(admin.post(SNAPSHOTS, {"files": files}, format="multipart"), 413)


def test_manifests_are_not_for_a_live_cluster(admin: APIClient, live_cluster: Cluster) -> None:
    address = f"/api/v1/clusters/{live_cluster.slug}/snapshots/"
    files = [_file("all.yaml", MANIFESTS.read_text())]
    assert fields_of(admin.post(address, {"files": files}, format="multipart"), 409) == ["source"]


def test_a_snapshot_of_equal_manifests_answers_the_same(admin: APIClient, harbour: Snapshot) -> None:
    files = [_file("again.yaml", MANIFESTS.read_text())]
    assert admin.post(SNAPSHOTS, {"files": files}, format="multipart").status_code == 201
    first, second = (admin.get(f"{SNAPSHOTS}{number}/reach/").json()["results"] for number in (1, 2))
    assert json.dumps(first) == json.dumps(second)
