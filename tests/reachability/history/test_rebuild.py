"""The history made anew is the one that was stored snapshot by snapshot."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from apps.reachability.history.rows import ports_in, spaces_at
from apps.reachability.models import StoredPort, StoredSpaces, TimelineStep
from apps.snapshots.models import Cluster, Snapshot
from tests.reachability.stored import deny_all, store_harbour, store_harbour_again

pytestmark = pytest.mark.django_db


@pytest.fixture
def cluster() -> Cluster:
    first = store_harbour()
    store_harbour_again(first.cluster, extra=[deny_all("orders")])
    store_harbour_again(first.cluster, without={"deny-ingress"})
    return first.cluster


def told(cluster: Cluster) -> list[Any]:
    steps = list(
        TimelineStep.objects.values_list("number", "previous", "at", "opened", "closed", "changed", "edges")
    )
    sides = [
        (
            {key: row.answer for key, row in ports_in(cluster.pk, (number, number), differing=False)},
            spaces_at(cluster.pk, number),
        )
        for number in (1, 2, 3)
    ]
    return [steps, sides]


def test_it_is_as_it_was(cluster: Cluster) -> None:
    expected = told(cluster)
    for model in (StoredPort, StoredSpaces, TimelineStep):
        model.objects.all().delete()
    out = StringIO()
    call_command("rebuild_history", stdout=out)
    assert out.getvalue().split("\n") == ["harbour #1", "harbour #2", "harbour #3", ""]
    assert told(cluster) == expected


def test_nothing_is_done_where_nothing_is_missing(cluster: Cluster) -> None:
    rows = set(StoredPort.objects.values_list("pk", flat=True))
    call_command("rebuild_history", "harbour")
    assert set(StoredPort.objects.values_list("pk", flat=True)) == rows
    call_command("rebuild_history", "harbour", "--all", stdout=StringIO())
    assert not rows & set(StoredPort.objects.values_list("pk", flat=True))


def test_what_was_pruned_is_not_thrown_away(cluster: Cluster) -> None:
    Snapshot.objects.filter(number=1).delete()
    with pytest.raises(CommandError, match="pruned"):
        call_command("rebuild_history", "harbour", "--all")
    assert TimelineStep.objects.count() == 3


def test_a_wrong_name_is_told(cluster: Cluster) -> None:
    with pytest.raises(CommandError, match="There is no cluster habour"):
        call_command("rebuild_history", "habour")
