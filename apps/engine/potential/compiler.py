"""From regimes to gates: all but the source's labels is decided here, for a target and a namespace."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from apps.engine.explain.gate import match_own_node
from apps.engine.explain.ground import Ground, Party
from apps.engine.explain.peers import Match, match_peer
from apps.engine.model import Tier
from apps.engine.ports import any_port_matches
from apps.engine.potential.conditions import ALWAYS, NEVER, POSSIBLY, Condition, any_of
from apps.engine.potential.forms import Gate, Isolating, TierPolicy
from apps.engine.potential.regimes import SOMEBODY, Clause, Regime, Regimes, Stance

# Answers that are remembered; of a large cluster nobody asks for every edge, but one after another they may.
_MOST_KEPT = 1 << 18
_CERTAIN = {Match.YES: ALWAYS, Match.MAYBE: POSSIBLY, Match.NO: NEVER}


@dataclass(frozen=True, slots=True, eq=False)
class Destination:
    """One target over one address family, on one port, and what governs it: `at_home` towards pods of its
    own namespace, `abroad` towards all others."""

    party: Party
    port: int
    protocol: str
    at_home: Regime
    abroad: Regime


class Compiler:
    """Gates of one cluster, for a source of which only the namespace is known. Equal gates are one object."""

    def __init__(self, ground: Ground, regimes: Regimes) -> None:
        self._regimes = regimes
        self._blocks = ground.assumptions.ip_block_matches_pods
        self._own_node = ground.assumptions.own_node
        self._gates: dict[tuple[object, ...], Gate] = {}
        self._by_answers: dict[tuple[object, ...], Gate] = {}
        self._egress: dict[tuple[Regime, Destination], Gate] = {}
        self._from_sources: dict[tuple[Clause, str], Condition] = {}
        self._to_targets: dict[tuple[Clause, Destination], Condition] = {}

    def ingress(self, regime: Regime, namespace: str) -> Gate:
        """The gate of a target under this regime, as a pod of the namespace meets it."""
        answers = [self._asked(clause, namespace) for clause in regime.clauses]
        return self._gate(regime, answers, spared=False)

    def egress(self, regime: Regime, destination: Destination) -> Gate:
        """The gate of a pod under this regime, towards the destination."""
        key = (regime, destination)
        if key not in self._egress:
            self._forget_some()
            answers = [self._met(clause, destination) for clause in regime.clauses]
            near = bool(match_own_node(SOMEBODY, destination.party))
            self._egress[key] = self._gate(regime, answers, spared=near and self._own_node != "policy")
        return self._egress[key]

    def _forget_some(self) -> None:
        for kept in (self._egress, self._from_sources, self._to_targets):
            if len(kept) >= _MOST_KEPT:
                kept.clear()

    def _asked(self, clause: Clause, namespace: str) -> Condition:
        """Which labels make a pod of the namespace match the clause."""
        key = (clause, namespace)
        if key not in self._from_sources:
            peers = clause.peers
            self._from_sources[key] = (
                ALWAYS
                if peers is None
                else any_of(self._regimes.on_source(peer, namespace) for peer in peers)
            )
        return self._from_sources[key]

    def _met(self, clause: Clause, destination: Destination) -> Condition:
        """Whether the clause is about the destination."""
        key = (clause, destination)
        if key not in self._to_targets:
            self._to_targets[key] = _CERTAIN[self._match(clause, destination)]
        return self._to_targets[key]

    def _match(self, clause: Clause, destination: Destination) -> Match:
        party = destination.party
        if not any_port_matches(clause.ports, destination.protocol, destination.port, party.ports):
            return Match.NO
        if clause.peers is None:
            return Match.YES
        return max((match_peer(peer, party, self._blocks) for peer in clause.peers), default=Match.NO)

    def _gate(self, regime: Regime, answers: Sequence[Condition], *, spared: bool) -> Gate:
        """The gate, given what the clauses of the regime come to, in their order."""
        key = (regime, spared, *answers)
        if key not in self._by_answers:
            gate = _compile(regime, dict(zip(regime.clauses, answers, strict=True)), spared=spared)
            content = (gate.admin, gate.isolating, gate.baseline, gate.closed, gate.doubt, spared)
            self._by_answers[key] = self._gates.setdefault(content, gate)
        return self._by_answers[key]


def _compile(regime: Regime, answers: Mapping[Clause, Condition], *, spared: bool) -> Gate:
    tiers: dict[Tier, list[TierPolicy]] = {Tier.ADMIN: [], Tier.BASELINE: []}
    isolating = []
    for stance in regime.stances:
        asked = [(answers[each], each.action) for each in stance.clauses if answers[each] != NEVER]
        if stance.tier is Tier.NAMESPACE:
            isolating.append(Isolating(stance.subject, any_of(condition for condition, _ in asked)))
        elif asked:
            tiers[stance.tier].append(TierPolicy(stance.priority, stance.subject, tuple(asked)))
    return Gate(
        admin=tuple(tiers[Tier.ADMIN]),
        isolating=tuple(isolating),
        baseline=tuple(tiers[Tier.BASELINE]),
        closed=ALWAYS if regime.doubt else _closed(regime.stances),
        doubt=regime.doubt,
        spared=spared,
    )


def _closed(stances: Sequence[Stance]) -> Condition:
    return any_of(stance.subject for stance in stances if stance.closes)
