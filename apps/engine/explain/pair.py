"""One pair of end points: may they connect, and why.

(0) a pod reaches itself; (1) the egress gate of the source; (2) the ingress gate of the target; (3) both must
allow (N18, N19). Over each address family that both ends have (N26), and, where it is not known how the
network plugin sees host-network pods, in both ways (N16).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from apps.engine.explain.evidence import make_side
from apps.engine.explain.gate import Judgement, judge_gate
from apps.engine.explain.ground import Ground
from apps.engine.explain.rules import Question
from apps.engine.model import (
    Assumptions,
    Cluster,
    Direction,
    Endpoint,
    PairExplanation,
    Side,
    Verdict,
)

# Verdicts of a pair that may connect.
OPEN = (Verdict.ALLOWED, Verdict.UNRESTRICTED)
# From the family or the way of seeing that says most about a mixed answer.
_TELLING = (Verdict.UNKNOWN, Verdict.DENIED, Verdict.ALLOWED)
_WAYS_OF_SEEING = {"node": "seen as its node", "pod": "seen as a pod"}


@dataclass(frozen=True, slots=True)
class Crossing:
    """Both gates, judged over one pair of address families (None: not known)."""

    families: tuple[int | None, int | None]
    egress: Judgement
    ingress: Judgement

    @property
    def verdict(self) -> Verdict:
        return both(self.egress.verdict, self.ingress.verdict)


def explain_pair(
    cluster: Cluster, assumptions: Assumptions, source: Endpoint, target: Endpoint, port: int, protocol: str
) -> PairExplanation:
    """Whether `source` may open a connection to `target` on its own `port` (1 to 65535; no Service's).

    `protocol`: TCP, UDP or SCTP. ValueError when an end point's address is none.
    """
    return Explainer(cluster, assumptions).explain(source, target, port, protocol)


def both(egress: Verdict, ingress: Verdict) -> Verdict:
    """Both gates must allow (N19); one that denies decides, whatever the other would say."""
    for verdict in (Verdict.DENIED, Verdict.UNKNOWN):
        if verdict in (egress, ingress):
            return verdict
    return Verdict.ALLOWED


def join_pairs(verdicts: Iterable[Verdict]) -> Verdict:
    """One verdict for several pairs, as `docs/semantics.md` puts them together for an edge; none: `empty`."""
    kinds = set(verdicts)
    if not kinds:
        return Verdict.EMPTY
    if kinds <= set(OPEN):
        return Verdict.UNRESTRICTED if kinds == {Verdict.UNRESTRICTED} else Verdict.ALLOWED
    if kinds == {Verdict.DENIED}:
        return Verdict.DENIED
    if Verdict.PARTIAL in kinds or (kinds & set(OPEN) and Verdict.DENIED in kinds):
        return Verdict.PARTIAL
    return Verdict.UNKNOWN


class Explainer:
    """Explains many pairs of one cluster."""

    def __init__(self, cluster: Cluster, assumptions: Assumptions) -> None:
        self._ground = Ground(cluster, assumptions)

    def explain(self, source: Endpoint, target: Endpoint, port: int, protocol: str) -> PairExplanation:
        """See `explain_pair`."""
        readings = [
            self._explain_seen_as(way, source, target, port, protocol) for way in self._ways(source, target)
        ]
        return readings[0] if len(readings) == 1 else _merge_ways(readings)

    def _ways(self, source: Endpoint, target: Endpoint) -> Sequence[str]:
        way = self._ground.assumptions.host_network
        if way != "unknown":
            return (way,)
        host_network = any(end.workload is not None and end.workload.host_network for end in (source, target))
        return tuple(_WAYS_OF_SEEING) if host_network else ("pod",)

    def _explain_seen_as(
        self, way: str, source: Endpoint, target: Endpoint, port: int, protocol: str
    ) -> PairExplanation:
        crossings = [
            self._cross(way, families, source, target, port, protocol)
            for families in self._families(way, source, target)
        ]
        verdict = _merge_families([crossing.verdict for crossing in crossings])
        telling = min(crossings, key=lambda crossing: _TELLING.index(crossing.verdict))
        egress, ingress = make_side(self._ground, telling.egress), make_side(self._ground, telling.ingress)
        if verdict is Verdict.ALLOWED and not (egress.isolated or ingress.isolated):
            verdict = Verdict.UNRESTRICTED
        reason = _explain(verdict, egress, ingress)
        if verdict is Verdict.PARTIAL:
            reason = f"Denied over IPv{telling.families[0] or telling.families[1]} only. {reason}"
        return PairExplanation(source, target, port, protocol, verdict, egress, ingress, reason)

    def _families(
        self, way: str, source: Endpoint, target: Endpoint
    ) -> Sequence[tuple[int | None, int | None]]:
        """The families to judge: those that both ends have; else what is known of each."""
        known: list[list[int | None]] = [
            [address.family for address in self._ground.addresses(end, host_network=way)]
            for end in (source, target)
        ]
        common = [(family, family) for family in known[0] if family in known[1]]
        return common or [(a, b) for a in known[0] or [None] for b in known[1] or [None]]

    def _cross(
        self,
        way: str,
        families: tuple[int | None, int | None],
        source: Endpoint,
        target: Endpoint,
        port: int,
        protocol: str,
    ) -> Crossing:
        start, end = (
            self._ground.party(endpoint, host_network=way, family=family)
            for endpoint, family in zip((source, target), families, strict=True)
        )
        blocks, itself = self._ground.assumptions.ip_block_matches_pods, is_same_pod(source, target)
        out = Question(Direction.EGRESS, start, end, port, protocol, blocks, itself)
        into = Question(Direction.INGRESS, end, start, port, protocol, blocks, itself)
        return Crossing(families, judge_gate(self._ground, out), judge_gate(self._ground, into))


def is_same_pod(source: Endpoint, target: Endpoint) -> bool:
    """Whether both ends are one pod. Pods of a template have no names and are told apart as values are."""
    if source.workload is None or target.workload is None or source.pod is None or target.pod is None:
        return False
    if source.pod is target.pod:
        return True
    names = (source.workload.namespace, source.pod.name), (target.workload.namespace, target.pod.name)
    return bool(source.pod.name) and names[0] == names[1]


def _merge_families(verdicts: Sequence[Verdict]) -> Verdict:
    """The one answer, or `partial` when the families differ, or `unknown` when that may be (N26)."""
    if len(set(verdicts)) == 1:
        return verdicts[0]
    return Verdict.UNKNOWN if Verdict.UNKNOWN in verdicts else Verdict.PARTIAL


def _merge_ways(readings: Sequence[PairExplanation]) -> PairExplanation:
    """One answer for both ways of seeing host-network pods: the same, or not decided (N16)."""
    first, second = readings
    egress, ingress = _merge_sides(first.egress, second.egress), _merge_sides(first.ingress, second.ingress)
    verdicts = {first.verdict, second.verdict}
    if len(verdicts) == 1:
        return replace(first, egress=egress, ingress=ingress)
    if verdicts == {Verdict.ALLOWED, Verdict.UNRESTRICTED}:
        allowed = first if first.verdict is Verdict.ALLOWED else second
        return replace(allowed, egress=egress, ingress=ingress)
    reason = "Not decided: how host-network pods are seen depends on the network plugin. " + " ".join(
        f"{_WAYS_OF_SEEING[way].capitalize()}: {reading.verdict}."
        for way, reading in zip(_WAYS_OF_SEEING, readings, strict=True)
    )
    return replace(first, verdict=Verdict.UNKNOWN, egress=egress, ingress=ingress, reason=reason)


def _merge_sides(first: Side, second: Side) -> Side:
    if first.verdict is second.verdict:
        side = second if second.isolated else first
        return replace(side, isolated=first.isolated or second.isolated)
    citations = tuple(dict.fromkeys((*first.citations, *second.citations)))
    return Side(
        direction=first.direction,
        verdict=Verdict.UNKNOWN,
        isolated=first.isolated or second.isolated,
        reason=f"Not decided: {first.verdict} if host-network pods are seen as nodes, else {second.verdict}.",
        citations=citations,
        others=tuple(one for one in dict.fromkeys((*first.others, *second.others)) if one not in citations),
    )


def _explain(verdict: Verdict, egress: Side, ingress: Side) -> str:
    """The sides that decide: those that deny, or are not decided, or both."""
    if verdict is Verdict.UNRESTRICTED:
        return "Allowed by policy: nothing isolates either side."
    if verdict is Verdict.ALLOWED:
        return f"Allowed by policy. {' '.join(dict.fromkeys((egress.reason, ingress.reason)))}"
    worst = both(egress.verdict, ingress.verdict)
    return " ".join(side.reason for side in (egress, ingress) if side.verdict is worst)
