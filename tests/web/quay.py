"""The small cluster of `quay.yaml`, stored as an upload would be."""

from __future__ import annotations

from pathlib import Path

from apps.reachability.take import snapshot_from_reading
from apps.snapshots.clusters import add_cluster
from apps.snapshots.manifests import read_bytes
from apps.snapshots.models import Cluster, Snapshot

FILE = Path(__file__).with_name("quay.yaml")


def store_quay(name: str = "Quay") -> Snapshot:
    reading = read_bytes(FILE.name, FILE.read_bytes())
    assert not reading.problems, reading.problems
    return snapshot_from_reading(add_cluster(name=name, source=Cluster.Source.MANIFESTS), reading)
