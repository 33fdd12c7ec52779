"""The part of a cluster that a reader sees, for REST and pages alike."""

from __future__ import annotations

from apps.reachability.queries import load_reach
from apps.reachability.within import Within
from apps.snapshots.models import Snapshot

from .roles import Person
from .sight import Names, sight_of


def names_seen(user: Person, slug: str) -> Names:
    """The namespaces that the reader sees; the gate has refused who sees none."""
    return sight_of(user).names_in(slug) or Names(((),))


def part_seen(user: Person, snapshot: Snapshot) -> Within | None:
    """The part over the snapshot's reach; None for a reader of the whole cluster."""
    names = names_seen(user, snapshot.cluster.slug)
    return None if names.is_all else Within(load_reach(snapshot), names)
