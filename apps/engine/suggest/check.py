"""Tries a suggestion out: what it does to the edges, and where that is not what was asked for, why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from pyroaring import BitMap

from apps.engine.edges import EdgeExplainer
from apps.engine.model import Cluster, Verdict
from apps.engine.parse import parse_cluster
from apps.engine.reach import PortReach, Reach
from apps.engine.scene import Scene
from apps.engine.suggest.ask import Ask
from apps.engine.suggest.reasons import Reasons
from apps.engine.suggest.rules import Manifest
from apps.engine.suggest.suggestion import EdgeKey, Impossible

_OPEN = (Verdict.ALLOWED, Verdict.UNRESTRICTED)


def find_impossible(ask: Ask, policies: Sequence[Manifest]) -> Iterator[Impossible]:
    """The edges that, with these policies instead of the namespace's own, are not as they were to be."""
    scene = Scene(replace_policies(ask.scene.cluster, ask.namespace, policies), ask.scene.assumptions)
    return _Check(ask, scene, Reach(scene)).impossible()


def replace_policies(cluster: Cluster, namespace: str, policies: Iterable[Manifest]) -> Cluster:
    """The cluster with these NetworkPolicies in place of all that the namespace has."""
    kept = (p for p in cluster.policies if (p.ref.kind, p.ref.namespace) != ("NetworkPolicy", namespace))
    found = [*kept, *parse_cluster(policies).policies]
    return replace(cluster, policies=tuple(sorted(found, key=lambda p: (p.tier, p.priority, p.ref))))


class _Check:
    """Compares the reach after with what was asked for, and with the reach before."""

    def __init__(self, ask: Ask, scene: Scene, after: Reach) -> None:
        self._ask, self._after = ask, after
        self._reasons = Reasons(ask, EdgeExplainer(scene, after))
        self._number = {name: number for number, name in enumerate(after.namespaces)}
        self._sources = ask.sources_by_place()

    def impossible(self) -> Iterator[Impossible]:
        for each in self._after.ports:
            place = (each.target, each.port, each.protocol)
            kept = BitMap(self._number[name] for name in self._sources.get(place, ()))
            for number in self._refused(each, kept) | self._opened(each, kept) | self._changed(each, kept):
                key = EdgeKey(self._after.namespaces[number], *place)
                yield Impossible(key, self._reasons.find(key))

    def _refused(self, each: PortReach, kept: BitMap) -> BitMap:
        """Sources that were to be kept and are not."""
        if not each.units:
            return kept
        return kept - _with(each, *_OPEN, Verdict.EMPTY)

    def _opened(self, each: PortReach, kept: BitMap) -> BitMap:
        """Sources that were not to be kept and are, or may be, at least in part."""
        if not each.units:
            return BitMap()  # nothing behind it that could be closed
        if each.namespace == self._ask.namespace:
            asked_about = BitMap(self._number.values())
        else:
            asked_about = BitMap([self._number[self._ask.namespace]])
        return (asked_about - kept) & _with(each, *_OPEN, Verdict.PARTIAL, Verdict.UNKNOWN)

    def _changed(self, each: PortReach, kept: BitMap) -> BitMap:
        """Other namespaces that reach the namespace's pods through a Service elsewhere, now otherwise."""
        place = (each.target, each.port, each.protocol)
        if place not in self._ask.into or each.namespace == self._ask.namespace:
            return BitMap()
        before = self._ask.places[place]
        changed = (_with(before, *_OPEN) ^ _with(each, *_OPEN)) | (
            before.by_verdict[Verdict.PARTIAL] ^ each.by_verdict[Verdict.PARTIAL]
        )
        return changed - kept - BitMap([self._number[self._ask.namespace]])


def _with(each: PortReach, *verdicts: Verdict) -> BitMap:
    return BitMap.union(*(each.by_verdict[verdict] for verdict in verdicts))
