"""Policies of the whole cluster tell of others: a reader of some namespaces is not told their names."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from apps.access.models import Scope
from apps.reachability.take import snapshot_from_reading
from apps.snapshots.clusters import add_cluster
from apps.snapshots.manifests import read_bytes
from apps.snapshots.models import Cluster

SHOP = """
apiVersion: v1
kind: Namespace
metadata: {name: shop}
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec: {containers: [{name: web, ports: [{containerPort: 80}]}]}
---
apiVersion: v1
kind: Pod
metadata: {name: cron, namespace: shop}
spec: {containers: [{name: cron}]}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {selector: {app: web}, ports: [{port: 80}]}
---
"""
NOT_EVALUATED = """
apiVersion: cilium.io/v2
kind: CiliumClusterwideNetworkPolicy
metadata: {name: keep-vault-closed}
spec: {endpointSelector: {}, ingress: []}
"""
OF_EQUAL_PRIORITY = """
apiVersion: policy.networking.k8s.io/v1alpha1
kind: AdminNetworkPolicy
metadata: {name: keep-vault-closed}
spec: {priority: 5, subject: {namespaces: {}}, ingress: [{action: Deny, from: [{namespaces: {}}]}]}
---
apiVersion: policy.networking.k8s.io/v1alpha1
kind: AdminNetworkPolicy
metadata: {name: open-vault}
spec: {priority: 5, subject: {namespaces: {}}, ingress: [{action: Allow, from: [{namespaces: {}}]}]}
"""


def explained(client: Client, user: User, policies: str) -> dict[str, Any]:
    reading = read_bytes("shop.yaml", (SHOP + policies).encode())
    assert not reading.problems
    cluster = add_cluster(name="Quay", source=Cluster.Source.MANIFESTS)
    snapshot_from_reading(cluster, reading)
    Scope.objects.create(user=user, cluster=cluster, namespaces=["shop"])
    client.force_login(user)
    asked = {"source": "shop", "target": "shop/web", "port": 80, "protocol": "TCP"}
    answer = client.get("/api/v1/clusters/quay/snapshots/1/explain/", asked)
    page = client.get("/c/quay/s/1/explain", {"from": "shop", "to": "shop/web", "port": "80/TCP"})
    told: dict[str, Any] = answer.json() | {"text": answer.content.decode() + page.content.decode()}
    return told


@pytest.mark.parametrize("policies", [NOT_EVALUATED, OF_EQUAL_PRIORITY], ids=["not evaluated", "equal"])
def test_what_makes_an_answer_unknown(client: Client, reviewer: User, policies: str) -> None:
    told = explained(client, reviewer, policies)

    assert told["verdict"] == "unknown"
    assert "vault" not in told["text"]
    assert told["sentence"].startswith("Unknown whether shop may reach shop/web on 80/TCP: ")


def test_ones_own_doubts_are_told(client: Client, reviewer: User) -> None:
    own = NOT_EVALUATED.replace("Clusterwide", "").replace("keep-vault-closed", "mine, namespace: shop")

    told = explained(client, reviewer, own)

    assert "CiliumNetworkPolicy/shop/mine" in told["sentence"]
    assert "CiliumNetworkPolicy/shop/mine" in told["ingress"]["reason"]
