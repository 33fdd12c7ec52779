"""Reading back what the cluster said: whole snapshots for the engine, and lists for people."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

from django.db.models import Q, QuerySet

from apps.engine import assumptions_for, is_policy_kind, parse_cluster
from apps.engine.collector import collector_at_rest
from apps.engine.model import Assumptions, Unevaluated
from apps.engine.model import Cluster as Parsed

from .coverage import hidden_kinds, unread_from_json
from .fold import Placement
from .gather import decode_body, unfold_bodies
from .models import Cluster, ObjectVersion, Snapshot
from .placements import load_placement
from .positions import render
from .prepared import Prepared
from .recent import Recent

# A parsed cluster of 500 namespaces takes some 50 MB; reviewers look at one or two at a time.
_parsed: Recent[tuple[str, str], Parsed] = Recent(size=4)


class NothingStored(ValueError):
    """The snapshot waits, runs or failed: it holds no objects."""


def load_objects(snapshot: Snapshot) -> list[dict[str, Any]]:
    """The objects of a snapshot, pruned, in a fixed order, and pods one by one. Raises NothingStored."""
    bodies = standing_versions(snapshot).order_by().values_list("content__body", flat=True)
    with collector_at_rest():
        decoded = (decode_body(body) for body in bodies.iterator())
        return unfold_bodies(decoded, _placement_of(snapshot))


def load_bodies(versions: QuerySet[ObjectVersion]) -> list[dict[str, Any]]:
    """The objects of some versions, pruned, in no order."""
    return [decode_body(body) for body in versions.order_by().values_list("content__body", flat=True)]


def load_cluster(snapshot: Snapshot) -> Parsed:
    """The engine's view of a snapshot. Kept for the next one who asks for equal contents.

    Raises NothingStored."""
    _check_stored(snapshot)
    domain = snapshot.evaluated_with["domain"]
    return _parsed.get(
        (snapshot.digest, domain),
        lambda: _parse(snapshot, domain),
    )


def _parse(snapshot: Snapshot, domain: str) -> Parsed:
    with collector_at_rest():  # also over the objects that are let go at the end
        return parse_cluster(load_objects(snapshot), unread=unread_of(snapshot), domain=domain)


def unread_of(snapshot: Snapshot) -> tuple[Unevaluated, ...]:
    """What could not be read, as the engine takes it."""
    return tuple(unread_from_json(entry) for entry in snapshot.coverage.get("unread", ()))


def assumptions_of(snapshot: Snapshot) -> Assumptions:
    """What the snapshot's answers rest on where Kubernetes leaves room. Raises NothingStored."""
    _check_stored(snapshot)
    basis = snapshot.evaluated_with
    return assumptions_for(basis["plugin"], basis["assumptions"])


_newest = Prepared(
    lambda slug: (
        Snapshot.objects.select_related("cluster")
        .filter(cluster__slug=slug, state__in=Snapshot.STORED)
        .order_by("-number")[:1]
    ),
    "the slug",
)
_numbered = Prepared(
    lambda slug, number: Snapshot.objects.select_related("cluster").filter(cluster__slug=slug, number=number),
    "the slug",
    10**9,
)


def find_snapshot(slug: str, number: int | None = None) -> Snapshot | None:
    """With its cluster, by the cluster's slug; None: the newest that holds objects."""
    found = _newest(slug) if number is None else _numbered(slug, number)
    return found[0] if found else None


def latest_complete(cluster: Cluster) -> Snapshot | None:
    """The newest snapshot that holds objects, be it complete or partial."""
    return cluster.snapshots.filter(state__in=Snapshot.STORED).order_by("-number").first()


def standing_versions(snapshot: Snapshot) -> QuerySet[ObjectVersion]:
    """The versions that stood in a snapshot, without the kinds it could not read. Raises NothingStored."""
    _check_stored(snapshot)
    number = snapshot.number
    rows = ObjectVersion.objects.filter(
        Q(last__isnull=True) | Q(last__gte=number), cluster=snapshot.cluster_id, first__lte=number
    )
    hidden = _hidden(rows, snapshot)
    for api_version, kind in hidden:
        rows = rows.exclude(api_version=api_version, kind=kind)
    return rows


def list_policies(snapshot: Snapshot) -> QuerySet[ObjectVersion]:
    """Policies of every kind, also those that are not evaluated."""
    standing = standing_versions(snapshot)
    wanted = Q(pk__in=[])
    for api_version, kind in standing.order_by().values_list("api_version", "kind").distinct():
        if is_policy_kind(api_version.rpartition("/")[0], kind):
            wanted |= Q(api_version=api_version, kind=kind)
    rows = standing.filter(wanted).select_related("content")
    return rows.order_by("namespace", "name", "kind", "api_version")


def policy_yaml(snapshot: Snapshot, version_id: int) -> str:
    """The YAML of a policy that stood in a snapshot. Raises ObjectVersion.DoesNotExist."""
    body: dict[str, Any] = json.loads(list_policies(snapshot).get(pk=version_id).content.body)
    return render(body)


def version_yamls(version_ids: Collection[int]) -> dict[int, str]:
    """The YAML of many stored versions, by id."""
    bodies = ObjectVersion.objects.filter(pk__in=version_ids).values_list("pk", "content__body")
    return {key: render(json.loads(body)) for key, body in bodies}


def _hidden(rows: QuerySet[ObjectVersion], snapshot: Snapshot) -> set[tuple[str, str]]:
    if not snapshot.coverage["unread"]:
        return set()
    return hidden_kinds(
        snapshot.coverage, rows.order_by().values_list("api_version", "kind").distinct().iterator()
    )


def _placement_of(snapshot: Snapshot) -> Placement | None:
    if snapshot.placement is None:
        return None
    return load_placement(snapshot.placement)


def _check_stored(snapshot: Snapshot) -> None:
    if not snapshot.is_stored:
        raise NothingStored(f"snapshot {snapshot.number} holds no objects: it is {snapshot.state}")
