"""May the pods of a namespace ask the cluster's DNS, over UDP and over TCP (D1)?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from pyroaring import BitMap

from apps.engine.dns import PROTOCOLS, Resolvers, resolvers_of
from apps.engine.model import Dns, Service, Workload
from apps.engine.scene import Scene
from apps.engine.sources import Sources

# Targets of a name server are dialled as such; nothing of a Service applies to them any more.
_NO_SERVICE = Service("", "", "ClusterIP", None, ())


class DnsFinder:
    """Answers for one cluster, for all of its sources at once: few workloads have a resolver of their own.

    `by_namespace`: one answer a namespace.
    """

    def __init__(self, scene: Scene, places: Sources, before: DnsFinder | None = None) -> None:
        """`before`: of a scene with the same parties and Services."""
        self._scene = scene
        self._askers: tuple[tuple[Resolvers, BitMap], ...] = (
            before._askers if before else tuple(self._find_askers())
        )
        self._answered, self._unknown, self._denied = BitMap(), BitMap(), BitMap()
        for resolvers, numbers in self._askers:
            self._ask(resolvers, numbers)
        same = before is not None and self._found == before._found
        self.by_namespace: tuple[Dns, ...] = (
            before.by_namespace if before and same else tuple(map(self._namespace, places.parties))
        )

    @property
    def _found(self) -> tuple[BitMap, BitMap, BitMap]:
        return self._answered, self._unknown, self._denied

    def _namespace(self, numbers: BitMap) -> Dns:
        """`resolves` when all of these pods may ask over both protocols, `blocked` when some surely may not
        over one of them."""
        if numbers.intersect(self._denied):
            return Dns.BLOCKED
        if numbers.intersect(self._unknown) or not numbers.intersect(self._answered):
            return Dns.UNKNOWN
        return Dns.RESOLVES

    def _find_askers(self) -> Iterator[tuple[Resolvers, BitMap]]:
        """What the sources ask, and which parties ask it: by all that `resolvers_of` looks at."""
        askers: dict[tuple[str, bool, tuple[str, ...]], BitMap] = defaultdict(BitMap)
        examples: dict[tuple[str, bool, tuple[str, ...]], Workload] = {}
        for number in self._scene.pairs.sources:
            for workload, _ in self._scene.parties[number].members:
                key = (workload.dns_policy, workload.host_network, workload.nameservers)
                askers[key].add(number)
                examples[key] = workload
        for key, numbers in askers.items():
            yield resolvers_of(self._scene.services, examples[key]), numbers

    def _ask(self, resolvers: Resolvers, numbers: BitMap) -> None:
        if resolvers.unknown:
            self._unknown |= numbers
            return
        for protocol in PROTOCOLS:
            if resolvers.targets[protocol]:
                units = self._scene.pairs.units(resolvers.targets[protocol])
                fates = self._scene.pairs.join(units, _NO_SERVICE)
                lacking = (numbers & fates.paired) - fates.every
                self._answered |= numbers
                self._unknown |= lacking & fates.possible
                self._denied |= lacking - fates.possible
