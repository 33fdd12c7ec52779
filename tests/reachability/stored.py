"""Stored snapshots to ask about."""

from __future__ import annotations

from pathlib import Path

from apps.reachability.take import snapshot_from_reading
from apps.snapshots.clusters import add_cluster
from apps.snapshots.manifests import read_paths
from apps.snapshots.models import Cluster, Snapshot

HARBOUR = Path(__file__).with_name("harbour.yaml")


def store_harbour() -> Snapshot:
    """The first snapshot of a cluster `harbour`: see the head of the file."""
    cluster = add_cluster(name="Harbour", source=Cluster.Source.MANIFESTS)
    return snapshot_from_reading(cluster, read_paths([str(HARBOUR)]))
