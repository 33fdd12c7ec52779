"""What the reader of a request sees of a cluster: all of it, or a part (apps/access)."""

from __future__ import annotations

from rest_framework.request import Request

from apps.access.sight import Names, sight_of
from apps.reachability.queries import load_reach
from apps.reachability.within import Within
from apps.snapshots.models import Snapshot


def names_seen(request: Request, slug: str) -> Names:
    """The namespaces that the reader sees; the gate has refused who sees none."""
    return sight_of(request.user).names_in(slug) or Names(((),))


def seen_part(request: Request, snapshot: Snapshot) -> Within | None:
    """The part over the snapshot's reach; None for a reader of the whole cluster."""
    names = names_seen(request, snapshot.cluster.slug)
    return None if names.is_all else Within(load_reach(snapshot), names)
