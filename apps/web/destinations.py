"""The pages that one can go to by name."""

from __future__ import annotations

from typing import NamedTuple

from django.urls import NoReverseMatch, reverse

from apps.snapshots.models import Cluster, Snapshot

_OF_SNAPSHOT = {
    "Overview": "overview",
    "Reach map": "map",
    "Namespaces": "namespaces",
    "Findings": "findings",
    "Policies": "policies",
    "What-if": "what-if",
    "Suggest policies": "suggest",
}
_OF_CLUSTER = {
    "Guardrails": "guardrails",
    "Reviews": "reviews",
    "Exceptions": "exceptions",
    "Reports": "reports",
    "Snapshots": "snapshots",
}
_OF_ALL = {"Clusters": "home", "Help": "help", "Settings": "settings"}


class Destination(NamedTuple):
    name: str
    url: str


def destinations(cluster: Cluster, snapshot: Snapshot) -> list[Destination]:
    """Every page that there is about this snapshot, its cluster, and beside them."""
    wanted = [
        *((name, key, (cluster.slug, snapshot.number)) for name, key in _OF_SNAPSHOT.items()),
        *((name, key, (cluster.slug,)) for name, key in _OF_CLUSTER.items()),
        *((name, key, ()) for name, key in _OF_ALL.items()),
    ]
    return [Destination(name, url) for name, key, given in wanted if (url := _address(key, given))]


def _address(name: str, given: tuple[object, ...]) -> str:
    """Empty for a page that this build does not have."""
    try:
        return reverse(name, args=given)
    except NoReverseMatch:
        return ""
