"""Two snapshots side by side out of what is stored of them: nothing is read again or computed again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from apps.engine import PortReach, ReachDiff, compare_outcomes
from apps.engine.collector import collector_at_rest
from apps.engine.model import Backend, Dns
from apps.reachability.models import NamespaceNumber
from apps.reachability.numbering import Renumbering
from apps.reachability.stored import Spaces

from .rows import Key, Standing, ports_in, spaces_at


@dataclass(frozen=True, slots=True)
class StoredOutcome:
    """What a comparison needs of a reach (`engine.Outcome`), with the ports that may differ only."""

    namespaces: tuple[str, ...]
    dns: tuple[Dns, ...]
    ports: tuple[PortReach, ...]


def outcome_at(cluster_id: int, number: int) -> StoredOutcome:
    """The whole of a stored snapshot, by its number, as it was judged then."""
    names = dict(NamespaceNumber.objects.filter(cluster=cluster_id).values_list("number", "name"))
    rows = ports_in(cluster_id, (number, number), differing=False)
    return _outcome(spaces_at(cluster_id, number), names, rows)


def compare_stored(cluster_id: int, before: int, after: int) -> ReachDiff:
    """What differs between two stored snapshots of a cluster, by their numbers, each as it was judged.

    Without changes and causes: they are in the objects.
    """
    with collector_at_rest():
        sides = spaces_at(cluster_id, before), spaces_at(cluster_id, after)
        low, high = sorted((before, after))
        rows = ports_in(cluster_id, (low, high), differing=not _moved(*sides))
        names = dict(NamespaceNumber.objects.filter(cluster=cluster_id).values_list("number", "name"))
        return compare_outcomes(
            *(
                _outcome(spaces, names, [row for row in rows if row[1].holds_in(number)])
                for spaces, number in zip(sides, (before, after), strict=True)
            )
        )


def _moved(before: Spaces, after: Spaces) -> bool:
    """Whether edges may differ although their ports' rows do not: by DNS, or for want of workloads."""
    lasting = before.present & after.present
    pairs = (
        (before.inhabited, after.inhabited),
        (before.dns_blocked, after.dns_blocked),
        (before.dns_unknown, after.dns_unknown),
    )
    return any((old ^ new) & lasting for old, new in pairs)


def _outcome(spaces: Spaces, names: dict[int, str], rows: Iterable[tuple[Key, Standing]]) -> StoredOutcome:
    numbers = sorted(spaces.present, key=names.__getitem__)
    places = _places(numbers)
    renumber = Renumbering(places)
    return StoredOutcome(
        namespaces=tuple(names[number] for number in numbers),
        dns=tuple(spaces.dns(number) for number in numbers),
        ports=tuple(_port(key, row, spaces, renumber) for key, row in sorted(rows, key=lambda row: row[0])),
    )


def _places(numbers: Sequence[int]) -> list[int]:
    """By lasting number the place among those present; of others any."""
    places = [0] * (max(numbers, default=-1) + 1)
    for place, number in enumerate(numbers):
        places[number] = place
    return places


def _port(key: Key, row: Standing, spaces: Spaces, renumber: Renumbering) -> PortReach:
    return PortReach(
        *key,
        backend=Backend(row.answer.backend),
        backends=(),
        by_verdict={verdict: renumber(numbers) for verdict, numbers in row.answer.split(spaces).items()},
        counts={},
    )
