"""Placements: what was stored comes back, whole or over a base, and only what is used stays."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from apps.snapshots.clusters import add_cluster
from apps.snapshots.fold import Placement, fold
from apps.snapshots.models import Cluster, Snapshot
from apps.snapshots.models import Placement as Stored
from apps.snapshots.placements import drop_placements, load_placement, store_placement
from tests.fakes.kube_objects import pod

pytestmark = pytest.mark.django_db


def many_pods(count: int = 200) -> list[dict[str, Any]]:
    return [pod("shop", f"web{n}-5d4f8c7b9-{n:05x}", number=n) for n in range(count)]


def placed(pods: list[dict[str, Any]]) -> Placement:
    return fold(pods)[1]


def test_what_was_stored_over_a_base_comes_back() -> None:
    random, pods, before = Random(7), many_pods(), None
    rows = []
    for turn in range(60):
        now = placed(pods)
        before = store_placement(now, before)
        rows.append((before.pk, now))
        pods.remove(random.choice(pods))
        pods.append(pod("shop", f"new-5d4f8c7b9-{turn:05x}", number=300 + turn))

    for pk, expected in rows:
        assert load_placement(Stored.objects.get(pk=pk)).to_json() == expected.to_json()
    assert 1 < Stored.objects.filter(base__isnull=True).count() < 20, "some are whole, most are not"
    assert not Stored.objects.filter(base__base__isnull=False).exists(), "a base has none itself"


def test_unchanged_placement_is_one_row() -> None:
    first = store_placement(placed(many_pods()), None)
    again = store_placement(placed(many_pods()[::-1]), first)
    assert first.pk == again.pk
    assert Stored.objects.count() == 1


def test_a_base_stays_as_long_as_something_is_written_over_it() -> None:
    pods = many_pods()
    base = store_placement(placed(pods), None)
    over = store_placement(placed(pods[1:]), base)
    assert over.base == base

    cluster = add_cluster(name="Only the last", source=Cluster.Source.MANIFESTS)
    Snapshot.objects.create(cluster=cluster, number=2, placement=over)
    drop_placements()
    assert Stored.objects.count() == 2

    Snapshot.objects.all().delete()
    drop_placements()
    assert not Stored.objects.exists()
