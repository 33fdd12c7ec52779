"""Clusters that a reader sees whole: what people decided about a cluster is about all of it."""

from __future__ import annotations

from rest_framework.request import Request

from apps.access.gate import PARTLY
from apps.access.sight import sight_of
from apps.api.lookup import find_cluster
from apps.api.problems import Refusal
from apps.snapshots.models import Cluster


def find_whole_cluster(request: Request, slug: str) -> Cluster:
    """As if there were none where the reader does not see it; refused where it sees a part only."""
    names = sight_of(request.user).names_in(slug)
    if names is None:
        raise Refusal(404, f"There is no cluster {slug!r}")
    if not names.is_all:
        raise Refusal(403, PARTLY)
    return find_cluster(slug)


def whole_clusters(request: Request, slug: str | None) -> list[Cluster]:
    """The one that is asked for, or all that the reader sees whole."""
    if slug is not None:
        return [find_whole_cluster(request, slug)]
    sight = sight_of(request.user)
    seen = ((cluster, sight.names_in(cluster.slug)) for cluster in sight.clusters())
    return [cluster for cluster, names in seen if names is not None and names.is_all]
