"""Checking guardrails: set algebra on the bitmaps of each Service port, whatever the number of namespaces."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pyroaring import BitMap

from apps.engine import Outcome as Judged
from apps.engine import PortReach
from apps.engine.model import Assumptions, Cluster, Direction, Dns
from apps.reachability.rows import Rows
from apps.review.guardrails.form import DefaultDeny, Deny, Guardrail, Only, ResolveDns
from apps.review.guardrails.ground import Ground
from apps.review.guardrails.result import MOST_SHOWN, Breach, Outcome, Result

# What may break a guardrail unseen when objects of these kinds could not be read.
_NEEDED = {Deny: ("Namespace", "Service"), Only: ("Namespace", "Service")}
_NEEDED_ELSE = ("Namespace",)


class Checker:
    """Checks any number of guardrails against one cluster and its reach, or what is stored of it."""

    def __init__(self, cluster: Cluster, reach: Judged, assumptions: Assumptions) -> None:
        self._ground = Ground(cluster, reach, assumptions)

    def check(self, guardrail: Guardrail) -> Result:
        """Broken when anything breaks it; else unknown when anything could; else it passes."""
        match guardrail.requirement:
            case Deny() | Only() as requirement:
                result = self._check_edges(guardrail.name, requirement)
            case ResolveDns() as requirement:
                result = self._check_dns(guardrail.name, requirement)
            case DefaultDeny() as requirement:
                result = self._check_default_deny(guardrail.name, requirement)
        return result

    def _check_edges(self, name: str, requirement: Deny | Only) -> Result:
        ground = self._ground
        sources = ground.numbers(requirement.sources)
        rows = [
            (port, self._barred(port, requirement, sources))
            for port in ground.ports(requirement.targets, requirement.ports)
        ]
        broken = Rows((port, ground.reaching(port) & barred) for port, barred in rows)
        unknown = Rows((port, ground.undecided(port) & barred) for port, barred in rows)
        return self._result(
            name,
            requirement,
            checked=sum(len(barred) for _, barred in rows),
            vacuous=_silence(requirement, bool(rows), sources),
            counts=(len(broken), len(unknown)),
            broken=self._edges(broken),
            unknown=self._edges(unknown),
        )

    def _barred(self, port: PortReach, requirement: Deny | Only, sources: BitMap) -> BitMap:
        """The namespaces that may not reach the port."""
        if isinstance(requirement, Deny):
            return sources
        allowed = sources | self._ground.own(port) if requirement.own else sources
        return self._ground.everywhere - allowed

    def _edges(self, rows: Rows[PortReach]) -> Iterator[Breach]:
        for port, number in rows.between(0, min(len(rows), MOST_SHOWN)):
            source, verdict = self._ground.reach.namespaces[number], port.verdict(number)
            yield Breach(source, str(verdict), port.target, port.port, port.protocol)

    def _check_dns(self, name: str, requirement: ResolveDns) -> Result:
        numbers = self._ground.numbers(requirement.spaces)
        answers = [(number, self._ground.reach.dns[number]) for number in numbers]
        return self._of_namespaces(
            name,
            requirement,
            checked=len(numbers),
            broken=[Breach(self._name(n), "dns blocked") for n, dns in answers if dns is Dns.BLOCKED],
            unknown=[Breach(self._name(n), "dns unknown") for n, dns in answers if dns is Dns.UNKNOWN],
        )

    def _check_default_deny(self, name: str, requirement: DefaultDeny) -> Result:
        names = [self._name(number) for number in self._ground.numbers(requirement.spaces)]
        closed = [
            (name, direction, self._ground.default_denies[name][direction])
            for name in names
            for direction in requirement.directions
        ]
        return self._of_namespaces(
            name,
            requirement,
            checked=len(closed),
            broken=[_open(name, direction) for name, direction, holds in closed if holds is False],
            unknown=[_open(name, direction) for name, direction, holds in closed if holds is None],
        )

    def _of_namespaces(
        self,
        name: str,
        requirement: ResolveDns | DefaultDeny,
        *,
        checked: int,
        broken: list[Breach],
        unknown: list[Breach],
    ) -> Result:
        return self._result(
            name,
            requirement,
            checked=checked,
            vacuous="" if checked else "no namespace matches",
            counts=(len(broken), len(unknown)),
            broken=broken[:MOST_SHOWN],
            unknown=unknown[:MOST_SHOWN],
        )

    def _result(
        self,
        name: str,
        requirement: Deny | Only | ResolveDns | DefaultDeny,
        *,
        checked: int,
        vacuous: str,
        counts: tuple[int, int],
        broken: Iterable[Breach],
        unknown: Iterable[Breach],
    ) -> Result:
        needed = _NEEDED.get(type(requirement), _NEEDED_ELSE)
        missing = [f"{kind} objects" for kind in needed if kind in self._ground.unread]
        gap = f"{' and '.join(missing)} could not be read, so some may not have been seen" if missing else ""
        outcome = Outcome.BROKEN if counts[0] else Outcome.UNKNOWN if counts[1] or gap else Outcome.PASS
        return Result(name, outcome, checked, *counts, tuple(broken), tuple(unknown), vacuous, gap)

    def _name(self, number: int) -> str:
        return self._ground.reach.namespaces[number]


def _silence(requirement: Deny | Only, has_ports: bool, sources: BitMap) -> str:
    """Why a guardrail says nothing of this cluster, if it does not."""
    if not has_ports:
        return "no Service port matches its targets and ports"
    return "" if sources else "no namespace matches its sources"


def _open(namespace: str, direction: Direction) -> Breach:
    return Breach(namespace, f"no default deny for {direction}")
