"""From what must be open to the fewest rules that open it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from apps.engine.suggest.openings import End, PodPort, Pods
from apps.engine.suggest.selectors import Labels, split_apart

Manifest = dict[str, Any]
Left = TypeVar("Left")
Right = TypeVar("Right")
NAME_LABEL = "kubernetes.io/metadata.name"


def ingress_rules(needed: Iterable[tuple[str, PodPort]]) -> list[Manifest]:
    """Rules that let in these namespaces, each on these ports of the policy's pods."""
    return [
        {"from": [{"namespaceSelector": _by_name(sources)}], "ports": _write_ports(ports)}
        for sources, ports in cover(needed, str)
    ]


def egress_rules(needed: Iterable[tuple[End, PodPort]], pods: Pods) -> list[Manifest]:
    """Rules that let out to these ends, each on these ports of its own."""
    return [
        {"to": [peer for end in ends for peer in _write_peers(end, pods)], "ports": _write_ports(ports)}
        for ends, ports in cover(needed, _order)
    ]


def cover(
    needed: Iterable[tuple[Left, PodPort]], key: Callable[[Left], Any]
) -> list[tuple[list[Left], list[PodPort]]]:
    """The pairs as products of peers and ports: those with equal ports together, or those with equal
    peers, whichever gives fewer."""
    pairs = set(needed)
    by_ports = _group(pairs)
    by_peers = [(peers, ports) for ports, peers in _group({(port, peer) for peer, port in pairs})]
    fewest = by_ports if len(by_ports) <= len(by_peers) else by_peers
    found = [(sorted(peers, key=key), sorted(ports)) for peers, ports in fewest]
    return sorted(found, key=lambda rule: (rule[1], [key(peer) for peer in rule[0]]))


def _order(end: End) -> tuple[str, list[Labels], str]:
    return end.namespace, sorted(end.labels), end.address


def _group(pairs: Iterable[tuple[Left, Right]]) -> list[tuple[frozenset[Left], frozenset[Right]]]:
    """All that have the same set of partners, with these partners."""
    partners: dict[Left, set[Right]] = defaultdict(set)
    for left, right in pairs:
        partners[left].add(right)
    alike: dict[frozenset[Right], set[Left]] = defaultdict(set)
    for left, rights in partners.items():
        alike[frozenset(rights)].add(left)
    return [(frozenset(lefts), rights) for rights, lefts in alike.items()]


def _write_peers(end: End, pods: Pods) -> list[Manifest]:
    if end.address:
        return [{"ipBlock": {"cidr": f"{end.address}/{128 if ':' in end.address else 32}"}}]
    others = pods.labels[end.namespace] - end.labels
    parts = split_apart(end.labels, others, pods.selectors[end.namespace])
    space = _by_name([end.namespace])
    return [{"namespaceSelector": space, "podSelector": selector} for _, selector in parts]


def _write_ports(ports: Iterable[PodPort]) -> list[Manifest]:
    return [{"protocol": port.protocol, "port": port.name or port.number} for port in ports]


def _by_name(namespaces: Sequence[str]) -> Manifest:
    if len(namespaces) == 1:
        return {"matchLabels": {NAME_LABEL: namespaces[0]}}
    return {"matchExpressions": [{"key": NAME_LABEL, "operator": "In", "values": list(namespaces)}]}
