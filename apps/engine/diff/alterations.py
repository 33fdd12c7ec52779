"""What differs inside one object, by the path at which its manifest says it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from apps.engine.model import Node, Policy, Rule, Service, Tier, Workload

_MOST_LISTED = 6


@dataclass(frozen=True, slots=True)
class Alteration:
    """One difference. `before` and `after` in words; None: not there, or better read in the manifest."""

    path: str
    before: str | None = None
    after: str | None = None


def of_labels(before: dict[str, str], after: dict[str, str]) -> list[Alteration]:
    return [
        Alteration(f"metadata.labels.{key}", before.get(key), after.get(key))
        for key in sorted(before.keys() | after.keys())
        if before.get(key) != after.get(key)
    ]


def of_node(before: Node, after: Node) -> list[Alteration]:
    labels = of_labels(dict(before.labels), dict(after.labels))
    return labels + _of_texts("status.addresses", [before.addresses], [after.addresses])


def of_service(before: Service, after: Service) -> list[Alteration]:
    return [
        found
        for path, read in _SERVICE_FIELDS.items()
        for found in _of_texts(path, [read(before)], [read(after)])
    ]


def of_workload(before: Sequence[Workload], after: Sequence[Workload]) -> list[Alteration]:
    """Of all that one owner's pods say; they may differ among themselves."""
    keys = sorted({key for workload in (*before, *after) for key in workload.labels})
    found = [
        alteration
        for key in keys
        for alteration in _of_texts(
            f"metadata.labels.{key}",
            [(w.labels[key],) for w in before if key in w.labels],
            [(w.labels[key],) for w in after if key in w.labels],
        )
    ]
    for path, read in _WORKLOAD_FIELDS.items():
        found += _of_texts(path, [read(w) for w in before], [read(w) for w in after])
    return found


def of_policy(before: Policy, after: Policy) -> list[Alteration]:
    """Paths only: the manifest's own lines say more than words could."""
    own = "podSelector" if before.tier is Tier.NAMESPACE else "subject"
    found = [
        Alteration(f"spec.{name}")
        for name, same in (
            (own, before.subjects == after.subjects),
            ("policyTypes", before.isolates == after.isolates),
            ("tier", before.tier == after.tier),
            ("priority", before.priority == after.priority),
        )
        if not same
    ]
    old, new = ({rule.path: rule for rule in policy.rules} for policy in (before, after))
    paths = sorted(old.keys() | new.keys(), key=lambda path: (len(path), path))
    return found + [
        alteration for path in paths for alteration in _of_rule(path, old.get(path), new.get(path))
    ]


def _of_rule(path: str, before: Rule | None, after: Rule | None) -> Iterator[Alteration]:
    if before is None or after is None:
        yield Alteration(path)
        return
    if before.action is not after.action:
        yield Alteration(f"{path}.action", before.action, after.action)
    if before.peers != after.peers:
        yield Alteration(f"{path}.{'from' if before.direction == 'ingress' else 'to'}")
    if before.ports != after.ports:
        yield Alteration(f"{path}.ports")


def _of_texts(path: str, before: Iterable[Iterable[str]], after: Iterable[Iterable[str]]) -> list[Alteration]:
    """One alteration where the values of one field are not the same; each value is a list of words."""
    old, new = ({", ".join(words) for words in values} for values in (before, after))
    return [] if old == new else [Alteration(path, _listed(old), _listed(new))]


def _listed(values: set[str]) -> str | None:
    shown = sorted(filter(None, values))
    more = len(shown) - _MOST_LISTED
    return "; ".join(shown[:_MOST_LISTED] + ([f"and {more} more"] if more > 0 else [])) or None


def _pairs(mapping: Any) -> list[str]:
    return [f"{key}={mapping[key]}" for key in sorted(mapping or {})]


def _flag(value: bool) -> tuple[str, ...]:
    return ("true",) if value else ()


_SERVICE_FIELDS: dict[str, Callable[[Service], Iterable[str]]] = {
    "spec.type": lambda service: (service.type,),
    "spec.selector": lambda service: _pairs(service.selector) if service.selector is not None else ("none",),
    "spec.ports": lambda service: [
        f"{port.number}/{port.protocol} to {port.target.name or port.target.number}" for port in service.ports
    ],
    "spec.externalName": lambda service: (service.external_name,),
    "spec.clusterIP": lambda service: ("None",) if service.headless else service.cluster_ips,
    "spec.externalIPs": lambda service: service.external_ips,
    "spec.ipFamilies": lambda service: [f"IPv{family}" for family in service.families],
    "spec.publishNotReadyAddresses": lambda service: _flag(service.publish_not_ready),
    "spec.internalTrafficPolicy": lambda service: ("Local",) if service.internal_local else (),
    "spec.externalTrafficPolicy": lambda service: ("Local",) if service.external_local else (),
}
_WORKLOAD_FIELDS: dict[str, Callable[[Workload], Iterable[str]]] = {
    "spec.containers[*].ports": lambda w: [f"{p.name}={p.number}/{p.protocol}" for p in w.ports],
    "spec.hostNetwork": lambda w: _flag(w.host_network),
    "spec.dnsPolicy": lambda w: (w.dns_policy,),
    "spec.dnsConfig.nameservers": lambda w: w.nameservers,
    "spec.serviceAccountName": lambda w: (w.service_account,),
    "status.phase": lambda w: sorted({pod.state for pod in w.pods}),
    "status.podIPs": lambda w: sorted({text for pod in w.pods for text in pod.addresses}),
    "spec.nodeName": lambda w: sorted({pod.node for pod in w.pods if pod.node}),
    "spec.replicas": lambda w: (str(len(w.pods)),),
}
