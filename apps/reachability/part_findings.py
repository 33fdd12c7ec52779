"""The findings for a reader of some namespaces: those that tell of its own alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from apps.engine import Finding
from apps.engine.model import ObjectRef
from apps.reachability.finding_list import home_of
from apps.reachability.within import Within

# What they say follows from the namespace's own objects and from edges that its reader is told. The others
# name or count objects elsewhere, or tell that something is not there.
_TELL_OF_ONE = {
    "allow-all-egress",
    "allow-all-ingress",
    "dns-blocked",
    "external-ips",
    "headless-port-differs",
    "no-default-deny-egress",
    "no-default-deny-ingress",
    "policy-selects-nothing",
    "rules-without-effect",
    "service-without-backends",
    "unrestricted-service",
}


def own_findings(findings: Iterable[Finding], within: Within) -> tuple[Finding, ...]:
    """In their order, with the evidence that stands in the reader's namespaces."""
    return tuple(
        replace(each, evidence=tuple(p for p in each.evidence if home_of(p.object) in within.spaces))
        for each in findings
        if each.id in _TELL_OF_ONE and _is_own(each.object, within)
    )


def _is_own(named: ObjectRef, within: Within) -> bool:
    if named.kind == "Service":
        return f"{named.namespace}/{named.name}" in within.targets
    return home_of(named) in within.spaces
