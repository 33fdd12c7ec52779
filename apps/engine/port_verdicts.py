"""From sure and possible sources to the five verdicts, for all namespaces of a Service port at once."""

from __future__ import annotations

from collections.abc import Mapping

from pyroaring import BitMap

from apps.engine.model import Direction, Service, Verdict
from apps.engine.pairs import Fates, Unit
from apps.engine.scene import Scene
from apps.engine.sources import Sources

# Why a Service port has no targets although something may answer there.
UNDECIDED = ("external", "unreadable")

ByVerdict = Mapping[Verdict, BitMap]


class VerdictFinder:
    """The numbers of the namespaces under each verdict, port by port.

    Ports whose targets are told apart by nothing are given one and the same mapping.
    """

    def __init__(self, scene: Scene, places: Sources) -> None:
        self._pairs = scene.pairs
        self._homes = places.homes
        self._everywhere = places.everywhere
        self._shut = scene.matrix.closed(Direction.INGRESS)
        self._confined = scene.matrix.closed(Direction.EGRESS)
        self._parties = places.parties
        self._within: dict[tuple[bytes, ...], dict[Verdict, BitMap]] = {}
        self._found: dict[tuple[int, bool], tuple[Fates, ByVerdict]] = {}

    def find(self, service: Service, problem: str, units: tuple[Unit, ...]) -> ByVerdict:
        """`problem`, `units`: what the Service port leads to."""
        inhabited = self._homes.inhabited
        if problem in UNDECIDED:
            return self._filled({Verdict.UNKNOWN: inhabited}, inhabited)
        if not units:
            return self._filled({}, BitMap())
        kinds = self._pairs.kinds(units, service)
        shut = {unit.party in self._shut for unit in units}
        if service.internal_local or len(kinds) > 1 or len(shut) > 1:
            return self.judge(service, units)
        return self._find_alike(*kinds[0], shut=shut == {True})

    def judge(self, service: Service, units: tuple[Unit, ...]) -> ByVerdict:
        """What `find` says where there are units, worked out for this port alone."""
        return self._filled(*self._verdicts(*self._fates(service, units)))

    def find_within(
        self, service: Service, units: tuple[Unit, ...], had: ByVerdict, spaces: BitMap
    ) -> ByVerdict:
        """What a Service port has whose sources are judged as before but for those in some namespaces, by
        number. Never `had` itself, which other ports may have that change otherwise."""
        fates, hindered = self._fates(service, units)
        here = self._parties_in(spaces)
        few, stopped = fates.within(here), hindered & here
        key = (spaces.serialize(), stopped.serialize(), *(each.serialize() for each in few))
        if key not in self._within:
            self._within[key] = self._verdicts_in(spaces, few, stopped)
        return _amended(had, spaces, self._within[key])

    def _fates(self, service: Service, units: tuple[Unit, ...]) -> tuple[Fates, BitMap]:
        """What is sure of the sources, and those that have a pair with a target that some policy closes."""
        fates = self._pairs.join(units, service)
        shut = [unit for unit in units if unit.party in self._shut]
        if len(shut) == len(units):
            return fates, fates.paired
        return fates, self._pairs.join(shut, service).paired if shut else BitMap()

    def _find_alike(self, fates: Fates, apart: BitMap, *, shut: bool) -> ByVerdict:
        """Of sources with these fates but those `apart`, which have no pair: worked out once for all, and
        again for the namespaces of the latter. `shut`: whether some policy closes the targets."""
        if (id(fates), shut) not in self._found:
            found = self._filled(*self._verdicts(fates, fates.paired if shut else BitMap()))
            self._found[id(fates), shut] = fates, found
        # The fates are held beside, so that their identity is not given to others.
        had = self._found[id(fates), shut][1]
        if not apart:
            return had
        spaces = self._homes.touched(apart)
        few = fates.within(self._parties_in(spaces)).without(apart)
        return _amended(had, spaces, self._verdicts_in(spaces, few, few.paired if shut else BitMap()))

    def _parties_in(self, spaces: BitMap) -> BitMap:
        return BitMap.union(BitMap(), *(self._parties[number] for number in spaces))

    def _verdicts_in(self, spaces: BitMap, few: Fates, stopped: BitMap) -> dict[Verdict, BitMap]:
        found, paired = self._verdicts(few, stopped)
        return found | {Verdict.EMPTY: spaces - paired}

    def _verdicts(self, fates: Fates, hindered: BitMap) -> tuple[dict[Verdict, BitMap], BitMap]:
        """The five verdicts of `docs/semantics.md`, and the namespaces that have a pair."""
        touched, lacking = self._homes.touched, fates.paired - fates.every
        paired, short, reached = touched(fates.paired), touched(lacking), touched(fates.possible)
        # Where nothing is unknown, two of the four sets below are these again.
        refused = short if fates.refused == lacking else touched(fates.refused)
        some = reached if fates.some == fates.possible else touched(fates.some)
        whole, nothing, mixed = paired - short, paired - reached, some & refused
        limited = hindered | (fates.paired & self._confined)
        free = whole - touched(limited) if limited != fates.paired else BitMap()
        found = {
            Verdict.UNRESTRICTED: free,
            Verdict.ALLOWED: whole - free,
            Verdict.DENIED: nothing,
            Verdict.PARTIAL: mixed,
            Verdict.UNKNOWN: paired - whole - nothing - mixed,
        }
        return found, paired

    def _filled(self, found: ByVerdict, paired: BitMap) -> ByVerdict:
        """Every verdict; namespaces without a pair are `empty`."""
        empty = self._everywhere - paired
        return {verdict: found.get(verdict, BitMap()) for verdict in Verdict} | {Verdict.EMPTY: empty}


def _amended(had: ByVerdict, spaces: BitMap, found: ByVerdict) -> ByVerdict:
    """`had`, but in these namespaces what was `found` there; a mapping of its own."""
    if all(had[verdict] & spaces == numbers for verdict, numbers in found.items()):
        return dict(had)
    return {verdict: (each - spaces) | found[verdict] for verdict, each in had.items()}
