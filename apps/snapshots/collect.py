"""Storing what was read: a row a changed object, all or nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone

from apps.engine import parse_cluster
from apps.engine.model import Cluster as Parsed

from .clusters import basis_of
from .coverage import hides
from .gather import Gathered, Kept, ObjectKey, digest_of, gather
from .models import Cluster, Content, ObjectVersion, Placement, Snapshot
from .placements import store_placement
from .reading import Reading

_IDS_A_QUERY = 500


class SnapshotOvertaken(Exception):
    """A snapshot with a higher number is stored already; history cannot be written backwards."""


class _Standing(NamedTuple):
    """The version of an object that was stored last."""

    version: int
    sha256: str


def store_reading(
    snapshot: Snapshot, reading: Reading | Gathered, *, counts: Mapping[str, int] | None = None
) -> None:
    """Stores what was read and makes the snapshot complete, or partial if something could not be read.

    Runs in the caller's transaction if there is one. `counts`: as `count_parts` gives them, if the caller has
    them. Versions of a kind that could not be read stay as they are. Raises SnapshotOvertaken.
    """
    gathered = reading if isinstance(reading, Gathered) else gather(reading)
    snapshot.evaluated_with = snapshot.evaluated_with or basis_of(snapshot.cluster)
    if counts is None:
        domain = snapshot.evaluated_with["domain"]
        counts = count_parts(parse_cluster(gathered.bodies(), unread=gathered.unread, domain=domain))
    with transaction.atomic():
        _lock_in_order(snapshot)
        _store_versions(snapshot, gathered)
        snapshot.placement = store_placement(gathered.placement, _placement_before(snapshot))
        snapshot.digest = digest_of(gathered.objects, snapshot.placement.sha256, gathered.coverage)
        snapshot.coverage, snapshot.counts = gathered.coverage, dict(counts)
        _finish(snapshot)


def count_parts(cluster: Parsed) -> dict[str, int]:
    """`{"namespaces", "workloads", "pods", "services", "policies"}`; policies evaluated or not."""
    unevaluated = [entry for entry in cluster.unevaluated if entry.ref.name]
    return {
        "namespaces": len(cluster.namespaces),
        "workloads": len({workload.key for workload in cluster.workloads}),
        "pods": sum(len(workload.pods) for workload in cluster.workloads),
        "services": len(cluster.services),
        "policies": len(cluster.policies) + len(unevaluated),
    }


def _lock_in_order(snapshot: Snapshot) -> None:
    Cluster.objects.select_for_update().get(pk=snapshot.cluster_id)
    newer = Snapshot.objects.filter(
        cluster=snapshot.cluster_id, number__gt=snapshot.number, state__in=Snapshot.STORED
    )
    if newer.exists():
        raise SnapshotOvertaken(f"a newer snapshot than {snapshot.number} is stored already")


def _store_versions(snapshot: Snapshot, gathered: Gathered) -> None:
    """1. close what changed or vanished, 2. add the contents not yet known, 3. open the new versions."""
    standing = _standing(snapshot.cluster_id)
    changed = {
        key: kept
        for key, kept in gathered.objects.items()
        if key not in standing or standing[key].sha256 != kept.sha256
    }
    vanished = [
        key
        for key in standing.keys() - gathered.objects.keys()
        if not hides(gathered.coverage, key.api_version, key.kind)
    ]
    closing = [*vanished, *(key for key in changed if key in standing)]
    _close(snapshot, {key: standing[key].version for key in closing})
    _open(snapshot, changed)


def _standing(cluster_id: int) -> dict[ObjectKey, _Standing]:
    rows = ObjectVersion.objects.filter(cluster=cluster_id, last__isnull=True).order_by()
    columns = ("api_version", "kind", "namespace", "name", "pk", "content_id")
    return {ObjectKey(*row[:4]): _Standing(*row[4:]) for row in rows.values_list(*columns)}


def _close(snapshot: Snapshot, versions: Mapping[ObjectKey, int]) -> None:
    by_kind: dict[tuple[str, str], list[int]] = defaultdict(list)
    for key, version in versions.items():
        by_kind[key.api_version, key.kind].append(version)
    for (api_version, kind), ids in by_kind.items():
        last = _last_reading_of(snapshot, api_version, kind)
        for some in _pieces(ids):
            ObjectVersion.objects.filter(pk__in=some).update(last=last)


def _last_reading_of(snapshot: Snapshot, api_version: str, kind: str) -> int:
    """The number of the newest earlier snapshot that could read this kind: nobody saw the object later.

    0 where that one was pruned: then it stands in none that is left."""
    earlier = Snapshot.objects.filter(
        cluster=snapshot.cluster_id, number__lt=snapshot.number, state__in=Snapshot.STORED
    ).order_by("-number")
    numbers = earlier.values_list("number", "coverage").iterator(chunk_size=10)
    return next((number for number, coverage in numbers if not hides(coverage, api_version, kind)), 0)


def _open(snapshot: Snapshot, changed: Mapping[ObjectKey, Kept]) -> None:
    # In one order for all, so that two clusters that store the same contents cannot wait for each other.
    contents = sorted({(kept.sha256, kept.text) for kept in changed.values()})
    Content.objects.bulk_create(
        [Content(sha256=sha256, body=text) for sha256, text in contents],
        ignore_conflicts=True,
        batch_size=_IDS_A_QUERY,
    )
    ObjectVersion.objects.bulk_create(
        [
            ObjectVersion(
                **key._asdict(), cluster=snapshot.cluster, content_id=kept.sha256, first=snapshot.number
            )
            for key, kept in sorted(changed.items())
        ],
        batch_size=_IDS_A_QUERY,
    )


def _placement_before(snapshot: Snapshot) -> Placement | None:
    rows = Snapshot.objects.filter(
        cluster=snapshot.cluster_id, number__lt=snapshot.number, placement__isnull=False
    )
    before = rows.select_related("placement__base").order_by("-number").first()
    return before.placement if before else None


def _finish(snapshot: Snapshot) -> None:
    lacks = snapshot.coverage["unread"] or snapshot.coverage["problems"]
    snapshot.state = Snapshot.State.PARTIAL if lacks else Snapshot.State.COMPLETE
    snapshot.finished = timezone.now()
    snapshot.step, snapshot.error, snapshot.holder, snapshot.wake_at = "", "", "", None
    snapshot.save()


def _pieces(ids: list[int]) -> Iterator[Iterable[int]]:
    for start in range(0, len(ids), _IDS_A_QUERY):
        yield ids[start : start + _IDS_A_QUERY]
