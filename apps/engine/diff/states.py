"""What two reaches say about each Service port, and for which source namespaces they differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from pyroaring import BitMap

from apps.engine.diff.numbering import Lift, Numbering
from apps.engine.model import Backend, Dns, Verdict
from apps.engine.reach import PortReach

REACHING = (Verdict.ALLOWED, Verdict.PARTIAL, Verdict.UNRESTRICTED)


class PortKey(NamedTuple):
    """Names a Service port. Keys sort as a reach's ports do."""

    namespace: str
    service: str
    port: int
    protocol: str

    @property
    def target(self) -> str:
        return f"{self.namespace}/{self.service}"


class Outcome(Protocol):
    """What a comparison needs of a reach, so that one that was stored will do."""

    @property
    def namespaces(self) -> tuple[str, ...]: ...
    @property
    def dns(self) -> Sequence[Dns]: ...
    @property
    def ports(self) -> tuple[PortReach, ...]: ...


@dataclass(frozen=True, slots=True)
class PortState:
    """One side's answer about a Service port, in joint numbers. A namespace that it lacks has no verdict."""

    backend: Backend
    by_verdict: Mapping[Verdict, BitMap]

    @property
    def reaching(self) -> BitMap:
        """Namespaces with some allowed pair."""
        return BitMap.union(*(self.by_verdict[verdict] for verdict in REACHING))

    @property
    def unknown(self) -> BitMap:
        return self.by_verdict[Verdict.UNKNOWN]

    def verdict(self, number: int) -> Verdict | None:
        return next((verdict for verdict, numbers in self.by_verdict.items() if number in numbers), None)

    def within(self, numbers: BitMap) -> PortState:
        return PortState(self.backend, {verdict: each & numbers for verdict, each in self.by_verdict.items()})

    def shared(self, other: PortState) -> BitMap:
        """Namespaces with the same verdict on both sides."""
        return BitMap.union(*(self.by_verdict[verdict] & other.by_verdict[verdict] for verdict in Verdict))


ABSENT = PortState(Backend.NONE, {verdict: BitMap() for verdict in Verdict})


class PortDiff(NamedTuple):
    """Source namespaces, by joint number, whose edges to one Service port differ.

    `opened`: no allowed pair before (denied, empty, or no such edge), and some after. `closed`: the reverse.
    `changed`: any other change of verdict, or a change of DNS or backend; an edge that comes or goes
    without ever having been able to reach anything is none. `before`, `after`: None where there is no
    such port. `turned`: those of `changed` whose verdict did.
    """

    key: PortKey
    before: PortState | None
    after: PortState | None
    opened: BitMap
    closed: BitMap
    changed: BitMap
    turned: BitMap

    @property
    def numbers(self) -> BitMap:
        return self.opened | self.closed | self.changed

    @property
    def backend_differs(self) -> bool:
        before, after = self.before, self.after
        return before is not None and after is not None and before.backend is not after.backend


def diff_ports(before: Outcome, after: Outcome, numbering: Numbering, dns: BitMap) -> Iterator[PortDiff]:
    """The ports with a difference, in order. `dns`: namespaces, by joint number, whose DNS answer changed."""
    old, new = by_key(before), by_key(after)
    comparer = _Comparer(numbering, dns)
    for key in old if old.keys() == new.keys() else sorted(old.keys() | new.keys()):
        found = comparer.compare(key, old.get(key), new.get(key))
        if found is not None:
            yield found


def by_key(reach: Outcome) -> dict[PortKey, PortReach]:
    return {PortKey(each.namespace, each.service, each.port, each.protocol): each for each in reach.ports}


def lift_state(each: PortReach, lift: Lift) -> PortState:
    return PortState(each.backend, {verdict: lift(each.by_verdict[verdict]) for verdict in Verdict})


class _Comparer:
    """Set algebra on the bitmaps of one port at a time, and then on the few namespaces that differ."""

    def __init__(self, numbering: Numbering, dns: BitMap) -> None:
        self._numbering = numbering
        self._dns = dns
        self._lasting = numbering.lasting
        self._known: dict[tuple[int, int, Backend, Backend], PortDiff | None] = {}
        self._same_names = len(self._lasting) == len(numbering.names)

    def compare(self, key: PortKey, old: PortReach | None, new: PortReach | None) -> PortDiff | None:
        alike = old is not None and new is not None and self._same_names and _alike(old, new)
        if alike and not self._dns:
            return None
        if old is None or new is None:
            return self._compare(key, old, new, alike=False)
        # Ports with the same answers on both sides, which many have, differ in the same way.
        answers = (id(old.by_verdict), id(new.by_verdict), old.backend, new.backend)
        if answers not in self._known:
            self._known[answers] = self._compare(key, old, new, alike=alike)
        known = self._known[answers]
        return known and known._replace(key=key)

    def _compare(
        self, key: PortKey, old: PortReach | None, new: PortReach | None, *, alike: bool
    ) -> PortDiff | None:
        before = lift_state(old, self._numbering.before) if old else None
        after = lift_state(new, self._numbering.after) if new else None
        standing = self._lasting if before and after else BitMap()
        beside = standing & self._dns
        if before and after and before.backend is not after.backend:
            beside = standing
        if alike:
            return PortDiff(key, before, after, BitMap(), BitMap(), beside, BitMap())
        apart = _apart(before or ABSENT, after or ABSENT)
        found = _diff(key, before, after, apart, apart & standing, beside)
        return found if found.numbers else None


def _diff(
    key: PortKey,
    before: PortState | None,
    after: PortState | None,
    apart: BitMap,
    standing: BitMap,
    beside: BitMap,
) -> PortDiff:
    """`apart`: namespaces whose verdict differs; `standing`: those of them with an edge on both sides;
    `beside`: those of which DNS or backend differ."""
    old, new = (before or ABSENT).within(apart), (after or ABSENT).within(apart)
    opened = new.reaching - old.reaching - old.unknown
    closed = old.reaching - new.reaching - new.unknown
    turned = (standing | (old.unknown ^ new.unknown)) - opened - closed
    return PortDiff(key, before, after, opened, closed, turned | (beside - opened - closed), turned)


def _apart(old: PortState, new: PortState) -> BitMap:
    """Namespaces that do not have the same verdict on both sides, or have one on one side only."""
    found = BitMap()
    for verdict in Verdict:
        found |= old.by_verdict[verdict] ^ new.by_verdict[verdict]
    return found


def _alike(old: PortReach, new: PortReach) -> bool:
    same = old.by_verdict is new.by_verdict or old.by_verdict == new.by_verdict
    return same and old.backend is new.backend
