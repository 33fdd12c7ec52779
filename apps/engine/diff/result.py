"""The difference between two reaches: edges opened, closed and changed, and the changes that caused it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cached_property

from pyroaring import BitMap

from apps.engine.collector import collector_at_rest
from apps.engine.diff.aims import Aim, BackendAim, DnsAim, VerdictAim
from apps.engine.diff.changes import ObjectChange, list_changes
from apps.engine.diff.ends import ends_of_dns, ends_of_port
from apps.engine.diff.numbering import Numbering
from apps.engine.diff.search import CauseSearch
from apps.engine.diff.states import Outcome, PortDiff, PortKey, PortState, by_key, diff_ports
from apps.engine.diff.values import KINDS, Cause, DnsChange, EdgeChange, EdgeState
from apps.engine.model import Assumptions, Cluster, Dns
from apps.engine.services import ServiceIndex


class ReachDiff:
    """Everything that differs between two states of a cluster under the same assumptions.

    `namespaces`: those of both sides, sorted; their places are the numbers in `ports`, which holds the
    Service ports with a difference. Causes are searched when they are first asked for; without the clusters
    nothing is known of changes and causes, and there are none.
    """

    def __init__(
        self,
        clusters: tuple[Cluster, Cluster] | None,
        reaches: tuple[Outcome, Outcome],
        assumptions: Assumptions,
    ) -> None:
        self._clusters = clusters
        self._reaches = reaches
        self._assumptions = assumptions
        self._numbering = Numbering(*(reach.namespaces for reach in reaches))
        self._dns = tuple(
            {self._numbering.number[name]: dns for name, dns in zip(reach.namespaces, reach.dns, strict=True)}
            for reach in reaches
        )
        before, after = self._dns
        self._dns_changed = BitMap(
            number for number in self._numbering.lasting if before[number] is not after[number]
        )
        self.namespaces = self._numbering.names
        with collector_at_rest():
            self.ports = tuple(diff_ports(*reaches, self._numbering, self._dns_changed))

    @property
    def after(self) -> Cluster | None:
        """The state that is compared with the one before, where the clusters are known."""
        return self._clusters[1] if self._clusters else None

    @property
    def counts(self) -> dict[str, int]:
        """How many edges were opened, closed and changed."""
        return {kind: sum(len(getattr(port, kind)) for port in self.ports) for kind in KINDS}

    @property
    def dns(self) -> tuple[DnsChange, ...]:
        before, after = self._dns
        return tuple(DnsChange(self.namespaces[n], before[n], after[n]) for n in self._dns_changed)

    @cached_property
    def changes(self) -> tuple[ObjectChange, ...]:
        """All object changes between the two, whether or not they changed an edge."""
        return list_changes(*self._clusters) if self._clusters else ()

    @cached_property
    def causes(self) -> tuple[Cause, ...]:
        """Those that changed most edges first."""
        if self._clusters is None:
            return ()
        with collector_at_rest():
            causes = self._search(self._clusters)
        return tuple(sorted(causes, key=lambda cause: -(cause.opened + cause.closed + cause.changed)))

    def edges(self, kind: str | None = None, cause: Cause | None = None) -> Iterator[EdgeChange]:
        """The edges of one kind, or that have this cause, or all; by target, kind and source."""
        for port in self.ports:
            for each in KINDS if kind is None else (kind,):
                numbers: BitMap = getattr(port, each)
                if cause is not None:
                    numbers = numbers & cause.numbers.get(port.key, BitMap())
                yield from (self.edge(port, each, number) for number in numbers)

    def edge(self, port: PortDiff, kind: str, number: int) -> EdgeChange:
        """One of `ports`, and a number in what it says of that kind."""
        before, after = self._dns
        return EdgeChange(
            source=self.namespaces[number],
            target=port.key.target,
            port=port.key.port,
            protocol=port.key.protocol,
            kind=kind,
            before=_state(port.before, number, before),
            after=_state(port.after, number, after),
            causes=tuple(cause for cause, numbers in self._by_port[port.key] if number in numbers),
        )

    @cached_property
    def _by_port(self) -> Mapping[PortKey, list[tuple[Cause, BitMap]]]:
        found: dict[PortKey, list[tuple[Cause, BitMap]]] = defaultdict(list)
        for cause in self.causes:
            for key, numbers in cause.numbers.items():
                found[key].append((cause, numbers))
        return found

    def _search(self, clusters: tuple[Cluster, Cluster]) -> list[Cause]:
        aims = tuple(self._aims(clusters))
        search = CauseSearch(clusters, self._assumptions, self.changes, self._numbering, aims)
        return [
            self._cause(tuple(self.changes[change] for change in found), aspect, numbers)
            for found, by_aim in search.find().items()
            for aspect, numbers in self._by_aspect(aims, by_aim).items()
        ]

    def _aims(self, clusters: tuple[Cluster, Cluster]) -> Iterator[Aim]:
        before, after = clusters
        indexes = (ServiceIndex(before), ServiceIndex(after))
        old, new = (by_key(reach) for reach in self._reaches)
        for port in self.ports:
            ends = ends_of_port(port.key, indexes, (old.get(port.key), new.get(port.key)))
            moved = port.opened | port.closed | port.turned
            if moved:
                yield VerdictAim(port, moved, ends)
            if port.changed and port.backend_differs:
                yield BackendAim(port, port.changed & self._numbering.lasting, ends)
        if self._dns_changed:
            yield DnsAim(self._dns[0], self._dns_changed, ends_of_dns(indexes))

    def _by_aspect(
        self, aims: tuple[Aim, ...], by_aim: Mapping[int, BitMap]
    ) -> dict[str, dict[PortKey | None, BitMap]]:
        """Numbers by aspect and Service port; of DNS, under None, those of the namespaces."""
        found: dict[str, dict[PortKey | None, BitMap]] = defaultdict(dict)
        for index, numbers in by_aim.items():
            aim = aims[index]
            if isinstance(aim, DnsAim):
                found[aim.aspect] = {
                    port.key: both
                    for port in self.ports
                    if port.before and port.after and (both := port.changed & numbers)
                }
                found[aim.aspect][None] = numbers
            else:
                found[aim.aspect][aim.diff.key] = numbers
        return found

    def _cause(
        self, changes: tuple[ObjectChange, ...], aspect: str, numbers: dict[PortKey | None, BitMap]
    ) -> Cause:
        spaces = numbers.pop(None, BitMap())
        by_port = {key: each for key, each in numbers.items() if key is not None}
        ports = [(port, by_port[port.key]) for port in self.ports if port.key in by_port]
        return Cause(
            changes=changes,
            aspect=aspect,
            **{
                kind: sum(getattr(port, kind).intersection_cardinality(caused) for port, caused in ports)
                for kind in KINDS
            },
            namespaces=tuple(self.namespaces[number] for number in spaces),
            numbers=by_port,
        )


def _state(state: PortState | None, number: int, dns: Mapping[int, Dns]) -> EdgeState | None:
    verdict = state.verdict(number) if state else None
    if state is None or verdict is None:
        return None
    return EdgeState(verdict, dns[number], state.backend)
