"""Every edge of the scope with its verdict, as sets of source namespaces a Service port."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from pyroaring import BitMap

from apps.engine import PortReach
from apps.engine.model import Verdict
from apps.reports.contents.basis import Basis
from apps.reports.contents.words import VERDICTS, ranges

_COUNTED = (Verdict.PARTIAL, Verdict.UNKNOWN)


def tell_edges(basis: Basis) -> dict[str, Any]:
    """`sets`: places in `namespaces`, as `0-3,7`; `dns` is by place too. Most Services are reached alike, so
    `sources` names a set by verdict, and `pairs` one by `surely allowed/all` pairs of the edges whose verdict
    does not say them. `read_edges` reads it."""
    sets = _Sets()
    ports = [_port(port, sources, sets) for port, sources in basis.ports]
    return {
        "namespaces": list(basis.reach.namespaces),
        "dns": [str(answer) for answer in basis.reach.dns],
        "sets": sets.told,
        "ports": ports,
    }


class _Sets:
    """The different sets of namespaces, numbered as they come."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self._known: dict[bytes, int] = {}

    def number(self, numbers: BitMap) -> int:
        found = self._known.setdefault(numbers.serialize(), len(self.told))
        if found == len(self.told):
            self.told.append(ranges(numbers))
        return found


def _port(port: PortReach, sources: BitMap, sets: _Sets) -> dict[str, Any]:
    by_verdict = {verdict: port.by_verdict[verdict] & sources for verdict in VERDICTS}
    return {
        "target": port.target,
        "port": port.port,
        "protocol": port.protocol,
        "backend": str(port.backend),
        "sources": {str(verdict): sets.number(found) for verdict, found in by_verdict.items() if found},
        "pairs": _pairs(port, BitMap.union(*(by_verdict[verdict] for verdict in _COUNTED)), sets),
    }


def _pairs(port: PortReach, counted: BitMap, sets: _Sets) -> dict[str, int]:
    if not (counted and port.counts):
        return {}
    alike: dict[tuple[int, int], BitMap] = defaultdict(BitMap)
    for number, count in port.counts.items():
        alike[count].add(number)
    found = {f"{allowed}/{pairs}": numbers & counted for (allowed, pairs), numbers in alike.items()}
    return {count: sets.number(numbers) for count, numbers in sorted(found.items()) if numbers}
