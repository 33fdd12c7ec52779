"""Placements as they are stored: whole, or as what differs from one that is stored whole.

Every snapshot finds some pods replaced. Written over a base, a placement costs what changed since it; when
that has grown to a part of the whole worth mentioning, the next one is whole again.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Sequence
from typing import Any

from .fold import Placement, in_order
from .gather import canonical
from .models import Placement as Stored

_WORTH_IT = 5  # times shorter than the whole


def store_placement(placement: Placement, before: Stored | None) -> Stored:
    """The row of this content. `before`: that of the snapshot before, over whose base it may be written."""
    whole = placement.to_json()
    row = Stored(sha256=hashlib.sha256(whole).hexdigest(), data=zlib.compress(whole))
    if Stored.objects.filter(pk=row.pk).exists():
        return row
    base = before and (before.base or before)
    if base:
        over = zlib.compress(json.dumps(_differing(load_placement(base), placement)).encode(), 9)
        if _WORTH_IT * len(over) < len(base.data):
            row.data, row.base = over, base
    Stored.objects.bulk_create([row], ignore_conflicts=True)
    return row


def load_placement(stored: Stored) -> Placement:
    """What was stored."""
    data = zlib.decompress(stored.data)
    if stored.base is None:
        return Placement.from_json(data)
    pods = {**load_placement(stored.base).pods}
    for template, (gone, come) in json.loads(data).items():
        stayed = [own for index, own in enumerate(pods.get(template, ())) if index not in gone]
        pods[template] = in_order([*stayed, *come])
    return Placement({key: pods[key] for key in sorted(pods) if pods[key]})


def drop_placements() -> None:
    """Removes those that no snapshot has, and over which none is written."""
    unused = Stored.objects.filter(snapshots__isnull=True, over__isnull=True)
    unused.filter(base__isnull=False).delete()
    unused.all().delete()


def _differing(old: Placement, new: Placement) -> dict[str, tuple[list[int], list[dict[str, Any]]]]:
    """By template: which of its pods went, by their places, and those that came."""
    changed = [
        key for key in old.pods.keys() | new.pods.keys() if old.pods.get(key, ()) != new.pods.get(key, ())
    ]
    return {key: _exchanged(old.pods.get(key, ()), new.pods.get(key, ())) for key in sorted(changed)}


def _exchanged(
    old: Sequence[dict[str, Any]], new: Sequence[dict[str, Any]]
) -> tuple[list[int], list[dict[str, Any]]]:
    before, after = ({canonical(own) for own in pods} for pods in (old, new))
    gone = [index for index, own in enumerate(old) if canonical(own) not in after]
    return gone, [own for own in new if canonical(own) not in before]
