"""Reading stored rows back: what stood at a snapshot, what differs between two, and one port's whole past."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import Q, QuerySet

from apps.reachability.models import StoredPort, StoredSpaces
from apps.reachability.stored import Answer, Spaces, decode


class Key(NamedTuple):
    """Names a Service port. Keys sort as a reach's ports do."""

    namespace: str
    service: str
    port: int
    protocol: str


@dataclass(frozen=True, slots=True)
class Standing:
    """One row. `base`: the row over which the next one may be stored: this, or the one below this."""

    pk: int
    first: int
    last: int | None
    answer: Answer
    base: int
    base_answer: Answer

    def holds_in(self, number: int) -> bool:
        return self.first <= number and (self.last is None or number <= self.last)


def ports_standing(cluster_id: int) -> dict[Key, Standing]:
    """What is said now."""
    return dict(_read(StoredPort.objects.filter(cluster=cluster_id, last__isnull=True)))


def ports_in(cluster_id: int, numbers: tuple[int, int], *, differing: bool) -> list[tuple[Key, Standing]]:
    """The rows that hold in one of two snapshots, the lower first; `differing`: that hold in one only."""
    low, high = numbers
    held_low = Q(first__lte=low) & (Q(last__isnull=True) | Q(last__gte=low))
    held_high = Q(first__lte=high) & (Q(last__isnull=True) | Q(last__gte=high))
    wanted = held_low | held_high
    if differing:
        gone = Q(first__lte=low, last__gte=low, last__lt=high)
        come = Q(first__gt=low, first__lte=high) & (Q(last__isnull=True) | Q(last__gte=high))
        wanted = gone | come
    return list(_read(StoredPort.objects.filter(wanted, cluster=cluster_id)))


def past_of(cluster_id: int, key: Key) -> list[Standing]:
    """All rows of one Service port, the oldest first."""
    rows = StoredPort.objects.filter(cluster=cluster_id, **key._asdict())
    return sorted((row for _, row in _read(rows)), key=lambda row: row.first)


def spaces_at(cluster_id: int, number: int) -> Spaces:
    """All namespaces of a stored snapshot; none where its history was never stored."""
    rows = StoredSpaces.objects.filter(cluster=cluster_id, first__lte=number)
    row = rows.order_by("-first").first()
    return Spaces.from_bytes(bytes(row.facts)) if row else Spaces()


def _read(rows: QuerySet[StoredPort]) -> Iterator[tuple[Key, Standing]]:
    bases: dict[int, Answer] = {}
    columns = (*Key._fields, "pk", "first", "last", "answer", "base_id", "base__answer")
    for *key, pk, first, last, data, base, below in rows.order_by().values_list(*columns).iterator():
        if base is not None and base not in bases:
            bases[base] = decode(bytes(below))
        answer = decode(bytes(data), bases.get(base) if base is not None else None)
        yield Key(*key), Standing(pk, first, last, answer, base or pk, bases[base] if base else answer)
