"""The policies of a generated cluster: three namespaces in four hold some of the mix below."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

Object = dict[str, Any]

DNS_PORTS: list[Object] = [{"protocol": protocol, "port": 53} for protocol in ("UDP", "TCP")]
_TO_DNS = {
    "to": [
        {
            "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "kube-system"}},
            "podSelector": {"matchLabels": {"k8s-app": "kube-dns"}},
        }
    ],
    "ports": DNS_PORTS,
}


def generate_policies(names: list[str], count: int, random: Random) -> list[Object]:
    """`count` NetworkPolicies, dealt in rounds to the namespaces that hold any; the first one holds none.

    The first round closes its namespace for ingress, in one of three for egress too, and there the second
    round opens DNS again.
    """
    homes = [name for number, name in enumerate(names) if number % 4] or names
    kinds = random.choices(list(_MIX), list(_MIX.values()), k=count)
    return [
        _policy(homes[number % len(homes)], number, _spec(*divmod(number, len(homes)), kind, random))
        for number, kind in enumerate(kinds)
    ]


def _spec(turn: int, home: int, kind: Callable[[Random], Object], random: Random) -> Object:
    closes_egress = home % 3 == 0
    if turn == 0:
        return {"policyTypes": ["Ingress", "Egress"] if closes_egress else ["Ingress"]}
    if turn == 1 and closes_egress:
        return {"policyTypes": ["Egress"], "egress": [_TO_DNS]}
    return kind(random)


def _policy(namespace: str, number: int, spec: Object) -> Object:
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": f"policy-{number}", "namespace": namespace},
        "spec": {"podSelector": {}} | spec,
    }


def _ingress(role: str, peers: list[Object], ports: list[Object] | None = None) -> Object:
    rule: Object = {"from": peers} | ({"ports": ports} if ports else {})
    subject = {"matchLabels": {"role": role}} if role else {}
    return {"podSelector": subject, "policyTypes": ["Ingress"], "ingress": [rule]}


def _same_namespace(random: Random) -> Object:
    return _ingress("", [{"podSelector": {}}])


def _from_a_team(random: Random) -> Object:
    """By the label of a team's namespaces, on the port named http; the first twenty teams are asked for."""
    team = {"namespaceSelector": {"matchLabels": {"team": f"team-{random.randrange(20):03d}"}}}
    return _ingress("api", [team], [{"protocol": "TCP", "port": "http"}])


def _from_front_ends(random: Random) -> Object:
    """By a label that namespaces of many teams carry, on a number."""
    peer = {"namespaceSelector": {"matchLabels": {"access": "frontend"}}}
    return _ingress("web", [peer], [{"protocol": "TCP", "port": 8080}])


def _from_clients_of_a_database(random: Random) -> Object:
    """By namespace label and pod label together, on the port named db."""
    stage = random.choice(("dev", "test", "prod"))
    peer = {
        "namespaceSelector": {"matchExpressions": [{"key": "stage", "operator": "In", "values": [stage]}]},
        "podSelector": {"matchLabels": {"role": "api"}},
    }
    return _ingress("db", [peer], [{"protocol": "TCP", "port": "db"}])


def _from_monitoring(random: Random) -> Object:
    """On the range of ports that metrics are served on."""
    peer = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "kube-system"}}}
    return _ingress("", [peer], [{"protocol": "TCP", "port": 9000, "endPort": 9999}])


def _from_outside(random: Random) -> Object:
    block = {"cidr": "203.0.113.0/24", "except": [f"203.0.113.{random.randrange(16) * 16}/28"]}
    return _ingress("web", [{"ipBlock": block}], [{"protocol": "TCP", "port": 8080}])


def _to_outside(random: Random) -> Object:
    block = {"ipBlock": {"cidr": "0.0.0.0/0", "except": ["10.0.0.0/8", "192.168.0.0/16"]}}
    https = {"to": [block], "ports": [{"protocol": "TCP", "port": 443}]}
    return {
        "podSelector": {"matchLabels": {"role": "worker"}},
        "policyTypes": ["Egress"],
        "egress": [https, _TO_DNS],
    }


_MIX = {
    _same_namespace: 25,
    _from_a_team: 20,
    _from_front_ends: 15,
    _from_clients_of_a_database: 15,
    _from_monitoring: 10,
    _from_outside: 5,
    _to_outside: 10,
}
