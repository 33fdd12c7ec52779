"""ClusterNetworkPolicy, policy.networking.k8s.io/v1alpha2; C1 to C4. It differs in its ports."""

from __future__ import annotations

from apps.engine.model import Policy, PortMatch, Tier
from apps.engine.parse.admin_policy import NotUnderstood, read_range, read_tiered
from apps.engine.parse.fields import Part
from apps.engine.parse.network_policy import Doubt

_TIERS = {"Admin": Tier.ADMIN, "Baseline": Tier.BASELINE}
_PROTOCOLS = {"tcp": "TCP", "udp": "UDP", "sctp": "SCTP"}


def read_cluster_policy(part: Part, doubts: list[Doubt]) -> Policy:
    tier = _TIERS[(part / "spec" / "tier").one_of(tuple(_TIERS))]
    return read_tiered(part, tier, ("Accept", "Deny", "Pass"), _read_protocols, doubts)


def _read_protocols(part: Part) -> tuple[PortMatch, ...] | None:
    """`protocols`; absent is every protocol and port (C3)."""
    if (part / "protocols").absent:
        return None
    return tuple(_read_protocol(entry) for entry in (part / "protocols").entries())


def _read_protocol(part: Part) -> PortMatch:
    keys = set(part.mapping())
    if keys == {"destinationNamedPort"}:
        return PortMatch("", name=(part / "destinationNamedPort").required_text())
    if len(keys) == 1 and keys <= set(_PROTOCOLS):
        return _read_destination(part / keys.pop())
    raise NotUnderstood(
        f"{part.path} is a protocol of an unknown form ({', '.join(sorted(keys)) or 'empty'})"
    )


def _read_destination(part: Part) -> PortMatch:
    protocol = _PROTOCOLS[part.path.rpartition(".")[2]]
    if set(part.mapping()) - {"destinationPort"}:
        raise NotUnderstood(f"{part.path} says more than a destinationPort")
    port = part / "destinationPort"
    if port.absent:
        return PortMatch(protocol)
    keys = set(port.mapping())
    if keys == {"number"}:
        number = (port / "number").port_number()
        return PortMatch(protocol, number, number)
    if keys == {"range"}:
        return read_range(port / "range", protocol)
    raise NotUnderstood(f"{port.path} is a port of an unknown form ({', '.join(sorted(keys)) or 'empty'})")
