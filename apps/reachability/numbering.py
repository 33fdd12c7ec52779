"""The lasting numbers of a cluster's namespaces, and sets of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from django.db.models import Max
from pyroaring import BitMap

from apps.snapshots.models import Cluster

from .bitmaps import move
from .models import NamespaceNumber

_ROWS_A_QUERY = 500


class Renumbering:
    """Moves sets to other numbers. Many ports share theirs: each different one moves once."""

    def __init__(self, places: Sequence[int]) -> None:
        self.places = places
        self._as_array = np.array(places, dtype=np.uint32)
        self._done: dict[bytes, BitMap] = {}

    def __call__(self, numbers: BitMap) -> BitMap:
        key = numbers.serialize()
        if key not in self._done:
            self._done[key] = move(numbers, self._as_array)
        return self._done[key]


def number_namespaces(cluster: Cluster, names: Sequence[str]) -> list[int]:
    """The number of each name; names not seen before get the next ones."""
    rows = NamespaceNumber.objects.filter(cluster=cluster)
    known = dict(rows.values_list("name", "number"))
    missing = [name for name in names if name not in known]
    if missing:
        highest = rows.aggregate(highest=Max("number"))["highest"]
        start = 0 if highest is None else highest + 1
        known |= {name: number for number, name in enumerate(missing, start)}
        NamespaceNumber.objects.bulk_create(
            [NamespaceNumber(cluster=cluster, name=name, number=known[name]) for name in missing],
            batch_size=_ROWS_A_QUERY,
        )
    return [known[name] for name in names]
