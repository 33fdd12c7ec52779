"""Writing down what a guardrail says, as `read` reads it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from apps.engine.model import Selector
from apps.review.guardrails.form import (
    DefaultDeny,
    Deny,
    Only,
    Ports,
    Requirement,
    ResolveDns,
    Spaces,
    Targets,
)
from apps.review.guardrails.read import API_VERSION, KIND

_EVERY_PORT = (Ports(),)


def document(name: str, description: str, requirement: Requirement) -> dict[str, Any]:
    """The document (docs/guardrails.md) of a guardrail that says this."""
    said = {"description": description} if description else {}
    return {
        "apiVersion": API_VERSION,
        "kind": KIND,
        "metadata": {"name": name},
        "spec": said | _requirement(requirement),
    }


def _requirement(requirement: Requirement) -> dict[str, Any]:
    match requirement:
        case Deny(sources, targets, ports):
            return {"deny": _edges(_spaces(sources), targets, ports)}
        case Only(sources, own, targets, ports):
            entries = [*_spaces(sources), *([{"sameNamespace": True}] if own else [])]
            return {"only": _edges(entries, targets, ports)}
        case ResolveDns(spaces):
            return {"resolveDNS": _namespaces(spaces)}
        case DefaultDeny(spaces, directions):
            return {"defaultDeny": _namespaces(spaces) | {"directions": [str(each) for each in directions]}}


def _edges(
    sources: list[dict[str, Any]], targets: Iterable[Targets], ports: Sequence[Ports]
) -> dict[str, Any]:
    to = [
        _space(each.spaces) | ({} if each.service == "*" else {"service": each.service}) for each in targets
    ]
    ends: dict[str, Any] = {"from": sources, "to": to}
    return ends if tuple(ports) == _EVERY_PORT else ends | {"ports": [_port(each) for each in ports]}


def _namespaces(spaces: Sequence[Spaces]) -> dict[str, Any]:
    return {} if tuple(spaces) == (Spaces(),) else {"namespaces": _spaces(spaces)}


def _spaces(spaces: Iterable[Spaces]) -> list[dict[str, Any]]:
    return [_space(each) for each in spaces]


def _space(space: Spaces) -> dict[str, Any]:
    named: dict[str, Any] = {} if space.name == "*" else {"namespace": space.name}
    return named | ({"namespaceSelector": _selector(space.labels)} if space.labels.requirements else {})


def _selector(selector: Selector) -> dict[str, Any]:
    """`matchLabels` where it can say it: they are read more easily."""
    labels: dict[str, str] = {}
    expressions: list[dict[str, Any]] = []
    for key, operator, values in selector.requirements:
        if operator == "In" and len(values) == 1 and key not in labels:
            labels[key] = next(iter(values))
        else:
            listed = {"values": sorted(values)} if values else {}
            expressions.append({"key": key, "operator": operator} | listed)
    return ({"matchLabels": labels} if labels else {}) | (
        {"matchExpressions": expressions} if expressions else {}
    )


def _port(ports: Ports) -> dict[str, Any]:
    protocol = {"protocol": ports.protocol} if ports.protocol else {}
    if (ports.first, ports.last) == (1, 65535):
        return protocol
    end = {"endPort": ports.last} if ports.last != ports.first else {}
    return {"port": ports.first} | end | protocol
