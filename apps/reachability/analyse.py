"""Storing what the policies mean: for each Service port who reaches it, a row when the answer changes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from django.db import transaction
from django.db.models import Max, QuerySet
from pyroaring import BitMap

from apps.engine import PortReach, Reach
from apps.engine.model import Dns, Verdict
from apps.snapshots.models import Snapshot

from .history.rows import Key, Standing, ports_standing
from .models import StoredPort, StoredSpaces
from .numbering import Renumbering, number_namespaces
from .stored import Answer, Spaces, encode

_ROWS_A_QUERY = 500


def store_reach(snapshot: Snapshot, reach: Reach) -> int:
    """Closes the answers that changed or went, and opens the new ones; returns how many rows it wrote.

    Runs in the caller's transaction if there is one.
    """
    with transaction.atomic():
        renumber = Renumbering(number_namespaces(snapshot.cluster, reach.namespaces))
        answers = dict(_answers(reach, renumber))
        standing = ports_standing(snapshot.cluster_id)
        closing = [row.pk for key, row in standing.items() if answers.get(key) != row.answer]
        opening = {
            key: answer
            for key, answer in answers.items()
            if key not in standing or standing[key].answer != answer
        }
        _close(snapshot, closing)
        _open(snapshot, opening, standing)
        written = _store_spaces(snapshot, _spaces(reach, renumber))
    return len(closing) + len(opening) + written


def _answers(reach: Reach, renumber: Renumbering) -> Iterator[tuple[Key, Answer]]:
    inhabited = BitMap([index for index, count in enumerate(reach.sources) if count])
    for port in reach.ports:
        key = Key(port.namespace, port.service, port.port, port.protocol)
        yield key, _answer(port, inhabited, renumber)


def _answer(port: PortReach, inhabited: BitMap, renumber: Renumbering) -> Answer:
    sets = port.by_verdict
    counted = sets[Verdict.PARTIAL] | sets[Verdict.UNKNOWN]
    lonely = inhabited & sets[Verdict.EMPTY]
    void = lonely == inhabited
    return Answer(
        backend=port.backend.value,
        allowed=renumber(sets[Verdict.ALLOWED]),
        unrestricted=renumber(sets[Verdict.UNRESTRICTED]),
        partial=renumber(sets[Verdict.PARTIAL]),
        unknown=renumber(sets[Verdict.UNKNOWN]),
        lonely=BitMap() if void else renumber(lonely),
        void=void,
        counts={
            str(renumber.places[index]): list(port.counts[index]) for index in counted if index in port.counts
        },
    )


def _spaces(reach: Reach, renumber: Renumbering) -> Spaces:
    def those(chosen: Sequence[bool]) -> BitMap:
        return BitMap([renumber.places[index] for index, each in enumerate(chosen) if each])

    def isolated(direction: str, extent: str) -> BitMap:
        return those([getattr(each, direction) == extent for each in reach.isolation])

    return Spaces(
        present=BitMap(renumber.places),
        inhabited=those([bool(count) for count in reach.sources]),
        dns_blocked=those([dns is Dns.BLOCKED for dns in reach.dns]),
        dns_unknown=those([dns is Dns.UNKNOWN for dns in reach.dns]),
        ingress_all=isolated("ingress", "all"),
        ingress_some=isolated("ingress", "some"),
        egress_all=isolated("egress", "all"),
        egress_some=isolated("egress", "some"),
    )


def _close(snapshot: Snapshot, rows: Sequence[int]) -> None:
    last = _number_before(snapshot) if rows else None
    for start in range(0, len(rows), _ROWS_A_QUERY):
        StoredPort.objects.filter(pk__in=rows[start : start + _ROWS_A_QUERY]).update(last=last)


def _open(snapshot: Snapshot, answers: Mapping[Key, Answer], standing: Mapping[Key, Standing]) -> None:
    rows = (_row(snapshot, key, answer, standing.get(key)) for key, answer in answers.items())
    StoredPort.objects.bulk_create(rows, batch_size=_ROWS_A_QUERY)


def _row(snapshot: Snapshot, key: Key, answer: Answer, before: Standing | None) -> StoredPort:
    """Most changes are of a few namespaces: they are stored over the last answer that stands by itself,
    as long as that is the shorter way."""
    row = StoredPort(
        cluster_id=snapshot.cluster_id, first=snapshot.number, answer=encode(answer), **key._asdict()
    )
    if before:
        over = encode(answer, before.base_answer)
        if 2 * len(over) < len(row.answer):
            row.answer, row.base_id = over, before.base
    return row


def _store_spaces(snapshot: Snapshot, spaces: Spaces) -> int:
    rows = StoredSpaces.objects.filter(cluster=snapshot.cluster_id)
    standing = rows.filter(last__isnull=True).first()
    facts = spaces.to_bytes()
    if standing and bytes(standing.facts) == facts:
        return 0
    rows.filter(last__isnull=True).update(last=_number_before(snapshot))
    rows.create(cluster_id=snapshot.cluster_id, first=snapshot.number, facts=facts)
    return 1 + bool(standing)


def _number_before(snapshot: Snapshot) -> int | None:
    """The stored snapshot before this one: the last in which what ends now was so."""
    earlier: QuerySet[Snapshot] = Snapshot.objects.filter(
        cluster=snapshot.cluster_id, number__lt=snapshot.number, state__in=Snapshot.STORED
    )
    found: int | None = earlier.aggregate(last=Max("number"))["last"]
    return found
