"""Stored snapshots to ask about."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any

from apps.engine.model import Unevaluated
from apps.reachability.take import snapshot_from_reading
from apps.snapshots.clusters import add_cluster
from apps.snapshots.manifests import read_paths
from apps.snapshots.models import Cluster, Snapshot
from apps.snapshots.reading import ReadObject

HARBOUR = Path(__file__).with_name("harbour.yaml")


def store_harbour() -> Snapshot:
    """The first snapshot of a cluster `harbour`: see the head of the file."""
    cluster = add_cluster(name="Harbour", source=Cluster.Source.MANIFESTS)
    return snapshot_from_reading(cluster, read_paths([str(HARBOUR)]))


def store_harbour_again(
    cluster: Cluster,
    *,
    extra: Iterable[dict[str, Any]] = (),
    without: Collection[str] = (),
    unread: Iterable[Unevaluated] = (),
) -> Snapshot:
    """The next snapshot: the same with some objects more and, by their names, some less."""
    reading = read_paths([str(HARBOUR)])
    kept = [each for each in reading.objects if each.body["metadata"]["name"] not in without]
    reading.objects = kept + [ReadObject(body) for body in extra]
    reading.unread += unread
    return snapshot_from_reading(cluster, reading)


def deny_all(namespace: str, name: str = "deny-all") -> dict[str, Any]:
    """A NetworkPolicy that closes a namespace in both directions."""
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"namespace": namespace, "name": name},
        "spec": {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]},
    }
