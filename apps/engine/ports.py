"""Ports: does an entry of a rule match, and sets of ports by protocol (N8, N9, N10, N25)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

from apps.engine.model import PROTOCOLS, Cluster, ContainerPort, PortMatch

FIRST, LAST = 1, 65535

# Ascending, disjoint, not adjacent intervals of port numbers, both ends included.
Intervals = tuple[tuple[int, int], ...]
EVERY_PORT: Intervals = ((FIRST, LAST),)


@lru_cache(maxsize=1 << 18)
def port_matches(
    entry: PortMatch, protocol: str, number: int, declared: tuple[ContainerPort, ...] | None
) -> bool:
    """Whether one entry of a rule's ports matches a connection to `number` over `protocol`.

    `declared` are the destination pod's container ports, on which names are looked up by name and
    protocol; None for an address that is no pod's, which a name never matches.
    """
    if entry.protocol and entry.protocol != protocol:
        return False
    if not entry.name:
        return entry.first <= number <= entry.last
    return any(
        port.name == entry.name and port.protocol == protocol and port.number == number
        for port in declared or ()
    )


def any_port_matches(
    entries: tuple[PortMatch, ...] | None,
    protocol: str,
    number: int,
    declared: tuple[ContainerPort, ...] | None,
) -> bool:
    """Whether a rule's ports match: None is every port of every protocol, else one entry must."""
    return entries is None or any(port_matches(entry, protocol, number, declared) for entry in entries)


def port_entries(cluster: Cluster) -> list[PortMatch]:
    """What rules say of ports, each once: thousands of them name the same few."""
    entries = (entry for policy in cluster.policies for rule in policy.rules for entry in rule.ports or ())
    return list(dict.fromkeys(entries))


def cut_points(entries: Iterable[PortMatch], declared: Iterable[ContainerPort], protocol: str) -> list[int]:
    """Numbers at which the answer of these entries may change, ascending, with 1 among them.

    Between one of them and the next, all numbers are alike; so one stands for all.
    """
    cuts = {FIRST}
    names = set()
    for entry in entries:
        if entry.protocol in ("", protocol):
            cuts |= {entry.first, entry.last + 1}
            names.add(entry.name)
    for port in declared:
        if port.name in names and port.protocol == protocol:
            cuts |= {port.number, port.number + 1}
    return sorted(cut for cut in cuts if cut <= LAST)


def join_intervals(parts: Iterable[tuple[int, int]]) -> Intervals:
    """The intervals ascending, with overlapping and adjacent ones made one."""
    joined: list[tuple[int, int]] = []
    for first, last in sorted(parts):
        if joined and first <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(joined[-1][1], last))
        else:
            joined.append((first, last))
    return tuple(joined)


def format_intervals(intervals: Intervals) -> str:
    """`80,443,8000-8100`."""
    return ",".join(str(first) if first == last else f"{first}-{last}" for first, last in intervals)


def format_allowed(allowed: Mapping[str, Intervals]) -> list[dict[str, str]]:
    """The command line's form: one entry a protocol that has ports, in the order TCP, UDP, SCTP."""
    return [
        {"protocol": protocol, "ports": format_intervals(allowed[protocol])}
        for protocol in PROTOCOLS
        if allowed.get(protocol)
    ]
