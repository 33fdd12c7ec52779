"""Which snapshots reviews rest on: retention leaves them."""

from __future__ import annotations

from itertools import chain

from apps.review.models import Review
from apps.snapshots.models import Cluster


def reviewed_snapshots(cluster: Cluster) -> set[int]:
    """One of `settings.KEEPERS`: what was reviewed, and what it was compared with."""
    pairs = Review.objects.filter(cluster=cluster).values_list("snapshot_number", "against")
    return {number for number in chain.from_iterable(pairs) if number is not None}
