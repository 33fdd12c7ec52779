"""Namespaces, Services and policies over REST."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import yaml
from rest_framework.test import APIClient

from apps.reachability.take import snapshot_from_reading
from apps.snapshots.models import Cluster, Snapshot
from apps.snapshots.reading import Reading
from tests.api.conftest import FIRST
from tests.api.problems import problem_of
from tests.fakes.kube_objects import Object, policy


def test_namespaces(client: APIClient, harbour: Snapshot) -> None:
    body = client.get(f"{FIRST}namespaces/").json()
    assert [each["name"] for each in body["results"]] == [
        "dark",
        "empty",
        "front",
        "kube-system",
        "orders",
        "shop",
    ]
    dark, empty, front, _, orders, shop = body["results"]
    assert front["labels"]["tier"] == "edge"
    assert orders | {"labels": {}} == {
        "name": "orders",
        "labels": {},
        "workloads": 2,
        "services": 1,
        "policies": 0,
        "ingress": "none",
        "egress": "none",
        "dns": "resolves",
    }
    assert (dark["ingress"], dark["egress"], dark["dns"]) == ("none", "all", "blocked")
    assert (shop["ingress"], shop["egress"], shop["policies"]) == ("all", "none", 2)
    assert empty["workloads"] == 0


def test_services_have_the_keys_of_the_command_line(client: APIClient, harbour: Snapshot) -> None:
    body = client.get(f"{FIRST}services/").json()
    names = [f"{each['namespace']}/{each['name']}" for each in body["results"]]
    assert names == ["kube-system/kube-dns", "orders/client", "shop/db", "shop/ghost"]
    assert body["results"][2] == {
        "namespace": "shop",
        "name": "db",
        "fqdn": "db.shop.svc.cluster.local",
        "type": "ClusterIP",
        "ports": [
            {
                "name": "sql",
                "port": 5432,
                "protocol": "TCP",
                "backends": [{"workload": "shop/StatefulSet/db", "port": 5432}],
            },
            {
                "name": "metrics",
                "port": 9187,
                "protocol": "TCP",
                "backends": [{"workload": "shop/StatefulSet/db", "port": 9187}],
            },
        ],
    }
    assert body["results"][3]["ports"][0]["backends"] == []


def test_policies_and_their_yaml(client: APIClient, harbour: Snapshot) -> None:
    body = client.get(f"{FIRST}policies/").json()
    assert [each["name"] for each in body["results"]] == ["deny-egress", "allow-client", "deny-ingress"]
    allow = body["results"][1]
    assert allow | {"id": 0, "yaml_url": ""} == {
        "id": 0,
        "api_version": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "namespace": "shop",
        "name": "allow-client",
        "evaluated": True,
        "tier": "namespace",
        "priority": allow["priority"],
        "isolates": ["ingress"],
        "ingress_rules": 1,
        "egress_rules": 0,
        "yaml_url": "",
    }
    assert allow["yaml_url"] == f"{FIRST}policies/{allow['id']}/yaml"
    text = client.get(allow["yaml_url"], HTTP_ACCEPT="text/yaml").content.decode()
    assert yaml.safe_load(text)["spec"]["ingress"][0]["ports"] == [{"port": "sql"}]


def test_a_kind_that_is_not_evaluated_is_listed_as_such(
    client: APIClient, manifests_cluster: Cluster, shop: list[Object], read: Callable[..., Reading]
) -> None:
    calico = policy("shop", "deny", api="crd.projectcalico.org/v1")
    snapshot_from_reading(manifests_cluster, read([*shop, calico]))
    body = client.get(f"/api/v1/clusters/{manifests_cluster.slug}/snapshots/1/policies/").json()
    found = {each["api_version"]: (each["evaluated"], each["tier"]) for each in body["results"]}
    assert found == {"crd.projectcalico.org/v1": (False, None), "networking.k8s.io/v1": (True, "namespace")}


@pytest.mark.parametrize("accept", ["text/yaml", "*/*"])
def test_a_policy_that_is_not_there(client: APIClient, harbour: Snapshot, accept: str) -> None:
    response = client.get(f"{FIRST}policies/999999/yaml", HTTP_ACCEPT=accept)
    assert "999999" in problem_of(response, 404)["detail"]


@pytest.mark.parametrize("noun", ["namespaces", "services", "policies"])
def test_listings_are_paged_and_do_not_change(client: APIClient, harbour: Snapshot, noun: str) -> None:
    whole = client.get(f"{FIRST}{noun}/").json()
    first = client.get(f"{FIRST}{noun}/", {"limit": 2})
    assert first.json()["results"] == whole["results"][:2]
    rest = client.get(first.json()["next"]).json()
    assert rest["results"] == whole["results"][2:4]
    again = client.get(f"{FIRST}{noun}/", {"limit": 2}, HTTP_IF_NONE_MATCH=first["ETag"])
    assert again.status_code == 304
    problem_of(client.get(f"{FIRST}{noun}/", {"name": "x"}), 400)
