"""Reads a fake API server with the real reader, without the real waits."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from apps.snapshots.live import Access, Patience, read_cluster
from apps.snapshots.reading import Reading
from tests.fakes.kube_api import KubeApi


@dataclass
class Reader:
    """`waits`: the seconds that the reader wanted to wait; `progress`: what it reported.

    `patience`: seconds for a connection and for an answer; long, for machines that do much else meanwhile.
    """

    patience: float = 20.0
    waits: list[float] = field(default_factory=list)
    progress: list[tuple[str, int, int | None]] = field(default_factory=list)

    def read(self, api: KubeApi, **kubeconfig: Any) -> Reading:
        return self.read_by(Access(kubeconfig=api.kubeconfig(**kubeconfig)))

    def read_by(self, access: Access) -> Reading:
        patience = Patience(connect=self.patience, read=self.patience, wait=self.waits.append)
        return read_cluster(access, progress=lambda *step: self.progress.append(step), patience=patience)


def names(reading: Reading, kind: str) -> list[str]:
    """`NS/NAME` (or `NAME`) of what was read of a kind, in the order of the reading."""
    bodies = [each.body for each in reading.objects if each.body["kind"] == kind]
    return ["/".join(_place(body["metadata"])) for body in bodies]


def unread(reading: Reading) -> dict[str, str]:
    """Why something was not read, by what it is."""
    return {str(each.ref): each.reason for each in reading.unread}


def _place(metadata: dict[str, Any]) -> list[str]:
    return [part for part in (metadata.get("namespace"), metadata["name"]) if part]
