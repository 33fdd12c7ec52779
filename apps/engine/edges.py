"""Why an edge has its verdict: its pairs, grouped by what decides them, each group with its evidence."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from apps.engine.alike import Evidence
from apps.engine.classes import Member
from apps.engine.explain import OPEN, Explainer, join_pairs
from apps.engine.model import Backend, Dns, Edge, Endpoint, PairExplanation, Verdict
from apps.engine.pairs import Unit
from apps.engine.reach import PortReach, Reach
from apps.engine.scene import Scene

# Explaining more groups of one fate than this tells a reader nothing new; all pairs are counted anyway.
MOST_OF_A_KIND = 20

_SENTENCES = {
    Verdict.ALLOWED: "Allowed by policy: every workload of {source} may reach {target}.",
    Verdict.UNRESTRICTED: "Unrestricted: no policy isolates {source} for egress or {target} for ingress.",
    Verdict.PARTIAL: "Allowed by policy for {allowed} of {pairs} pairs of workloads, {source} to {target}.",
    Verdict.DENIED: "Denied by policy: no workload of {source} may reach {target}.",
    Verdict.UNKNOWN: "Unknown whether {source} may reach {target}: {reason}",
    Verdict.EMPTY: "No pairs: {reason}",
}
_PROBLEMS = {
    "no-endpoints": "{target} has no end points.",
    "no-such-port": "{target} has no such port.",
    "unresolvable": "{target} is an alias of a name that does not exist.",
    "unreadable": "the EndpointSlices behind {target} could not be read.",
    "external": "{target} is an alias of a host outside the cluster, whose addresses are not known.",
}


class NotFound(LookupError):
    """The cluster has no such namespace, workload, Service or port."""


@dataclass(frozen=True, slots=True)
class PairSummary:
    """Pairs that the same rules decide; `explanation` is of one of them."""

    sources: tuple[str, ...]  # NS/Kind/NAME
    targets: tuple[str, ...]  # NS/Kind/NAME or address
    target_port: int
    verdict: Verdict
    explanation: PairExplanation


@dataclass(frozen=True, slots=True)
class EdgeExplanation:
    """An edge, in words and with its groups of pairs, the most telling first."""

    source: str
    service: str
    port: int
    protocol: str
    verdict: Verdict
    dns: Dns
    backend: Backend
    potential: Verdict
    sentence: str
    reason: str
    allowed_pairs: int
    total_pairs: int
    pairs: tuple[PairSummary, ...]


class EdgeExplainer:
    """Explains edges of one reach."""

    def __init__(self, scene: Scene, reach: Reach) -> None:
        self._scene = scene
        self._reach = reach
        self._explainer = Explainer(scene.cluster, scene.assumptions)

    def explain(self, source: str, service: str, port: int, protocol: str) -> EdgeExplanation:
        """`source`: NS or NS/Kind/NAME; `service`: NS/NAME. NotFound names what the cluster has not."""
        each = self._port(service, port, protocol)
        namespace, _, workload = source.partition("/")
        if namespace not in self._reach.namespaces:
            raise NotFound(f"no namespace {namespace}")
        edge = self._reach.edge(each, self._reach.namespaces.index(namespace))
        if workload:
            pairs = self._explained(each, self._of_workload(source), every=True)
            edge = _narrowed(edge, [explanation for _, _, explanation in pairs])
        else:
            pairs = self._explained(each, self._of_namespace(namespace), every=False)
        groups = sorted(_grouped(pairs), key=lambda group: _telling(group.verdict, edge.verdict))
        reason = self._reason(each, source, edge.verdict, groups)
        sentence = _SENTENCES[edge.verdict].format(
            source=source,
            target=f"{service} on {port}/{protocol}",
            allowed=edge.allowed_pairs,
            pairs=edge.pairs,
            reason=reason,
        )
        return EdgeExplanation(
            source=source,
            service=service,
            port=port,
            protocol=protocol,
            verdict=edge.verdict,
            dns=edge.dns,
            backend=edge.backend,
            potential=edge.potential,
            sentence=sentence,
            reason=reason,
            allowed_pairs=edge.allowed_pairs,
            total_pairs=edge.pairs,
            pairs=tuple(groups),
        )

    def _port(self, service: str, port: int, protocol: str) -> PortReach:
        each = self._reach.find_port(service, port, protocol)
        if each is not None:
            return each
        namespace, _, name = service.partition("/")
        if (namespace, name) not in self._scene.services.by_key:
            raise NotFound(f"no Service {service}")
        raise NotFound(f"Service {service} has no port {port}/{protocol}")

    def _of_namespace(self, namespace: str) -> list[_Source]:
        parties, sets = self._scene.parties, self._scene.matrix.worlds[0].sets
        return [_Source(number, parties[number].members) for number in sets.namespace(namespace)]

    def _of_workload(self, key: str) -> list[_Source]:
        """The parties of one workload, which is asked about even if it uses its node's network."""
        found = [
            _Source(number, members)
            for number, party in enumerate(self._scene.parties)
            if (members := tuple(member for member in party.members if member.workload.key == key))
        ]
        if not found:
            raise NotFound(f"no workload {key}")
        return found

    def _explained(self, each: PortReach, sources: list[_Source], *, every: bool) -> list[_Explained]:
        """The explanation of each party and unit that have a pair. Parties that no policy tells apart
        share one; of those that are told apart, so many of a kind are explained."""
        service = self._scene.services.by_key[each.namespace, each.service]
        seen: Counter[tuple[bool, bool]] = Counter()
        found = []
        for unit in each.units:
            fates, evidence = self._scene.pairs.fates(unit, service), Evidence(self._scene, unit.party)
            told: dict[object, PairExplanation] = {}
            for source in sources:
                pair = self._ends(source, unit)
                if pair is None or (not every and source.party not in fates.paired):
                    continue
                kind = (source.party in fates.every, source.party in fates.possible)
                key = (*kind, evidence.of(source.party))
                if key not in told:
                    seen[kind] += 1
                    if not every and seen[kind] > MOST_OF_A_KIND:
                        continue
                    told[key] = self._explainer.explain(*pair, unit.port, unit.protocol)
                found.append((source, unit, told[key]))
        return found

    def _ends(self, source: _Source, unit: Unit) -> tuple[Endpoint, Endpoint] | None:
        """A pod of the source and one of the unit that is another; None when they are the same one."""
        if unit.workload is None:
            member = source.members[0]
            return _pod_end(member, 0), Endpoint(address=self._scene.address_of(unit.party))
        home = self._scene.parties[unit.party].members
        target = next(member for member in home if member.workload is unit.workload)
        for member in source.members:
            if member.workload is not unit.workload:
                return _pod_end(member, 0), _pod_end(target, 0)
            if source.party != unit.party or len(member.pods) > 1:
                return _pod_end(member, -1), _pod_end(target, 0)
        return None

    def _reason(self, each: PortReach, source: str, verdict: Verdict, groups: Iterable[PairSummary]) -> str:
        if each.problem:
            return _PROBLEMS[each.problem].format(target=f"{each.target} on {each.port}/{each.protocol}")
        if verdict is Verdict.EMPTY:
            return f"{source} has no pods of its own network that could be a source."
        return next((group.explanation.reason for group in groups), "")


