"""What must hold of everything that is stored, whatever happened. Each check yields what is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby, pairwise

from django.utils import timezone

from apps.engine import Reach, compute_reach
from apps.reachability.history.rows import Key, ports_in
from apps.reachability.models import NamespaceNumber, StoredPort, StoredSpaces, TimelineStep
from apps.reachability.stored import Answer
from apps.snapshots.models import Cluster, ObjectVersion, Snapshot
from apps.snapshots.queries import assumptions_of, load_cluster
from tests.faults.answers import answers_of


def check_newest(snapshot: Snapshot, expected: Reach) -> Iterator[str]:
    """The snapshot says what a computation from scratch says of the cluster itself."""
    if snapshot.state != Snapshot.State.COMPLETE:
        yield f"{snapshot} is {snapshot.state}: {snapshot.error or snapshot.coverage}"
        return
    found = compute_reach(load_cluster(snapshot), assumptions_of(snapshot))
    if _told(found) != _told(expected):
        yield f"{snapshot}: the stored objects say something else than the cluster"


def check_history(snapshots: Iterable[Snapshot]) -> Iterator[str]:
    """The rows that hold in each stored snapshot are those of a computation from scratch."""
    for snapshot in snapshots:
        stored = _stored(snapshot)
        reach = compute_reach(load_cluster(snapshot), assumptions_of(snapshot))
        numbers = dict(
            NamespaceNumber.objects.filter(cluster=snapshot.cluster_id).values_list("name", "number")
        )
        if stored != answers_of(reach, numbers):
            yield f"{snapshot}: its stored edges are not those of a computation from scratch"


def check_rows(cluster: Cluster) -> Iterator[str]:
    """Numbers without gaps, nothing twice, nothing half, nothing that waits for nobody."""
    snapshots = list(cluster.snapshots.order_by("number"))
    if [each.number for each in snapshots] != list(range(1, len(snapshots) + 1)):
        yield f"{cluster}: the numbers are {[each.number for each in snapshots]}"
    stored = {each.number for each in snapshots if each.is_stored}
    steps = list(TimelineStep.objects.filter(cluster=cluster).values_list("number", flat=True))
    if sorted(steps) != sorted(stored):
        yield f"{cluster}: history of {sorted(steps)}, stored {sorted(stored)}"
    for each in snapshots:
        yield from _check_one(each)
    yield from _check_spans(cluster, stored)


def _check_one(snapshot: Snapshot) -> Iterator[str]:
    if snapshot.is_stored and not (snapshot.digest and snapshot.counts and snapshot.placement_id):
        yield f"{snapshot} is half"
    if snapshot.state == Snapshot.State.FAILED and not snapshot.error:
        yield f"{snapshot} failed and does not say why"
    if snapshot.state in Snapshot.UNFINISHED and snapshot.wake_at is None:
        yield f"{snapshot} waits for nobody"
    if snapshot.state == Snapshot.State.RUNNING and snapshot.wake_at and snapshot.wake_at < timezone.now():
        yield f"{snapshot} has a dead holder"


def _check_spans(cluster: Cluster, stored: set[int]) -> Iterator[str]:
    """Of one thing no two rows hold at the same time, and none begins in a snapshot that is not stored."""
    objects = ObjectVersion.objects.filter(cluster=cluster)
    ports = StoredPort.objects.filter(cluster=cluster)
    spaces = StoredSpaces.objects.filter(cluster=cluster)
    for rows, names in (
        (objects, ("api_version", "kind", "namespace", "name")),
        (ports, Key._fields),
        (spaces, ("cluster",)),
    ):
        spans = rows.order_by(*names, "first").values_list(*names, "first", "last")
        for name, group in groupby(spans, key=lambda row: row[:-2]):
            held = [row[-2:] for row in group]
            if any(last is None or last >= first for (_, last), (first, _) in pairwise(held)):
                yield f"{cluster}: {name} stands twice: {held}"
            if not {first for first, _ in held} <= stored:
                yield f"{cluster}: {name} begins in a snapshot that is not stored: {held}"


def _stored(snapshot: Snapshot) -> dict[Key, Answer]:
    number = snapshot.number
    rows = ports_in(snapshot.cluster_id, (number, number), differing=False)
    return {key: row.answer for key, row in rows}


def _told(reach: Reach) -> list[object]:
    return [reach.namespaces, reach.dns, reach.isolation, *map(str, reach.edges())]
