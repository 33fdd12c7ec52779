"""From sure and possible sources to the five verdicts, for all namespaces of a Service port at once."""

from __future__ import annotations

from collections.abc import Mapping

from pyroaring import BitMap

from apps.engine.homes import Homes
from apps.engine.model import Direction, Service, Verdict
from apps.engine.pairs import Fates, Unit
from apps.engine.scene import Scene

# Why a Service port has no targets although something may answer there.
UNDECIDED = ("external", "unreadable")

ByVerdict = Mapping[Verdict, BitMap]


class VerdictFinder:
    """The numbers of the namespaces under each verdict, port by port.

    Ports whose targets are told apart by nothing are given one and the same mapping.
    """

    def __init__(self, scene: Scene, homes: Homes, everywhere: BitMap) -> None:
        self._pairs = scene.pairs
        self._homes = homes
        self._everywhere = everywhere
        self._shut = scene.matrix.closed(Direction.INGRESS)
        self._confined = scene.matrix.closed(Direction.EGRESS)
        self._found: dict[tuple[int, bool], tuple[Fates, ByVerdict]] = {}

    def find(self, service: Service, problem: str, units: tuple[Unit, ...]) -> ByVerdict:
        """`problem`, `units`: what the Service port leads to."""
        inhabited = self._homes.inhabited
        if problem in UNDECIDED:
            return self._filled({Verdict.UNKNOWN: inhabited}, inhabited)
        if not units:
            return self._filled({}, BitMap())
        fates = self._pairs.join(units, service)
        shut = [unit for unit in units if unit.party in self._shut]
        if shut and len(shut) < len(units):
            return self._verdicts(fates, self._pairs.join(shut, service).paired)
        key = (
            id(fates),
            not shut,
        )  # the fates are held beside, so that their identity is not given to others
        if key not in self._found:
            self._found[key] = fates, self._verdicts(fates, fates.paired if shut else BitMap())
        return self._found[key][1]

    def _verdicts(self, fates: Fates, hindered: BitMap) -> ByVerdict:
        """The five verdicts of `docs/semantics.md`. `hindered`: sources that have a pair with a target that
        some policy closes."""
        touched, lacking = self._homes.touched, fates.paired - fates.every
        paired, short, reached = touched(fates.paired), touched(lacking), touched(fates.possible)
        # Where nothing is unknown, two of the four sets below are these again.
        refused = short if fates.refused == lacking else touched(fates.refused)
        some = reached if fates.some == fates.possible else touched(fates.some)
        whole, nothing, mixed = paired - short, paired - reached, some & refused
        limited = hindered | (fates.paired & self._confined)
        free = whole - touched(limited) if limited != fates.paired else BitMap()
        return self._filled(
            {
                Verdict.UNRESTRICTED: free,
                Verdict.ALLOWED: whole - free,
                Verdict.DENIED: nothing,
                Verdict.PARTIAL: mixed,
                Verdict.UNKNOWN: paired - whole - nothing - mixed,
            },
            paired,
        )

    def _filled(self, found: ByVerdict, paired: BitMap) -> ByVerdict:
        """Every verdict; namespaces without a pair are `empty`."""
        empty = self._everywhere - paired
        return {verdict: found.get(verdict, BitMap()) for verdict in Verdict} | {Verdict.EMPTY: empty}
