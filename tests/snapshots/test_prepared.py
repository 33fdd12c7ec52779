"""Prepared queries say what Django's own say, whatever they were asked before."""

from __future__ import annotations

import pytest
from pytest_django import DjangoAssertNumQueries

from apps.snapshots.clusters import add_cluster
from apps.snapshots.models import Cluster, Snapshot
from apps.snapshots.prepared import Prepared

pytestmark = pytest.mark.django_db

by_slug = Prepared(
    lambda slug, number: Snapshot.objects.select_related("cluster").filter(cluster__slug=slug, number=number),
    "the slug",
    10**9,
)


@pytest.fixture
def snapshots() -> list[Snapshot]:
    clusters = [add_cluster(name=name, source="manifests") for name in ("One", "Two")]
    return [
        Snapshot.objects.create(cluster=cluster, number=number, counts={"services": number})
        for number, cluster in enumerate(clusters, 1)
    ]


def test_objects_are_whole_and_asked_for_anew(snapshots: list[Snapshot]) -> None:
    for snapshot in snapshots:
        (found,) = by_slug(snapshot.cluster.slug, snapshot.number)
        for model, one, other in (
            (Snapshot, found, Snapshot.objects.get(pk=snapshot.pk)),
            (Cluster, found.cluster, Cluster.objects.get(pk=snapshot.cluster.pk)),
        ):
            names = [field.attname for field in model._meta.concrete_fields]
            assert [getattr(one, name) for name in names] == [getattr(other, name) for name in names]
    assert by_slug("one", 2) == []

    Snapshot.objects.filter(number=1).update(step="read")
    assert by_slug("one", 1)[0].step == "read"
    Cluster.objects.get(slug="one").delete()
    assert by_slug("one", 1) == []


def test_objects_can_be_changed(snapshots: list[Snapshot]) -> None:
    (found,) = by_slug("two", 2)
    found.step = "read"
    found.save()
    assert Snapshot.objects.get(number=2).step == "read"


def test_what_is_left_out_is_read_when_it_is_asked_for(
    snapshots: list[Snapshot], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    numbered = Prepared(lambda number: Snapshot.objects.only("number").filter(number=number), 10**9)
    with django_assert_num_queries(1):
        (found,) = numbered(2)
        assert found.number == 2
    with django_assert_num_queries(1):
        assert found.counts == {"services": 2}


def test_a_value_that_is_not_compared_with_is_told() -> None:
    with pytest.raises(ValueError, match="does not compare"):
        Prepared(lambda number: Snapshot.objects.filter(step="read"), 10**9)(1)


def test_a_value_too_few_is_told(snapshots: list[Snapshot]) -> None:
    with pytest.raises(ValueError, match="shorter"):
        by_slug("one")
