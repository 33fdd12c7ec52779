"""Which edges a report is about."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from pyroaring import BitMap


@dataclass(frozen=True)
class Scope:
    """All edges (`kind` cluster); those with an end in some namespaces (namespaces); or those from some
    namespaces to others (guardrail). `namespaces`: all of the snapshot, in the order of their numbers.
    """

    kind: str
    label: str
    namespaces: tuple[str, ...]
    sources: frozenset[str]
    targets: frozenset[str]

    def sources_of(self, target: str) -> BitMap:
        """Numbers of the source namespaces whose edges to this target namespace count."""
        if self.kind == "cluster":
            return self._everywhere
        if self.kind == "guardrail":
            return self._sources if target in self.targets else BitMap()
        return self._everywhere if target in self.targets else self._sources

    def holds(self, source: str, target: str) -> bool:
        """The same of one edge, by the names of its namespaces, which may be those of another snapshot."""
        if self.kind == "cluster":
            return True
        ends = (source in self.sources, target in self.targets)
        return all(ends) if self.kind == "guardrail" else any(ends)

    def lists(self, namespace: str) -> bool:
        """Is an object of this namespace described? Those of none (cluster-wide ones) always are."""
        return self.kind == "cluster" or not namespace or namespace in self.sources | self.targets

    @property
    def names(self) -> tuple[str, ...]:
        """The namespaces that the report describes."""
        return tuple(name for name in self.namespaces if self.lists(name))

    @cached_property
    def _everywhere(self) -> BitMap:
        return BitMap(range(len(self.namespaces)))

    @cached_property
    def _sources(self) -> BitMap:
        return BitMap(number for number, name in enumerate(self.namespaces) if name in self.sources)


def whole_cluster(namespaces: tuple[str, ...]) -> Scope:
    everything = frozenset(namespaces)
    return Scope("cluster", "the whole cluster", namespaces, everything, everything)


def some_namespaces(namespaces: tuple[str, ...], names: Iterable[str]) -> Scope:
    chosen = frozenset(names)
    label = f"{len(chosen)} of {len(namespaces)} namespaces, with every edge from or to them"
    return Scope("namespaces", label, namespaces, chosen, chosen)


def of_guardrail(
    namespaces: tuple[str, ...], name: str, sources: Iterable[str], targets: Iterable[str]
) -> Scope:
    label = f"the edges that the guardrail {name} is about"
    return Scope("guardrail", label, namespaces, frozenset(sources), frozenset(targets))
