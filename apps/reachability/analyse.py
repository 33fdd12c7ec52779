"""Storing what the policies mean: for each Service port who reaches it, a row when the answer changes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import Max
from pyroaring import BitMap

from apps.engine import PortReach, Reach
from apps.engine.model import Verdict
from apps.snapshots.models import Cluster, Snapshot

from .models import NamespaceNumber, StoredPort

_ROWS_A_QUERY = 500


class _Port(NamedTuple):
    namespace: str
    service: str
    port: int
    protocol: str


class _Answer(NamedTuple):
    """The columns of StoredPort that make two answers different."""

    backend: str
    allowed: bytes
    unrestricted: bytes
    partial: bytes
    unknown: bytes
    counts: dict[str, list[int]]


def store_reach(snapshot: Snapshot, reach: Reach) -> int:
    """Closes the answers that changed or went, and opens the new ones; returns how many rows it wrote.

    Runs in the caller's transaction if there is one.
    """
    with transaction.atomic():
        renumber = _Renumbering(_number_namespaces(snapshot.cluster, reach.namespaces))
        answers = {_port(port): _answer(port, renumber) for port in reach.ports}
        standing = _standing(snapshot.cluster)
        closing = [row for port, (row, answer) in standing.items() if answers.get(port) != answer]
        opening = {
            port: answer
            for port, answer in answers.items()
            if port not in standing or standing[port][1] != answer
        }
        _close(snapshot, closing)
        _open(snapshot, opening)
    return len(closing) + len(opening)


class _Renumbering:
    """Turns a reach's namespace indexes into the cluster's lasting numbers.

    Most ports share their bitmaps with many others, so each different one is renumbered once.
    """

    def __init__(self, numbers: Sequence[int]) -> None:
        self.numbers = numbers
        self._done: dict[bytes, bytes] = {}

    def __call__(self, indexes: BitMap) -> bytes:
        key = indexes.serialize()
        if key not in self._done:
            # Built anew in ascending order: equal sets become equal bytes.
            self._done[key] = BitMap(sorted(self.numbers[index] for index in indexes)).serialize()
        return self._done[key]


def _number_namespaces(cluster: Cluster, names: Sequence[str]) -> list[int]:
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


def _port(port: PortReach) -> _Port:
    return _Port(port.namespace, port.service, port.port, port.protocol)


def _answer(port: PortReach, renumber: _Renumbering) -> _Answer:
    nobody = BitMap()
    sets = {verdict: port.by_verdict.get(verdict, nobody) for verdict in Verdict}
    counted = sets[Verdict.PARTIAL] | sets[Verdict.UNKNOWN]
    return _Answer(
        backend=port.backend.value,
        allowed=renumber(sets[Verdict.ALLOWED]),
        unrestricted=renumber(sets[Verdict.UNRESTRICTED]),
        partial=renumber(sets[Verdict.PARTIAL]),
        unknown=renumber(sets[Verdict.UNKNOWN]),
        counts={
            str(renumber.numbers[index]): list(pair)
            for index, pair in sorted(port.counts.items())
            if index in counted
        },
    )


def _standing(cluster: Cluster) -> dict[_Port, tuple[int, _Answer]]:
    rows = StoredPort.objects.filter(cluster=cluster, last__isnull=True).order_by()
    found: dict[_Port, tuple[int, _Answer]] = {}
    for pk, *columns in rows.values_list("pk", *_Port._fields, *_Answer._fields).iterator():
        found[_Port(*columns[:4])] = (pk, _Answer(*map(_plain, columns[4:])))
    return found


def _plain(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview) else value  # as PostgreSQL's driver gives bytes


def _close(snapshot: Snapshot, rows: Sequence[int]) -> None:
    earlier = Snapshot.objects.filter(
        cluster=snapshot.cluster_id, number__lt=snapshot.number, state__in=Snapshot.STORED
    )
    last = earlier.aggregate(last=Max("number"))["last"] if rows else None
    for start in range(0, len(rows), _ROWS_A_QUERY):
        StoredPort.objects.filter(pk__in=rows[start : start + _ROWS_A_QUERY]).update(last=last)


def _open(snapshot: Snapshot, answers: dict[_Port, _Answer]) -> None:
    rows: Iterable[StoredPort] = (
        StoredPort(cluster=snapshot.cluster, first=snapshot.number, **port._asdict(), **answer._asdict())
        for port, answer in answers.items()
    )
    StoredPort.objects.bulk_create(rows, batch_size=_ROWS_A_QUERY)
