"""The small cluster of `quay.yaml`, stored as an upload would be."""

from __future__ import annotations

from pathlib import Path

import yaml

from apps.reachability.take import snapshot_from_reading
from apps.snapshots.clusters import add_cluster
from apps.snapshots.manifests import read_bytes
from apps.snapshots.models import Cluster, Snapshot

FILE = Path(__file__).with_name("quay.yaml")


def store_quay(name: str = "Quay") -> Snapshot:
    reading = read_bytes(FILE.name, FILE.read_bytes())
    assert not reading.problems, reading.problems
    return snapshot_from_reading(add_cluster(name=name, source=Cluster.Source.MANIFESTS), reading)


def change_quay(cluster: Cluster) -> Snapshot:
    """A second snapshot: orders may no longer send anything, and ci takes partner-gw's place at the database.

    A label of ci holds markup.
    """
    reading = read_bytes("changed.yaml", _changed_text().encode())
    assert not reading.problems, reading.problems
    return snapshot_from_reading(cluster, reading)


_CLOSED = """
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: closed, namespace: orders}
spec: {podSelector: {}, policyTypes: [Egress]}
"""


def _changed_text() -> str:
    text = FILE.read_text()
    text = text.replace(
        "metadata: {name: ci}", "metadata: {name: ci, labels: {note: '<img src=x onerror=alert(1)>'}}"
    )
    text = text.replace("metadata.name: partner-gw}}}]", "metadata.name: ci}}}]")
    return text + _CLOSED


def remove_monitoring(cluster: Cluster) -> Snapshot:
    """A next snapshot as `change_quay`'s, but the namespace monitoring is gone with all that was in it."""
    first, *others = (each for each in yaml.safe_load_all(_changed_text()) if each)
    first["items"] = [each for each in first["items"] if each["metadata"]["name"] != "monitoring"]
    kept = [first, *(each for each in others if each["metadata"].get("namespace") != "monitoring")]
    reading = read_bytes("removed.yaml", yaml.safe_dump_all(kept).encode())
    assert not reading.problems, reading.problems
    return snapshot_from_reading(cluster, reading)
