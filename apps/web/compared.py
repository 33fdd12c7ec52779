"""Which snapshot the shown one is compared with: the one chosen last, else the one before it."""

from __future__ import annotations

from typing import NamedTuple

from django.http import HttpRequest

from apps.snapshots.models import Snapshot
from apps.web.frame import RECENT, stored


class Base(NamedTuple):
    """`why`: how it came to be the one to compare with, in words."""

    snapshot: Snapshot
    why: str


def base_of(request: HttpRequest, snapshot: Snapshot) -> Base | None:
    """`vs=19` in the address, else the reader's last choice; None without any older snapshot."""
    earlier = stored(snapshot.cluster).filter(number__lt=snapshot.number)
    for text in (request.GET.get("vs", ""), request.session.get(_key(snapshot), "")):
        number = str(text)
        chosen = (
            earlier.filter(number=int(number)).first() if number.isdecimal() and len(number) < 10 else None
        )
        if chosen:
            return Base(chosen, "chosen")
    previous = earlier.first()
    return Base(previous, "the snapshot before") if previous else None


def choose_base(request: HttpRequest, before: Snapshot) -> None:
    """Remembers the choice for the other pages of this cluster, until the reader logs out."""
    if request.session.get(_key(before)) != before.number:
        request.session[_key(before)] = before.number


def choices(snapshot: Snapshot) -> list[Snapshot]:
    """The latest snapshots before this one."""
    return list(stored(snapshot.cluster).filter(number__lt=snapshot.number)[:RECENT])


def _key(snapshot: Snapshot) -> str:
    return f"compared-with-{snapshot.cluster_id}"
