"""Which edges and findings of a snapshot are accepted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from pyroaring import BitMap

from apps.engine import EdgeKey, Finding, PortReach, Reach
from apps.review.growth import evidence_of, has_more
from apps.review.models import AcceptedException


class Acceptance:
    """`exceptions`: those of the cluster that hold; each covers its edge or finding unless that has grown."""

    def __init__(self, reach: Reach, exceptions: Iterable[AcceptedException]) -> None:
        self._reach = reach
        self._findings: dict[str, AcceptedException] = {}
        self._edges: dict[tuple[str, int, str], dict[int, AcceptedException]] = defaultdict(dict)
        numbers = {name: number for number, name in enumerate(reach.namespaces)}
        for each in exceptions:
            if each.finding:
                self._findings[each.finding] = each
            elif each.port is not None and each.source in numbers:
                self._edges[each.target, each.port, each.protocol][numbers[each.source]] = each

    def edge(self, key: EdgeKey) -> AcceptedException | None:
        """What covers an edge; None: nothing, or it has grown since."""
        port = self._reach.find_port(key.target, key.port, key.protocol)
        return self.of_port(port).get(key.source) if port else None

    def finding(self, finding: Finding) -> AcceptedException | None:
        """What covers a finding; None: nothing, or it says more since."""
        found = self._findings.get(finding.key)
        return found if found and found.evidence == evidence_of(finding) else None

    def of_port(self, port: PortReach) -> dict[str, AcceptedException]:
        """What covers the edges into a Service port, by source namespace."""
        names = self._reach.namespaces
        return {names[number]: each for number, each in self._of(port) if not self._grown(port, number, each)}

    def covered(self, port: PortReach) -> BitMap:
        """The source namespaces, by number, of which the edge into this Service port is accepted."""
        return BitMap(number for number, each in self._of(port) if not self._grown(port, number, each))

    def grown(self) -> list[AcceptedException]:
        """Those whose edge has more than was accepted."""
        return [
            each
            for (target, number, protocol), by_source in self._edges.items()
            if (port := self._reach.find_port(target, number, protocol))
            for source, each in by_source.items()
            if self._grown(port, source, each)
        ]

    def changed(self, findings: Iterable[Finding]) -> list[AcceptedException]:
        """Those whose finding says something else than was accepted."""
        known = [(finding, self._findings.get(finding.key)) for finding in findings]
        return [each for finding, each in known if each and each.evidence != evidence_of(finding)]

    def _of(self, port: PortReach) -> Iterable[tuple[int, AcceptedException]]:
        return self._edges.get((port.target, port.port, port.protocol), {}).items()

    def _grown(self, port: PortReach, number: int, each: AcceptedException) -> bool:
        return has_more(self._reach.edge(port, number), each.verdict, each.allowed_pairs)
