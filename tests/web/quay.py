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


def change_quay(cluster: Cluster) -> Snapshot:
    """A second snapshot: orders may no longer send anything, and ci takes partner-gw's place at the database.

    A label of ci holds markup.
    """
    text = FILE.read_text()
    text = text.replace(
        "metadata: {name: ci}", "metadata: {name: ci, labels: {note: '<img src=x onerror=alert(1)>'}}"
    )
    text = text.replace("metadata.name: partner-gw}}}]", "metadata.name: ci}}}]")
    text += _CLOSED
    reading = read_bytes("changed.yaml", text.encode())
    assert not reading.problems, reading.problems
    return snapshot_from_reading(cluster, reading)


_CLOSED = """
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: closed, namespace: orders}
spec: {podSelector: {}, policyTypes: [Egress]}
"""
