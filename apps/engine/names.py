"""May the pods of a namespace ask the cluster's DNS, over UDP and over TCP (D1)?"""

from __future__ import annotations

from collections.abc import Sequence

from pyroaring import BitMap

from apps.engine.dns import PROTOCOLS, Resolvers, resolvers_of
from apps.engine.model import Dns, Service, Verdict
from apps.engine.pairs import Fates
from apps.engine.scene import Scene

# Targets of a name server are dialled as such; nothing of a Service applies to them any more.
_NO_SERVICE = Service("", "", "ClusterIP", None, ())


class DnsFinder:
    """Answers for one cluster; a resolver's row is computed once however many workloads ask it."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._fates: dict[tuple[object, ...], Fates] = {}

    def by_namespace(self, sources: Sequence[BitMap]) -> tuple[Dns, ...]:
        """One answer a namespace: `resolves` when all of its pods may ask over both protocols, `blocked`
        when some surely may not over one of them."""
        return tuple(self._namespace(numbers) for numbers in sources)

    def _namespace(self, numbers: BitMap) -> Dns:
        answers = {
            verdict
            for number in numbers
            for member in self._scene.parties[number].members
            for verdict in self._party(number, resolvers_of(self._scene.services, member.workload)).values()
        }
        if Verdict.DENIED in answers:
            return Dns.BLOCKED
        return Dns.RESOLVES if answers == {Verdict.ALLOWED} else Dns.UNKNOWN

    def _party(self, number: int, resolvers: Resolvers) -> dict[str, Verdict]:
        if resolvers.unknown:
            return dict.fromkeys(PROTOCOLS, Verdict.UNKNOWN)
        return {
            protocol: self._verdict(number, resolvers, protocol)
            for protocol in PROTOCOLS
            if resolvers.targets[protocol]
        }

    def _verdict(self, number: int, resolvers: Resolvers, protocol: str) -> Verdict:
        units = self._scene.pairs.units(resolvers.targets[protocol])
        key = (protocol, *((unit.party, unit.port) for unit in units))
        if key not in self._fates:
            self._fates[key] = self._scene.pairs.join(units, _NO_SERVICE)
        fates = self._fates[key]
        if number not in fates.paired or number in fates.every:
            return Verdict.ALLOWED
        return Verdict.UNKNOWN if number in fates.possible else Verdict.DENIED
