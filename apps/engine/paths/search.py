"""The search itself: breadth first, one level a hop, all sources of a way at once by bitmaps."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from heapq import nsmallest
from typing import NamedTuple

from pyroaring import BitMap

from apps.engine.gates import Row
from apps.engine.model import Verdict, Workload
from apps.engine.paths.steps import Path, Step

Spot = tuple[int, int]  # pods of one workload in one party: the party, and the workload's identity
Place = tuple[str, int, str]  # a Service port: NS/SERVICE, number and protocol


class Stop(NamedTuple):
    """Where the attacker stands: pods of one workload that no policy tells apart."""

    party: int
    workload: Workload
    pods: int

    @property
    def spot(self) -> Spot:
        return self.party, id(self.workload)


class Way(NamedTuple):
    """One way to an end point, and who may take it. `service` empty: straight to the pods."""

    service: str
    port: int
    protocol: str
    name: str  # of the workload it leads to, or the address
    stop: Stop | None  # None: an address, from where nothing leads on
    row: Row

    @property
    def place(self) -> Place:
        return self.service, self.port, self.protocol


class Search:
    """What can be reached by ways in at most so many hops. `takers`: which sources of a row count.

    `starts` and `ways` are in the order of their names. Stops are visited in the order of their paths, and
    the first that may take a way takes it, so that each path is the first by name of the shortest.
    """

    def __init__(
        self, ways: Sequence[Way], starts: Sequence[Stop], hops: int, takers: Callable[[Row], BitMap]
    ) -> None:
        self._takers = takers
        self._start_keys = {stop.workload.key for stop in starts}
        self._stops: dict[Spot, tuple[Step, ...]] = {stop.spot: () for stop in starts}
        self._places: dict[Place, tuple[Step, ...]] = {}
        self._keys: dict[str, tuple[Step, ...]] = {}
        front = list(starts)
        for _ in range(hops):
            front = self._advance(front, ways) if front else []

    def workloads(self) -> dict[str, Path]:
        """By NS/Kind/NAME; without the starts."""
        return {
            key: Path(key, 0, "", _certainty(steps), steps)
            for key, steps in self._keys.items()
            if key not in self._start_keys
        }

    def services(self) -> dict[Place, Path]:
        return {place: Path(*place, _certainty(steps), steps) for place, steps in self._places.items()}

    def _advance(self, front: list[Stop], ways: Sequence[Way]) -> list[Stop]:
        """One hop further: the stops that are new, in the order of their paths."""
        takers = _Front(front)
        new_stops: dict[Spot, tuple[int, int, Stop]] = {}
        new_places: dict[Place, tuple[int, int]] = {}
        for order, way in enumerate(ways):
            stop = way.stop if way.stop and way.stop.spot not in self._stops else None
            is_place = bool(way.service) and way.place not in self._places
            rank = takers.first(way, self._takers(way.row)) if stop or is_place else None
            if rank is None:
                continue
            if stop and (rank, order) < new_stops.get(stop.spot, (len(front),)):
                new_stops[stop.spot] = (rank, order, stop)
            if is_place:
                new_places[way.place] = min(new_places.get(way.place, (rank, order)), (rank, order))
        for place, (rank, order) in new_places.items():
            self._places[place] = self._extend(front[rank], ways[order])
        for rank, order, stop in sorted(new_stops.values(), key=lambda found: found[:2]):
            self._stops[stop.spot] = self._extend(front[rank], ways[order])
            self._keys.setdefault(stop.workload.key, self._stops[stop.spot])
        return [stop for _, _, stop in sorted(new_stops.values(), key=lambda found: found[:2])]

    def _extend(self, source: Stop, way: Way) -> tuple[Step, ...]:
        certainty = Verdict.ALLOWED if source.party in way.row.surely else Verdict.UNKNOWN
        step = Step(source.workload.key, *way.place, way.name, certainty)
        return (*self._stops[source.spot], step)


class _Front:
    """The stops of one level, by party. A stop's rank is its place in the order of their paths."""

    def __init__(self, stops: Iterable[Stop]) -> None:
        self._stops = list(stops)
        self._ranks: dict[int, list[int]] = defaultdict(list)
        for rank, stop in enumerate(self._stops):
            self._ranks[stop.party].append(rank)
        self._parties = BitMap(self._ranks)
        self._two: dict[int, list[int]] = {}  # many ways have the same takers

    def first(self, way: Way, takers: BitMap) -> int | None:
        """The rank of the first stop that may take the way; a pod's way to itself is none (N18).

        No two stops are the same pod, so of the first two takers one may take the way.
        """
        if id(takers) not in self._two:
            here = (rank for party in self._parties & takers for rank in self._ranks[party])
            self._two[id(takers)] = nsmallest(2, here)
        return next((rank for rank in self._two[id(takers)] if not self._is_itself(rank, way)), None)

    def _is_itself(self, rank: int, way: Way) -> bool:
        stop = self._stops[rank]
        return way.stop is not None and stop.spot == way.stop.spot and stop.pods == 1


def _certainty(steps: Iterable[Step]) -> Verdict:
    sure = all(step.certainty is Verdict.ALLOWED for step in steps)
    return Verdict.ALLOWED if sure else Verdict.UNKNOWN
