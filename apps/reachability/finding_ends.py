"""Which edges a finding is about."""

from __future__ import annotations

from collections.abc import Iterable

from pyroaring import BitMap

from apps.engine import Finding, PortReach
from apps.engine.model import ObjectRef
from apps.reachability.ends import Ends
from apps.reachability.ground import Ground

# What these say of a namespace concerns its pods as sources, or as targets; other findings concern both.
_OF_SOURCES = {"no-default-deny-egress", "dns-blocked"}
_OF_TARGETS = {"no-default-deny-ingress"}


def finding_ends(findings: Iterable[Finding], ground: Ground) -> Ends:
    """The ends that findings about a namespace, a Service or a policy concern; others concern no edge."""
    found = tuple(findings)
    spaces = [each for each in found if each.object.kind == "Namespace"]
    sources = BitMap([ground.numbers[each.object.name] for each in spaces if each.id not in _OF_TARGETS])
    namespaces = {each.object.name for each in spaces if each.id not in _OF_SOURCES}
    services = {each.object for each in found if each.object.kind == "Service"}
    policies = {each.object for each in found}.intersection(ground.policies)
    governed = ground.governed(policies)

    def has_target(port: PortReach) -> bool:
        own = ObjectRef("Service", port.namespace, port.service)
        shared = ObjectRef("Service", "", port.service)  # a finding about one name in several namespaces
        return (
            port.namespace in namespaces or own in services or shared in services or governed.has_target(port)
        )

    return Ends(sources | governed.sources, has_target)
