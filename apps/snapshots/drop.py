"""Removing what the cluster said in snapshots that are gone."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from .models import Cluster, Content, ObjectVersion
from .placements import drop_placements

_ROWS_A_QUERY = 500


def drop_objects(cluster: Cluster, left: Sequence[int]) -> None:
    """Removes the versions that stood in none of the snapshots that are left (ascending), and every manifest
    and placement that nobody has any more."""
    ended = ObjectVersion.objects.filter(cluster=cluster, last__isnull=False).order_by()
    unseen = [
        (pk, content)
        for pk, content, first, last in ended.values_list("pk", "content_id", "first", "last")
        if not stood(first, last, left)
    ]
    for start in range(0, len(unseen), _ROWS_A_QUERY):
        some = unseen[start : start + _ROWS_A_QUERY]
        ObjectVersion.objects.filter(pk__in=[pk for pk, _ in some]).delete()
        Content.objects.filter(pk__in={content for _, content in some}, versions__isnull=True).delete()
    drop_placements()


def stood(first: int, last: int | None, numbers: Sequence[int]) -> bool:
    """Whether what stood from `first` to `last` stood in one of these snapshots (ascending)."""
    place = bisect_left(numbers, first)
    return place < len(numbers) and (last is None or numbers[place] <= last)
