"""Which snapshot the shown one is compared with: the one chosen last, or signed last, or the one before."""

from __future__ import annotations

from typing import NamedTuple

from django.http import HttpRequest

from apps.review.queries import last_signed_review
from apps.snapshots.models import Snapshot
from apps.web.frame import RECENT, stored


class Base(NamedTuple):
    """`why`: how it came to be the one to compare with, in words."""

    snapshot: Snapshot
    why: str


def base_of(request: HttpRequest, snapshot: Snapshot) -> Base | None:
    """`vs=19` in the address, else the reader's last choice, else the snapshot of the last signed review,
    else the one before; None without any older snapshot."""
    earlier = stored(snapshot.cluster).filter(number__lt=snapshot.number)
    for text in (request.GET.get("vs", ""), request.session.get(_key(snapshot), "")):
        chosen = earlier.filter(number=number).first() if (number := _number(str(text))) else None
        if chosen:
            return Base(chosen, "chosen")
    review = last_signed_review(snapshot.cluster, before=snapshot.number)
    signed = earlier.filter(number=review.snapshot_number).first() if review else None
    if signed:
        return Base(signed, "last signed review")
    previous = earlier.first()
    return Base(previous, "the snapshot before") if previous else None


def choose_base(request: HttpRequest, before: Snapshot) -> None:
    """Remembers the choice for the other pages of this cluster, until the reader logs out."""
    if request.session.get(_key(before)) != before.number:
        request.session[_key(before)] = before.number


def choices(snapshot: Snapshot) -> list[Snapshot]:
    """The latest snapshots before this one."""
    return list(stored(snapshot.cluster).filter(number__lt=snapshot.number)[:RECENT])


def _number(text: str) -> int:
    """0: no number of a snapshot."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def _key(snapshot: Snapshot) -> str:
    return f"compared-with-{snapshot.cluster_id}"
