"""Which namespaces are closed by default: a pod that is made there tomorrow is isolated, whatever its labels.

That is more than that every pod of today is isolated: it takes a policy that governs the whole namespace.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby

from apps.engine.findings.blocks import takes_every_address
from apps.engine.labels import selects
from apps.engine.model import (
    EVERYTHING,
    Action,
    Assumptions,
    Cluster,
    Direction,
    PodPeer,
    Policy,
    Rule,
    Tier,
    Unevaluated,
)

_FAMILIES = (4, 6)


def find_default_denies(
    cluster: Cluster, assumptions: Assumptions
) -> Mapping[str, Mapping[Direction, bool | None]]:
    """By namespace and direction; None where something that was not evaluated could change the answer.

    A NetworkPolicy that selects every pod isolates by default (N6). So does a policy of the other tiers
    that denies everything to the whole namespace, unless a rule before it takes everything (A2, A3).
    """
    # By the namespace that they name, so that each namespace looks at its own and at those of all only.
    whole: dict[str, list[tuple[Policy, PodPeer]]] = defaultdict(list)
    for policy in cluster.policies:
        for subject in policy.subjects:
            if subject.pods == EVERYTHING:
                whole[subject.namespace].append((policy, subject))
    doubts: dict[str, list[Unevaluated]] = defaultdict(list)
    for entry in cluster.unevaluated:
        doubts[entry.namespace].append(entry)
    found = {}
    for space in cluster.namespaces:
        wide = [policy for policy, subject in whole[""] if selects(subject.namespaces, space.labels)]
        governing = wide + [policy for policy, _ in whole[space.name]]
        touching = doubts[""] + doubts[space.name]
        found[space.name] = {
            direction: assumptions.enforced and _doubted(touching, direction, _closed(governing, direction))
            for direction in Direction
        }
    return found


def _doubted(entries: Iterable[Unevaluated], direction: Direction, closed: bool | None) -> bool | None:
    """What was not evaluated could open a closed namespace, or close an open one."""
    touching = [entry for entry in entries if direction in entry.directions]
    if closed:
        return True if all(entry.only_restricts for entry in touching) else None
    return None if touching else closed


def _closed(governing: Iterable[Policy], direction: Direction) -> bool | None:
    """1. The Admin tier, if it decides about everything. 2. NetworkPolicies. 3. The Baseline tier."""
    tiers: dict[Tier, list[Policy]] = {tier: [] for tier in Tier}
    for policy in governing:
        tiers[policy.tier].append(policy)
    isolated = any(direction in policy.isolates for policy in tiers[Tier.NAMESPACE])
    later = isolated or _denies(set(_wholesale(tiers[Tier.BASELINE], direction)))
    first = set(_wholesale(tiers[Tier.ADMIN], direction)) or {Action.PASS}
    outcomes = {later if action is Action.PASS else action is Action.DENY for action in first}
    return outcomes.pop() if len(outcomes) == 1 else None


def _denies(actions: set[Action]) -> bool | None:
    return None if len(actions) > 1 else Action.DENY in actions


def _wholesale(policies: Iterable[Policy], direction: Direction) -> Iterator[Action]:
    """What the first rule that takes everything does. Policies of one priority come in any order (A3)."""
    for _, group in groupby(sorted(policies, key=_priority), key=_priority):
        actions = {action for policy in group if (action := _first_wholesale(policy, direction))}
        if actions:
            yield from actions
            return


def _priority(policy: Policy) -> int:
    return policy.priority


def _first_wholesale(policy: Policy, direction: Direction) -> Action | None:
    rules = (rule for rule in policy.rules if rule.direction is direction and _takes_everything(rule))
    return next((rule.action for rule in rules), None)


def _takes_everything(rule: Rule) -> bool:
    """Every pod on every port; and every address, which an ingress rule of these tiers cannot name (A5)."""
    if rule.ports is not None:
        return False
    if rule.peers is None:
        return True
    addresses = all(takes_every_address(rule.peers, family) for family in _FAMILIES)
    pods = any(
        isinstance(peer, PodPeer) and not peer.namespace and peer.pods == peer.namespaces == EVERYTHING
        for peer in rule.peers
    )
    return pods and (rule.direction is Direction.INGRESS or addresses)
