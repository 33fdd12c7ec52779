"""Answers for a reader who sees some namespaces of a cluster.

Such a reader is told the edges from and into its namespaces. The other end of one is told by name where the
policies let the two speak, and nothing more of it: not how many workloads it has, and no policy of its own.
An edge that is denied would give away that somebody exists, so it is not told.
"""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pyroaring import BitMap

from apps.engine import PortReach, Reach
from apps.engine.model import Backend, Edge, Unevaluated, Verdict
from apps.reachability.conditions import Condition
from apps.reachability.names import UnknownName

Names = Container[str]

_SPEAKING = (Verdict.ALLOWED, Verdict.UNRESTRICTED, Verdict.PARTIAL, Verdict.UNKNOWN)
_WITHHELD = "What decides on the other side is not shown to you."
_ELSEWHERE = "what keeps it from being decided is not shown to you."


@dataclass(frozen=True)
class Within:
    """The namespaces `names` of one reach."""

    reach: Reach
    names: Names

    def condition(self) -> Condition:
        """What of each Service port is told, as filters are: the sources whose edge to it is."""
        return self._told

    @cached_property
    def spaces(self) -> frozenset[str]:
        return frozenset(name for name in self.reach.namespaces if name in self.names)

    @cached_property
    def targets(self) -> frozenset[str]:
        """The reader's own Services. An alias, and one whose EndpointSlices lead to pods elsewhere, is as
        another's: what it says of these is not the reader's."""
        ports = [port for port in self.reach.ports if port.namespace in self.spaces]
        return frozenset(port.target for port in ports) - {
            port.target for port in ports if port.backend is Backend.EXTERNAL or not self._holds(port)
        }

    def check(self, *, source: str, target: str, port: int, protocol: str) -> None:
        """Raises UnknownName for an edge that is not told, in the words for one that does not exist."""
        found = self.reach.find_port(target, port, protocol)
        namespace = source.partition("/")[0]
        if found is None or namespace not in self.reach.namespaces:
            raise _no_edge(source, target)
        if self.reach.namespaces.index(namespace) not in self._told(found):
            raise _no_edge(source, target)
        if "/" in source and namespace not in self.spaces:
            raise _no_edge(source, target)  # another namespace's workloads are none of the reader's business

    def shows_both(self, source: str, target: str) -> bool:
        return source.partition("/")[0] in self.spaces and target in self.targets

    def _told(self, port: PortReach) -> BitMap:
        speaking = BitMap.union(*(port.by_verdict[verdict] for verdict in _SPEAKING))
        return speaking | self._sources if port.target in self.targets else speaking & self._sources

    @cached_property
    def _sources(self) -> BitMap:
        return BitMap([number for number, name in enumerate(self.reach.namespaces) if name in self.spaces])

    def _holds(self, port: PortReach) -> bool:
        return all(workload.partition("/")[0] in self.spaces for workload, _ in port.backends)


def veil_edge(edge: Edge, within: Within) -> dict[str, Any]:
    """An edge as JSON; what would tell about the other end is null."""
    told: dict[str, Any] = {**edge._asdict(), "reason": ""}
    if within.shows_both(edge.source, edge.target):
        return told
    told |= {"allowed_pairs": None, "pairs": None}
    if edge.source not in within.names:
        told |= {"dns": None, "potential": None}
    return told


def veil_explanation(
    told: Mapping[str, Any], within: Within, unevaluated: Iterable[Unevaluated]
) -> dict[str, Any]:
    """An explanation without the other side's gate, pairs and policies. `unevaluated`: all of the cluster."""
    foreign = [
        str(each.ref) for each in unevaluated if each.ref.name and each.ref.namespace not in within.spaces
    ]
    sides = {name: _veil_side(told[name], within.names, foreign) for name in ("egress", "ingress")}
    if within.shows_both(told["source"], told["target"]):
        groups = [
            {
                **group,
                "reason": "",
                **{name: _veil_side(group[name], within.names, foreign) for name in sides},
            }
            for group in told["groups"]
        ]
        sentence = _veil_sentence(told, sides.values())
        return {**told, **sides, "sentence": sentence, "reason": "", "groups": groups}
    # Reasons name workloads of both ends.
    sides = {name: side and {**side, "reason": "", "nearest": None} for name, side in sides.items()}
    own_source = told["source"].partition("/")[0] in within.names
    sides["ingress" if own_source else "egress"] = None
    hidden: dict[str, Any] = {
        "allowed_pairs": None,
        "pairs": None,
        "group_count": 0,
        "groups": [],
        "reason": "",
    }
    if not own_source:
        hidden |= {"dns": None, "potential": None}
    return {**told, **sides, **hidden, "sentence": _WITHHELD}


def _veil_sentence(told: Mapping[str, Any], sides: Iterable[Mapping[str, Any] | None]) -> str:
    """The sentence about an unknown edge quotes reasons of its gates, of which one may be withheld."""
    sentence: str = told["sentence"]
    if all(side is None or side["reason"] for side in sides):
        return sentence
    return sentence.replace(told["reason"], _ELSEWHERE) if told["reason"] else sentence


def _veil_side(
    side: Mapping[str, Any] | None, names: Names, foreign: Collection[str]
) -> dict[str, Any] | None:
    """One gate with the policies of the reader's namespaces alone; others name namespaces that are hidden.
    `foreign`: what was not evaluated elsewhere, as reasons name it."""
    if side is None:
        return None
    kept = {
        key: [each for each in side[key] if each["namespace"] in names] for key in ("citations", "others")
    }
    nearest = side["nearest"]
    near = nearest if nearest and nearest["citation"]["namespace"] in names else None
    whole = len(kept["citations"]) == len(side["citations"])
    whole = whole and not any(name in side["reason"] for name in foreign)
    return {**side, **kept, "nearest": near, "reason": side["reason"] if whole else ""}


def _no_edge(source: str, target: str) -> UnknownName:
    return UnknownName("source", f"There is no edge from {source!r} to {target!r} among those that you see")