class _Source(NamedTuple):
    """A party, and those of its members that are asked about."""

    party: int
    members: tuple[Member, ...]


_Explained = tuple[_Source, Unit, PairExplanation]


def _pod_end(member: Member, index: int) -> Endpoint:
    return Endpoint(workload=member.workload, pod=member.pods[index])


def _narrowed(edge: Edge, explanations: list[PairExplanation]) -> Edge:
    """The edge for some of its sources only, from their pairs."""
    verdicts = [explanation.verdict for explanation in explanations]
    verdict = join_pairs(verdicts)
    if verdict is Verdict.EMPTY and edge.verdict is Verdict.UNKNOWN:
        verdict = Verdict.UNKNOWN
    allowed = sum(each in OPEN for each in verdicts)
    return edge._replace(verdict=verdict, allowed_pairs=allowed, pairs=len(verdicts))


def _grouped(pairs: list[_Explained]) -> list[PairSummary]:
    """Sources with the same evidence towards a unit are one group; units with equal groups are joined."""
    by_unit: dict[tuple[object, ...], list[_Explained]] = defaultdict(list)
    for source, unit, explanation in pairs:
        sides = (explanation.egress.citations, explanation.ingress.citations)
        decided = (unit.port, explanation.verdict, *sides)
        by_unit[(unit.party, id(unit.workload), *decided)].append((source, unit, explanation))
    joined: dict[tuple[object, ...], list[_Explained]] = {}
    for (_, _, *decided_by), group in by_unit.items():
        parties = frozenset(source.party for source, _, _ in group)
        joined.setdefault((parties, *decided_by), []).extend(group)
    return [_summary(group) for group in joined.values()]


def _summary(group: list[_Explained]) -> PairSummary:
    _, unit, explanation = group[0]
    members = (member for source, _, _ in group for member in source.members)
    return PairSummary(
        sources=tuple(sorted({member.workload.key for member in members})),
        targets=tuple(sorted({explained.target.key for _, _, explained in group})),
        target_port=unit.port,
        verdict=explanation.verdict,
        explanation=explanation,
    )


def _telling(verdict: Verdict, edge: Verdict) -> int:
    """Groups with the edge's own verdict come first; where it is mixed, those that are allowed."""
    order = (edge, Verdict.UNRESTRICTED, Verdict.ALLOWED, Verdict.PARTIAL, Verdict.UNKNOWN, Verdict.DENIED)
    return order.index(verdict)
