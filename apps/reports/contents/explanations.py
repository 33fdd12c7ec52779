"""Which edges a report proves, and what their proofs cite."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count, islice
from typing import NamedTuple

from apps.engine import explain_edge
from apps.engine.model import Citation, Side, Verdict
from apps.reachability.bundle import REACHING
from apps.reports.contents.basis import Basis

MOST_PROVED = 300
_PROVED = (*sorted(REACHING), Verdict.UNKNOWN)


class Cited(NamedTuple):
    """A rule, and the edge in whose proof it decides."""

    citation: Citation
    source: str
    target: str  # NS/SERVICE:PORT/PROTOCOL


def cite_edges(basis: Basis) -> Iterator[Cited]:
    """What decides the edges that reach or are unknown: at least one a Service port and verdict, then more,
    until `MOST_PROVED` edges are proved."""
    for source, target, port, protocol in islice(_edges(basis), MOST_PROVED):
        found = explain_edge(basis.cluster, basis.assumptions, source, target, port, protocol)
        where = f"{target}:{port}/{protocol}"
        for pair in found.pairs:
            for side in (pair.explanation.egress, pair.explanation.ingress):
                yield from (Cited(citation, source, where) for citation in _deciding(side))


def count_proved(basis: Basis) -> int:
    return sum(1 for _ in islice(_edges(basis), MOST_PROVED))


def _deciding(side: Side) -> tuple[Citation, ...]:
    """Not the rule that came nearest, nor those that select the pod and do not match."""
    return side.citations


def _edges(basis: Basis) -> Iterator[tuple[str, str, int, str]]:
    rows = [
        (port, sources & port.by_verdict[verdict])
        for port, sources in basis.ports
        for verdict in _PROVED
        if sources & port.by_verdict[verdict]
    ]
    for turn in count():
        rows = [row for row in rows if len(row[1]) > turn]
        if not rows:
            return
        for port, numbers in rows:
            yield basis.reach.namespaces[numbers[turn]], port.target, port.port, port.protocol
