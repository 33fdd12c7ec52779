"""Changing and removing a cluster on its page."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from django.test import Client

from apps.snapshots.clusters import add_cluster
from apps.snapshots.models import Cluster, Snapshot
from tests.fakes.kube_api import KubeApi
from tests.fakes.kube_objects import namespace

PAGE = "/c/quay/settings"
FORM = {"name": "Quay", "domain": "cluster.local", "plugin": "", "retention": ""}


def test_only_administrators(visitor: Client, quay: Snapshot) -> None:
    assert visitor.get(PAGE).status_code == 403
    assert visitor.post("/c/quay/remove", {"slug": "quay"}).status_code == 403
    assert Cluster.objects.exists()


def test_what_answers_rest_on_is_changed(administrator: Client, quay: Snapshot) -> None:
    wanted = FORM | {"plugin": "calico", "own-node": "unknown", "domain": "k8s.example", "retention": "90d"}
    assert administrator.post(PAGE, wanted).status_code == 302

    cluster = Cluster.objects.get()
    assert (cluster.plugin, cluster.assumptions, cluster.domain) == (
        "calico",
        {"own-node": "unknown"},
        "k8s.example",
    )
    assert cluster.retention == "90d"
    page = administrator.get(PAGE).content.decode()
    assert '<option value="calico" selected>' in page
    assert '<option value="unknown" selected>' in page


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"domain": "no domain!"}, "must be a DNS name such as cluster.local"),
        ({"retention": "for ever"}, "must be all, a number of days"),
        ({"plugin": "magic"}, "Select a valid choice"),
        ({"name": ""}, "This field is required"),
    ],
)
def test_wrong_values_stand_at_their_field(
    administrator: Client, quay: Snapshot, wrong: dict[str, str], told: str
) -> None:
    answer = administrator.post(PAGE, FORM | wrong)

    assert answer.status_code == 400
    assert "errorlist" in answer.content.decode()
    assert told in answer.content.decode()
    assert Cluster.objects.get().name == "Quay"


def test_a_kubeconfig_is_replaced_and_never_shown(administrator: Client, db: None) -> None:
    with KubeApi([namespace("shop")]) as api:
        text = api.kubeconfig()
        cluster = add_cluster(name="far", source=Cluster.Source.KUBECONFIG, kubeconfig=text)
        form: dict[str, Any] = FORM | {"name": "far", "interval": "300", "enabled": "on", "context": ""}
        before = Cluster.objects.get().credential

        assert administrator.post(f"/c/{cluster.slug}/settings", form).status_code == 302
        assert Cluster.objects.get().credential == before
        assert (
            administrator.post(f"/c/{cluster.slug}/settings", form | {"kubeconfig": text}).status_code == 302
        )
    changed = Cluster.objects.get()
    assert changed.credential not in ("", before)
    assert changed.interval == 300
    server = yaml.safe_load(text)["clusters"][0]["cluster"]["server"]
    assert server not in administrator.get(f"/c/{cluster.slug}/settings").content.decode()


def test_a_cluster_is_removed_when_its_name_is_typed(administrator: Client, quay: Snapshot) -> None:
    administrator.post("/c/quay/remove", {"slug": "quai"})
    assert Cluster.objects.exists()

    answer = administrator.post("/c/quay/remove", {"slug": "quay"}, follow=True)
    assert not Cluster.objects.exists()
    assert "Quay was removed." in answer.content.decode()


def test_the_role_is_told(visitor: Client, db: None) -> None:
    page = visitor.get("/help/role").content.decode()

    assert "kind: ClusterRole" in page
    assert "secrets" not in page
