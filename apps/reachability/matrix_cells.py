"""Who reaches whom as a table of letters: a row a source namespace, a column a target.

A column stands for the Service ports of a namespace or of a Service, and each of its cells for the most
permissive verdict among them. Columns that are equal are held once: most Services are reached alike.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from apps.engine import PortReach, Reach
from apps.engine.model import Verdict
from apps.reachability.bundle import RANKING

LETTERS = {
    Verdict.ALLOWED: "A",
    Verdict.PARTIAL: "P",
    Verdict.UNRESTRICTED: "U",
    Verdict.UNKNOWN: "?",
    Verdict.DENIED: "D",
    Verdict.EMPTY: "E",
}
NO_EDGE = "-"  # the target has no Service port

_CODES = {verdict: ord(letter) for verdict, letter in LETTERS.items()}

Alike = Mapping[Verdict, BitMap]
Codes = NDArray[np.uint8]  # letters as ASCII
Numbers = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Cells:
    """`distinct`: the different columns, each a letter a namespace. `column`: by target, its row in these."""

    distinct: Codes
    column: Numbers

    def letter(self, source: int, target: int) -> str:
        return chr(self.distinct[self.column[target], source])

    def lines(self, sources: Sequence[int], targets: Sequence[int]) -> list[str]:
        """A text a source, with a letter a target."""
        table = self.distinct[
            np.ix_(self.column[np.array(targets, dtype=np.intp)], np.array(sources, dtype=np.intp))
        ]
        return [row.tobytes().decode("ascii") for row in np.ascontiguousarray(table.T)]

    def count(self, sources: Sequence[int], targets: Sequence[int]) -> dict[Verdict, int]:
        """How many cells of these rows and columns have each verdict."""
        used, times = np.unique(self.column[np.array(targets, dtype=np.intp)], return_counts=True)
        rows = self.distinct[np.ix_(used, np.array(sources, dtype=np.intp))]
        return {verdict: int((rows == code).sum(axis=1) @ times) for verdict, code in _CODES.items()}

    def own(self) -> Codes:
        """The cell of each namespace with itself; only where the targets are the namespaces."""
        return self.distinct[self.column, np.arange(len(self.column))]


def cells_by_namespace(reach: Reach, ports: Iterable[PortReach]) -> Cells:
    """A column a namespace, in the order of `reach.namespaces`."""
    return _cells(len(reach.namespaces), _grouped(ports, reach.namespaces, lambda port: port.namespace))


def cells_by_service(reach: Reach, ports: Iterable[PortReach], services: Sequence[str]) -> Cells:
    """A column for each of `services` (`NS/SERVICE`)."""
    return _cells(len(reach.namespaces), _grouped(ports, services, lambda port: port.target))


def _grouped(
    ports: Iterable[PortReach], keys: Sequence[str], key_of: Callable[[PortReach], str]
) -> list[list[Alike]]:
    found: dict[str, list[Alike]] = {key: [] for key in keys}
    for port in ports:
        if (key := key_of(port)) in found:
            found[key].append(port.by_verdict)
    return list(found.values())


def _cells(size: int, targets: Iterable[Sequence[Alike]]) -> Cells:
    """Ports that are reached alike share their bitmaps, so each different set of them is painted once."""
    painted: dict[frozenset[int], bytes] = {}
    distinct: dict[bytes, int] = {}
    column = []
    for ports in targets:
        key = frozenset(map(id, ports))
        if key not in painted:
            painted[key] = _paint(size, {id(port): port for port in ports}.values())
        column.append(distinct.setdefault(painted[key], len(distinct)))
    table = np.frombuffer(b"".join(distinct), dtype=np.uint8).reshape(len(distinct), size)
    return Cells(table, np.array(column, dtype=np.intp))


def _paint(size: int, ports: Iterable[Alike]) -> bytes:
    """The worst verdicts first, so that the most permissive stays on top."""
    letters = np.full(size, ord(NO_EDGE), dtype=np.uint8)
    ports = list(ports)
    for verdict in reversed(RANKING):
        for port in ports:
            if port[verdict]:
                letters[np.frombuffer(port[verdict].to_array(), dtype=np.uint32)] = _CODES[verdict]
    return letters.tobytes()
