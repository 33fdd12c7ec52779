"""ClusterNetworkPolicies over a generated cluster: guard rails of an administrator, in both tiers."""

from __future__ import annotations

from random import Random
from typing import Any

Object = dict[str, Any]

_STAGES = ("dev", "test", "prod")
_LAST_PRIORITY = 1000


def with_tiers(objects: list[Object], count: int, seed: int) -> list[Object]:
    """The same with `count` ClusterNetworkPolicies, one in five of them in the Baseline tier, no two of one
    tier with the same priority as long as there are enough."""
    random = Random(seed)
    return [*objects, *(_policy(number, random) for number in range(count))]


def _policy(number: int, random: Random) -> Object:
    baseline = number % 5 == 4
    return {
        "apiVersion": "policy.networking.k8s.io/v1alpha2",
        "kind": "ClusterNetworkPolicy",
        "metadata": {"name": f"rail-{number}"},
        "spec": {
            "tier": "Baseline" if baseline else "Admin",
            "priority": number % _LAST_PRIORITY,
            "subject": _subject(random),
            "ingress": [_into(random) for _ in range(random.randint(1, 3))],
            "egress": [_out_of(random) for _ in range(random.randint(1, 3))],
        },
    }


def _action(random: Random) -> str:
    return random.choice(("Accept", "Deny", "Pass"))


def _team(random: Random) -> Object:
    return {"matchLabels": {"team": f"team-{random.randrange(200):03d}"}}


def _subject(random: Random) -> Object:
    if random.random() < 0.5:
        return {"namespaces": _team(random)}
    stage = {"matchLabels": {"stage": random.choice(_STAGES)}}
    role = {"matchLabels": {"role": random.choice(("web", "api", "worker", "db"))}}
    return {"pods": {"namespaceSelector": stage, "podSelector": role}}


def _into(random: Random) -> Object:
    rule: Object = {"action": _action(random), "from": [random.choice((_namespaces, _pods))(random)]}
    if random.random() < 0.5:
        rule["protocols"] = [
            {"tcp": {"destinationPort": {"number": random.choice((8080, 9000, 9090, 5432))}}}
        ]
    return rule


def _out_of(random: Random) -> Object:
    peer = random.choice((_namespaces, _pods, _networks))(random)
    rule: Object = {"action": _action(random), "to": [peer]}
    if random.random() < 0.5:
        rule["protocols"] = [{"destinationNamedPort": random.choice(("http", "db", "metrics"))}]
    return rule


def _namespaces(random: Random) -> Object:
    return {"namespaces": _team(random)}


def _pods(random: Random) -> Object:
    return {
        "pods": {
            "namespaceSelector": {},
            "podSelector": {"matchLabels": {"role": random.choice(("web", "db"))}},
        }
    }


def _networks(random: Random) -> Object:
    return {"networks": [f"198.18.{random.randrange(256)}.0/24"]}
