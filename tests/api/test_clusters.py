"""Clusters: list, add, read, change, remove."""

from __future__ import annotations

from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from apps.snapshots.clusters import add_cluster
from apps.snapshots.models import Cluster, Snapshot
from tests.api.conftest import HARBOUR
from tests.api.problems import fields_of, problem_of
from tests.fakes.kube_api import KubeApi

CLUSTERS = "/api/v1/clusters/"
KEYS = {
    "slug",
    "name",
    "source",
    "context",
    "allow_insecure",
    "plugin",
    "assumptions",
    "domain",
    "interval",
    "retention",
    "enabled",
    "watch",
    "created",
}


def test_clusters_are_listed_by_slug_and_paged(
    client: APIClient, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for name in ("Charlie", "Alpha", "Bravo"):
        add_cluster(name=name, source="manifests")
    with django_assert_num_queries(6):  # session, user, scopes, audit; count, page
        body = client.get(CLUSTERS, {"limit": 2}).json()
    assert set(body) == {"count", "next", "previous", "results"}
    assert (body["count"], body["previous"]) == (3, None)
    assert [each["slug"] for each in body["results"]] == ["alpha", "bravo"]
    rest = client.get(body["next"]).json()
    assert [each["slug"] for each in rest["results"]] == ["charlie"]
    assert rest["next"] is None
    assert all(set(each) == KEYS for each in body["results"])


def test_an_administrator_adds_a_cluster(admin: APIClient) -> None:
    given = {
        "name": "Production",
        "source": "manifests",
        "plugin": "calico",
        "assumptions": {"host-network": "pod"},
        "domain": "corp.example",
    }
    response = admin.post(CLUSTERS, given, format="json")
    assert response.status_code == 201
    assert response["Location"] == f"{CLUSTERS}production/"
    body = response.json()
    assert set(body) == KEYS
    assert given.items() <= body.items()
    assert admin.get(response["Location"]).json() == body


def test_a_kubeconfig_is_taken_and_never_given_back(admin: APIClient, kube_api: KubeApi) -> None:
    secret = kube_api.kubeconfig()
    given = {"name": "Live", "source": "kubeconfig", "kubeconfig": secret, "interval": 600}
    response = admin.post(CLUSTERS, given, format="json")
    assert response.status_code == 201, response.content
    stored = Cluster.objects.get()
    assert stored.credential
    for answer in (response, admin.get(response["Location"]), admin.get(CLUSTERS)):
        assert "t0ken" not in answer.content.decode()
        assert stored.credential not in answer.content.decode()
        assert "kubeconfig" not in answer.content.decode().replace('"source":"kubeconfig"', "")


KUBECONFIG = """
apiVersion: v1
kind: Config
current-context: it
clusters: [{name: it, cluster: {server: "https://127.0.0.1:6443"}}]
contexts: [{name: it, context: {cluster: it, user: ci}}]
users: [{name: ci, user: {USER}}]
"""


@pytest.mark.parametrize(
    ("user", "named"),
    [
        ("exec: {command: /bin/sh}", "users[ci].user.exec"),
        ("auth-provider: {name: oidc}", "users[ci].user.auth-provider"),
        ("tokenFile: /etc/shadow", "users[ci].user.tokenFile"),
        ("client-key: /etc/shadow", "users[ci].user.client-key"),
    ],
)
def test_a_kubeconfig_that_runs_or_reads_is_refused(admin: APIClient, user: str, named: str) -> None:
    text = KUBECONFIG.replace("USER", user)
    given = {"name": "Live", "source": "kubeconfig", "kubeconfig": text}
    response = admin.post(CLUSTERS, given, format="json")
    assert fields_of(response) == ["kubeconfig"]
    assert named in response.json()["errors"][0]["message"]
    assert not Cluster.objects.exists()


@pytest.mark.parametrize(
    ("given", "fields"),
    [
        ({}, ["name", "source"]),
        ({"name": "x", "source": "files"}, ["source"]),
        ({"name": "x", "source": "kubeconfig"}, ["kubeconfig"]),
        ({"name": "x", "source": "manifests", "colour": "red"}, ["colour"]),
        ({"name": "x", "source": "manifests", "interval": 5}, ["interval"]),
        ({"name": "x", "source": "manifests", "plugin": "flannelette"}, ["plugin"]),
        ({"name": "x", "source": "manifests", "assumptions": {"tides": "high"}}, ["assumptions"]),
        ({"name": "x", "source": "manifests", "slug": "has space"}, ["slug"]),
        ({"name": "\x00", "source": "manifests"}, ["name"]),
    ],
    ids=str,
)
def test_what_cannot_be_used_is_named(admin: APIClient, given: dict[str, Any], fields: list[str]) -> None:
    assert fields_of(admin.post(CLUSTERS, given, format="json")) == fields
    assert not Cluster.objects.exists()


@pytest.mark.parametrize("body", ["[]", "3", '"x"', "null", "{", "\ud800".encode("utf-8", "surrogatepass")])
def test_a_body_that_is_no_object_is_refused(admin: APIClient, body: str | bytes) -> None:
    problem_of(admin.post(CLUSTERS, body, content_type="application/json"), 400)


def test_a_slug_is_given_once(admin: APIClient, harbour: Snapshot) -> None:
    given = {"name": "Other", "source": "manifests", "slug": "harbour"}
    assert fields_of(admin.post(CLUSTERS, given, format="json")) == ["slug"]


def test_an_administrator_changes_a_cluster(admin: APIClient, harbour: Snapshot) -> None:
    body = admin.patch(HARBOUR, {"name": "Haven", "plugin": "cilium"}, format="json").json()
    assert (body["name"], body["plugin"], body["slug"]) == ("Haven", "cilium", "harbour")
    assert admin.get(HARBOUR).json() == body


@pytest.mark.parametrize("field", ["slug", "source", "created"])
def test_what_the_history_hangs_on_stays(admin: APIClient, harbour: Snapshot, field: str) -> None:
    assert fields_of(admin.patch(HARBOUR, {field: "x"}, format="json")) == [field]


def test_an_administrator_removes_a_cluster(admin: APIClient, harbour: Snapshot) -> None:
    response = admin.delete(HARBOUR)
    assert (response.status_code, response.content) == (204, b"")
    assert not Snapshot.objects.exists()
    problem_of(admin.get(HARBOUR), 404)
