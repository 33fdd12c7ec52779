from __future__ import annotations

from datetime import UTC, datetime

from django.test import Client

from apps.snapshots.clusters import add_cluster
from apps.snapshots.models import Cluster, Snapshot
from tests.web.quay import store_quay


def test_one_cluster_is_opened_at_once(visitor: Client, quay: Snapshot) -> None:
    response = visitor.get("/", follow=True)
    assert [step[0] for step in response.redirect_chain] == ["/c/quay/", "/c/quay/s/1/"]
    assert "Quay" in visitor.get("/?all=1").content.decode()


def test_several_clusters_are_listed(visitor: Client, quay: Snapshot) -> None:
    store_quay("Pier")
    page = visitor.get("/").content.decode()
    assert 'href="/c/quay/"' in page
    assert 'href="/c/pier/"' in page
    assert "7 namespaces · 3 Services · 4 policies" in page


def test_no_cluster_says_what_to_do(administrator: Client) -> None:
    page = administrator.get("/").content.decode()
    assert "No cluster yet" in page
    assert 'href="/c/new"' in page


def test_a_cluster_without_a_snapshot_leads_to_taking_one(visitor: Client) -> None:
    add_cluster(name="Bare", source=Cluster.Source.MANIFESTS)
    response = visitor.get("/c/bare/", follow=True)
    assert response.redirect_chain == [("/c/bare/snapshots/", 302)]
    assert "No snapshot yet." in response.content.decode()


def test_latest_leads_to_a_number(visitor: Client, quay: Snapshot) -> None:
    response = visitor.get("/c/quay/s/latest/map?to=payments/db")
    assert response.headers["Location"] == "/c/quay/s/1/map?to=payments/db"


def test_every_time_has_its_zone(visitor: Client, quay: Snapshot) -> None:
    quay.finished = datetime(2026, 11, 3, 9, 5, tzinfo=UTC)
    quay.save()
    assert ">3 Nov 2026, 09:05 UTC</time>" in visitor.get("/c/quay/s/1/map").content.decode()
