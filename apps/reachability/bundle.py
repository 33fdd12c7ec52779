"""Several edges as one: some Service ports, seen from some source namespaces."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from pyroaring import BitMap

from apps.engine import PortReach
from apps.engine.model import Verdict

# Most permissive first: what stands for several edges shows the first verdict that occurs among them.
RANKING = (
    Verdict.UNRESTRICTED,
    Verdict.ALLOWED,
    Verdict.PARTIAL,
    Verdict.UNKNOWN,
    Verdict.DENIED,
    Verdict.EMPTY,
)
REACHING = frozenset({Verdict.UNRESTRICTED, Verdict.ALLOWED, Verdict.PARTIAL})


@dataclass(frozen=True)
class Bundle:
    """The edges from the namespace numbers in `sources` to `ports`; there is one at least."""

    ports: Sequence[PortReach]
    sources: BitMap

    @cached_property
    def verdict(self) -> Verdict:
        """The most permissive of the edges."""
        return next(verdict for verdict in RANKING if any(self._in(port, verdict) for port in self.ports))

    @cached_property
    def example(self) -> tuple[PortReach, int]:
        """The first edge with that verdict, as (Service port, number of the source namespace)."""
        found = ((port, self._in(port, self.verdict)) for port in self.ports)
        return next((port, sources[0]) for port, sources in found if sources)

    @cached_property
    def size(self) -> int:
        """A filter may leave some out, so they are counted."""
        return sum(
            sources.intersection_cardinality(self.sources)
            for port in self.ports
            for sources in port.by_verdict.values()
        )

    @cached_property
    def reaching(self) -> int:
        """How many of the edges let at least some pair through."""
        return sum(
            port.by_verdict[verdict].intersection_cardinality(self.sources)
            for port in self.ports
            for verdict in REACHING
        )

    def _in(self, port: PortReach, verdict: Verdict) -> BitMap:
        return port.by_verdict[verdict] & self.sources


def best_by_source(ports: Sequence[PortReach]) -> dict[Verdict, BitMap]:
    """For each verdict, the source namespaces for which it is the most permissive over `ports`; the most
    permissive verdict first."""
    best: dict[Verdict, BitMap] = {}
    settled = BitMap()
    for verdict in RANKING:
        best[verdict] = BitMap.union(BitMap(), *(port.by_verdict[verdict] for port in ports)) - settled
        settled |= best[verdict]
    return best
