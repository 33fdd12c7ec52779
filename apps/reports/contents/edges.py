"""Every edge of the scope with its verdict, as sets of source namespaces a Service port."""

from __future__ import annotations

from typing import Any

from pyroaring import BitMap

from apps.engine import PortReach
from apps.engine.model import Verdict
from apps.reports.contents.basis import Basis
from apps.reports.contents.words import VERDICTS, ranges

_COUNTED = (Verdict.PARTIAL, Verdict.UNKNOWN)


def tell_edges(basis: Basis) -> dict[str, Any]:
    """`sources` by verdict are places in `namespaces`, as `0-3,7`; `dns` is by place too. `pairs`: (surely
    allowed, all) of the edges whose verdict does not say them."""
    return {
        "namespaces": list(basis.reach.namespaces),
        "dns": [str(answer) for answer in basis.reach.dns],
        "ports": [_port(port, sources) for port, sources in basis.ports],
    }


def _port(port: PortReach, sources: BitMap) -> dict[str, Any]:
    by_verdict = {verdict: port.by_verdict[verdict] & sources for verdict in VERDICTS}
    counted = BitMap.union(*(by_verdict[verdict] for verdict in _COUNTED))
    return {
        "target": port.target,
        "port": port.port,
        "protocol": port.protocol,
        "backend": str(port.backend),
        "sources": {str(verdict): ranges(numbers) for verdict, numbers in by_verdict.items() if numbers},
        "pairs": {str(number): list(port.counts[number]) for number in counted if number in port.counts},
    }
