"""Filters that reviewers ask for again and again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from apps.review.queries import last_signed_review
from apps.snapshots.models import Snapshot
from apps.snapshots.queries import load_cluster
from apps.web.frame import stored
from apps.web.question import Question

_REACHING = "verdict:allowed,partial,unrestricted"
# How clusters commonly label the namespaces of production.
_STAGES = ("env", "environment", "stage", "tier")
_PRODUCTION = ("prod", "production")


class Preset(NamedTuple):
    name: str
    query: str
    meaning: str

    @property
    def question(self) -> Question:
        return Question(q=self.query)


def presets(snapshot: Snapshot) -> list[Preset]:
    """Those that can be asked of this snapshot."""
    return [
        *_production(snapshot),
        Preset("Unrestricted", "verdict:unrestricted", "no policy isolates either side"),
        *_new(snapshot),
        Preset("No DNS", f"dns:blocked {_REACHING}", "allowed by address, and the name does not resolve"),
        Preset("Unknown", "verdict:unknown", "cannot be decided from what was read"),
        Preset("No default deny", "missing:default-deny-ingress", "into namespaces that are not closed"),
        Preset(
            "Internet-facing",
            f"type:LoadBalancer,NodePort {_REACHING}",
            "Services that are offered outside the cluster too",
        ),
    ]


def _production(snapshot: Snapshot) -> Iterator[Preset]:
    """By the first label that some namespace has for production."""
    labels = {label for space in load_cluster(snapshot).namespaces for label in space.labels.items()}
    for key, value in ((key, value) for key in _STAGES for value in _PRODUCTION):
        if (key, value) in labels:
            prod = f"{key}={value}"
            query = f"-from:{prod} to:{prod} {_REACHING}"
            yield Preset(f"{value.capitalize()} reachable from outside it", query, f"by the label {prod}")
            return


def _new(snapshot: Snapshot) -> Iterator[Preset]:
    """Since the last signed review; without one, since the snapshot before."""
    review = last_signed_review(snapshot.cluster, before=snapshot.number)
    held = stored(snapshot.cluster).filter(number__lt=snapshot.number)
    if review and held.filter(number=review.snapshot_number).exists():
        number, name = review.snapshot_number, "New since last review"
    elif previous := held.first():
        number, name = previous.number, f"New since #{previous.number}"
    else:
        return
    yield Preset(name, f"changed:new since:#{number}", f"opened since snapshot #{number}")
