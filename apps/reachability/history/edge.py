"""Since when: the past of one edge, and of what a namespace is by itself, out of the stored rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from apps.engine.model import Verdict
from apps.reachability.models import NamespaceNumber, StoredSpaces, TimelineStep
from apps.reachability.stored import Spaces
from apps.snapshots.models import Snapshot
from apps.snapshots.queries import NothingStored

from .origins import Begins, of_namespaces, origins_of
from .periods import Kept, Period, Track, period_at, periods_of
from .rows import Key, Standing, past_of

T = TypeVar("T")
FACTS = ("dns", "ingress", "egress")
_NOBODY = 2**32 - 1
REACHING = frozenset((Verdict.ALLOWED, Verdict.PARTIAL, Verdict.UNRESTRICTED))


@dataclass(frozen=True, slots=True)
class SpacesRow:
    """All namespaces from snapshot `first` to `last`."""

    first: int
    last: int | None
    spaces: Spaces


@dataclass(frozen=True, slots=True)
class History(Generic[T]):
    """The periods of one value, the oldest first, and the place of the one that was asked about.

    None: no such thing. `open_since`: the snapshot since which an edge has let something through without a
    break, whatever its verdict; None for one that lets nothing through, and for what is no edge.
    """

    periods: Sequence[Period[T | None]]
    place: int
    open_since: int | None = None

    @property
    def now(self) -> Period[T | None]:
        return self.periods[self.place]

    @property
    def before(self) -> Period[T | None] | None:
        return self.periods[self.place - 1] if self.place else None


@dataclass(frozen=True, slots=True)
class EdgePast:
    """One edge in all snapshots. `number`: of its source namespace; `begins`: the origins of its port."""

    number: int
    ports: Track[Standing]
    spaces: Track[SpacesRow]
    begins: Mapping[int, Begins]

    @classmethod
    def read(cls, cluster_id: int, source: str, key: Key, spaces: Track[SpacesRow]) -> EdgePast:
        ports = Track(past_of(cluster_id, key))
        return cls(number_of(cluster_id, source), ports, spaces, origins_of(cluster_id, key))

    def verdict(self, at: int) -> Verdict | None:
        port, row = self.ports.at(at), self.spaces.at(at)
        if port is None or row is None or self.number not in row.spaces.present:
            return None
        return port.answer.verdict(self.number, inhabited=self.number in row.spaces.inhabited)

    @property
    def bounds(self) -> set[int]:
        return self.ports.bounds | self.spaces.bounds

    @property
    def starts(self) -> dict[int, int | None]:
        """Since when it has its verdict, by the snapshot behind a gap."""
        return {at: each.value.get(self.number) for at, each in self.begins.items()}

    @property
    def open_starts(self) -> dict[int, int | None]:
        """The same of letting something through."""
        return {at: each.open.get(self.number) for at, each in self.begins.items()}


def edge_history(snapshot: Snapshot, source: str, key: Key) -> History[Verdict]:
    """The verdicts of an edge over all kept snapshots, and the place of this snapshot's.

    Raises NothingStored.
    """
    cluster = snapshot.cluster_id
    kept, past = kept_of(cluster), EdgePast.read(cluster, source, key, spaces_of(cluster))
    periods = periods_of(kept, past.bounds, past.verdict, past.starts)
    opens = periods_of(kept, past.bounds, lambda at: past.verdict(at) in REACHING, past.open_starts)
    place = _place(periods, snapshot)
    now_open = opens[period_at(opens, snapshot.number)]
    return History(periods, place, now_open.first if now_open.value else None)


def namespace_history(snapshot: Snapshot, namespace: str, fact: str) -> History[str]:
    """The same of a namespace's `dns`, or of what policies isolate of it for `ingress` or `egress`."""
    cluster = snapshot.cluster_id
    number, spaces = number_of(cluster, namespace), spaces_of(cluster)

    def value(at: int) -> str | None:
        row = spaces.at(at)
        return value_in(row.spaces, fact, number) if row else None

    begins = origins_of(cluster, of_namespaces(fact))
    starts = {at: each.value.get(number) for at, each in begins.items()}
    periods = periods_of(kept_of(cluster), spaces.bounds, value, starts)
    return History(periods, _place(periods, snapshot))


def value_in(spaces: Spaces, fact: str, number: int) -> str | None:
    if number not in spaces.present:
        return None
    return spaces.dns(number).value if fact == "dns" else spaces.isolation(number, fact)


def number_of(cluster_id: int, namespace: str) -> int:
    """The lasting number; of a namespace that never was, one that no namespace has."""
    rows = NamespaceNumber.objects.filter(cluster=cluster_id, name=namespace)
    return next(iter(rows.values_list("number", flat=True)), _NOBODY)


def spaces_of(cluster_id: int) -> Track[SpacesRow]:
    rows = StoredSpaces.objects.filter(cluster=cluster_id).values_list("first", "last", "facts")
    return Track(SpacesRow(first, last, Spaces.from_bytes(bytes(facts))) for first, last, facts in rows)


def kept_of(cluster_id: int) -> Kept:
    """The snapshots that are still there, and before which of them others are gone."""
    stored = Snapshot.objects.filter(cluster=cluster_id, state__in=Snapshot.STORED)
    numbers = set(stored.values_list("number", flat=True))
    steps = TimelineStep.objects.filter(cluster=cluster_id, number__in=stored.values("number"))
    pairs = list(steps.order_by("number").values_list("number", "previous"))
    gaps = {number for number, previous in pairs if previous is not None and previous not in numbers}
    return Kept([number for number, _ in pairs], frozenset(gaps))


def _place(periods: Sequence[Period[T]], snapshot: Snapshot) -> int:
    place = period_at(periods, snapshot.number)
    if place < 0 or not snapshot.is_stored:
        raise NothingStored(f"nothing is stored of the history of snapshot {snapshot.number}")
    return place
