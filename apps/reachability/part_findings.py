"""The findings for a reader of some namespaces: those that tell of its own alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from apps.engine import Finding
from apps.reachability.finding_list import home_of
from apps.reachability.within import Names

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
_OF_ANOTHER = "spec.externalName"  # an alias of nothing tells that something is not there, too


def own_findings(findings: Iterable[Finding], names: Names) -> tuple[Finding, ...]:
    """In their order, with the evidence that stands in the reader's namespaces."""
    return tuple(
        replace(each, evidence=tuple(place for place in each.evidence if home_of(place.object) in names))
        for each in findings
        if each.id in _TELL_OF_ONE
        and home_of(each.object) in names
        and all(place.path != _OF_ANOTHER for place in each.evidence)
    )
