"""Keeping since when things are so, before the snapshots that told it go."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain

from pyroaring import BitMap

from apps.reachability.history.edge import FACTS, REACHING, SpacesRow, spaces_of
from apps.reachability.history.origins import Begins, of_namespaces, origins_of
from apps.reachability.history.periods import Kept, Track
from apps.reachability.history.rows import Key, Standing, past_of, ports_in
from apps.reachability.history.starts import Split, Starts, starts_at
from apps.reachability.models import Origin
from apps.reachability.stored import Spaces

_ROWS_A_QUERY = 500


def write_origins(cluster_id: int, kept: Kept, numbers: Sequence[int]) -> None:
    """Writes of each of these snapshots since when what it says had been so. `kept`: the snapshots as they
    are now, before those in front of it go."""
    spaces = spaces_of(cluster_id)
    told = chain(_of_ports(cluster_id, kept, numbers, spaces), _of_facts(cluster_id, kept, numbers, spaces))
    rows = [
        Origin(cluster_id=cluster_id, number=number, begins=begins.to_bytes(), **key._asdict())
        for key, number, begins in told
        if begins != Begins()
    ]
    Origin.objects.filter(cluster=cluster_id, number__in=numbers).delete()
    Origin.objects.bulk_create(rows, batch_size=_ROWS_A_QUERY)


Told = tuple[Key, int, Begins]


def _of_ports(
    cluster_id: int, kept: Kept, numbers: Sequence[int], spaces: Track[SpacesRow]
) -> Iterator[Told]:
    """One Service port after another, so that no more than one past is in memory."""
    keys = {key for number in numbers for key, _ in ports_in(cluster_id, (number, number), differing=False)}
    for key in sorted(keys):
        past = _PortPast(cluster_id, key, kept, spaces)
        yield from ((key, number, past.begins(number)) for number in numbers)


def _of_facts(
    cluster_id: int, kept: Kept, numbers: Sequence[int], spaces: Track[SpacesRow]
) -> Iterator[Told]:
    for fact in FACTS:

        def split(at: int, fact: str = fact) -> Split:
            row = spaces.at(at)
            return _split_fact(row.spaces, fact) if row else ()

        key = of_namespaces(fact)
        known = {at: each.value for at, each in origins_of(cluster_id, key).items()}
        for number in numbers:
            yield key, number, Begins(_early(starts_at(number, kept, spaces.bounds, split, known), number))


class _PortPast:
    """All that is stored of one Service port."""

    def __init__(self, cluster_id: int, key: Key, kept: Kept, spaces: Track[SpacesRow]) -> None:
        self._kept = kept
        self._spaces = spaces
        self._ports: Track[Standing] = Track(past_of(cluster_id, key))
        self._bounds = self._ports.bounds | spaces.bounds
        known = origins_of(cluster_id, key)
        self._known_values = {at: each.value for at, each in known.items()}
        self._known_opens = {at: each.open for at, each in known.items()}

    def begins(self, number: int) -> Begins:
        values = starts_at(number, self._kept, self._bounds, self._verdicts, self._known_values)
        opens = starts_at(number, self._kept, self._bounds, self._open, self._known_opens)
        return Begins(_early(values, number), _early(opens, number))

    def _verdicts(self, at: int) -> Split:
        port, row = self._ports.at(at), self._spaces.at(at)
        return list(port.answer.split(row.spaces).values()) if port and row else ()

    def _open(self, at: int) -> Split:
        port = self._ports.at(at)
        kept = port.answer.by_verdict if port else {}
        return [BitMap.union(BitMap(), *(kept[verdict] for verdict in kept if verdict in REACHING))]


def _split_fact(spaces: Spaces, fact: str) -> Split:
    """By value; the last set are those of the value that is not kept."""
    names = ("dns_blocked", "dns_unknown") if fact == "dns" else (f"{fact}_all", f"{fact}_some")
    told: list[BitMap] = [getattr(spaces, name) for name in names]
    return [*told, spaces.present - told[0] - told[1]]


def _early(starts: Starts, number: int) -> dict[int, int]:
    """By namespace, where it began before this snapshot."""
    return {each: start for start, those in starts.items() if start < number for each in those}
