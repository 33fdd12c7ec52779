"""What differs of the edges that a line of a drawing stands for (shape: docs/architecture.md)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pyroaring import BitMap

from apps.engine import PortReach, Reach
from apps.reachability.against import Against
from apps.reachability.drawing import Line


def mark_line(
    line: Line, reach: Reach, against: Against | None, ports: Sequence[PortReach], sources: BitMap
) -> Line:
    """The line of the edges from `sources` to `ports`, with its `change`; without `against` as it is."""
    if against is None:
        return line
    was = None
    if len(ports) == len(sources) == 1:
        port = ports[0]
        key = (port.namespace, port.service, port.port, port.protocol)
        change = against.find(reach.namespaces[sources[0]], key)
        was = str(change.before.verdict) if change and change.before else None
    return {**line, "change": {**against.count(ports, sources)._asdict(), "was": was}}


class Movers:
    """The sources of which an edge was opened or closed, of each list of ports that is asked about."""

    def __init__(self, against: Against | None) -> None:
        self._against = against
        self._known: dict[int, tuple[Sequence[PortReach], BitMap]] = {}  # the list is kept, so its id is too

    def touch(self, ports: Sequence[PortReach], sources: BitMap) -> bool:
        return not self.of(ports).isdisjoint(sources)

    def of(self, ports: Sequence[PortReach]) -> BitMap:
        if self._against is None:
            return _NOBODY
        if id(ports) not in self._known:
            self._known[id(ports)] = ports, self._against.moved(ports)
        return self._known[id(ports)][1]


def tell_against(against: Against, ports: Sequence[PortReach], sources: BitMap | None) -> dict[str, Any]:
    """How many of these edges differ."""
    return {"snapshot": against.number, **against.count(ports, sources)._asdict()}


_NOBODY = BitMap()
