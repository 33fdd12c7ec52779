"""What Prometheus reads, and who else may."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AbstractBaseUser
from django.test import Client
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from apps.engine.model import Verdict
from apps.reachability.models import TimelineStep
from apps.reachability.queries import load_reach
from apps.snapshots.models import Cluster, Snapshot


def samples(text: str) -> dict[tuple[str, ...], float]:
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def scrape(client: Client, token: str) -> dict[tuple[str, ...], float]:
    answer = client.get("/metrics", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 200
    return samples(answer.content.decode())


@pytest.mark.django_db
def test_a_snapshot_in_figures(client: Client, settings: Any, quay: Snapshot) -> None:
    settings.METRICS_TOKEN = "let me in"

    found = scrape(client, "let me in")

    assert found["portolan_objects", "quay", "namespaces"] == quay.counts["namespaces"]
    edges = Counter(edge.verdict for edge in load_reach(quay).edges())
    assert {verdict: found["portolan_edges", "quay", verdict] for verdict in Verdict} == {
        verdict: edges[verdict] for verdict in Verdict
    }
    assert found["portolan_snapshot_failures", "quay"] == 0
    assert 0 <= found["portolan_snapshot_age_seconds", "quay"] < 60


@pytest.mark.django_db
def test_edges_are_counted_when_stored_and_never_computed(
    client: Client, settings: Any, quay: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.METRICS_TOKEN = "let me in"
    quay.cluster.snapshots.create(number=2, state="failed")
    monkeypatch.delattr("apps.reachability.queries.compute_reach")

    first = scrape(client, "let me in")
    TimelineStep.objects.update(edges={})  # as an older version stored it
    second = scrape(client, "let me in")

    assert first["portolan_edges", "quay", "denied"] > 0
    assert [name for name, *_ in second if name == "portolan_edges"] == []


@pytest.mark.django_db
def test_late_and_failed(client: Client, settings: Any, quay: Snapshot) -> None:
    settings.METRICS_TOKEN = "let me in"
    now = timezone.now()
    Snapshot.objects.update(finished=now - timedelta(seconds=700))
    Cluster.objects.update(interval=300, source=Cluster.Source.KUBECONFIG)
    for number, hours in ((2, 1), (3, 30)):
        quay.cluster.snapshots.create(number=number, state="failed", finished=now - timedelta(hours=hours))

    found = scrape(client, "let me in")

    assert found["portolan_snapshot_late", "quay"] == 1
    assert found["portolan_snapshot_failures", "quay"] == 1
    assert found["portolan_snapshot_age_seconds", "quay"] == pytest.approx(700, abs=60)


@pytest.mark.django_db
@pytest.mark.parametrize("expected", ["", "let me in"])
@pytest.mark.parametrize("sent", [None, "Bearer ", "Bearer let me out", "Basic let me in"])
def test_nobody_else_reads_it(client: Client, settings: Any, expected: str, sent: str | None) -> None:
    settings.METRICS_TOKEN = expected

    answer = client.get("/metrics", headers={"Authorization": sent} if sent else {})

    assert answer.status_code == 401


@pytest.mark.django_db
def test_administrators_read_it(admin_client: Client, client: Client, reviewer: AbstractBaseUser) -> None:
    assert admin_client.get("/metrics").status_code == 200
    client.force_login(reviewer)
    assert client.get("/metrics").status_code == 401


@pytest.mark.django_db
def test_the_operations_page(admin_client: Client, client: Client, reviewer: AbstractBaseUser) -> None:
    cluster = Cluster.objects.create(slug="far", name="Far <b>away</b>")
    cluster.snapshots.create(number=1, state="failed", finished=timezone.now(), error="no route to host")

    page = admin_client.get("/operations/").content.decode()
    assert "no route to host" in page
    assert "Far &lt;b&gt;away&lt;/b&gt;" in page
    assert "no sign of life yet" in page
    client.force_login(reviewer)
    assert client.get("/operations/").status_code == 403
