"""A namespace that may reach Services but not ask for their names (D1)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pyroaring import BitMap

from apps.engine.dns import find_dns_service
from apps.engine.findings.finding import MOST_PLACES, Finding, Place, Severity
from apps.engine.findings.survey import Survey
from apps.engine.model import Action, Direction, Dns, ObjectRef, Policy, Tier, Verdict

ID = "dns-blocked"
_OPEN = (Verdict.ALLOWED, Verdict.UNRESTRICTED, Verdict.PARTIAL)


def find(survey: Survey) -> Iterator[Finding]:
    blocked = BitMap(number for number, dns in enumerate(survey.reach.dns) if dns is Dns.BLOCKED)
    at_the_dns = [*_closing(survey, _dns_pods(survey), Direction.INGRESS)]
    for number, service in sorted(_reached(survey, blocked)):
        namespace = survey.reach.namespaces[number]
        at_home = _closing(survey, survey.pods_of(namespace), Direction.EGRESS)
        yield _finding(namespace, service, [*dict.fromkeys([*at_home, *at_the_dns])])


def _reached(survey: Survey, blocked: BitMap) -> Iterator[tuple[int, str]]:
    """Of these namespaces those that reach some Service besides the DNS, each with the first such one."""
    dns = find_dns_service(survey.scene.services)
    left = blocked
    for each in survey.reach.ports:
        if left and each.target != (dns.key if dns else ""):
            found = left & BitMap.union(*(each.by_verdict[verdict] for verdict in _OPEN))
            left = left - found
            yield from ((number, each.target) for number in found)


def _finding(namespace: str, service: str, closing: list[ObjectRef]) -> Finding:
    space = ObjectRef("Namespace", "", namespace)
    return Finding(
        id=ID,
        severity=Severity.MEDIUM,
        object=space,
        message=(
            f"Pods of {namespace} may not ask their DNS over both UDP and TCP, though {namespace} is allowed"
            f" to reach {service}: by name they do not find it."
        ),
        advice=(
            f"Allow egress from {namespace} to the DNS pods on their own port, over UDP and TCP,"
            " and their ingress from it."
        ),
        evidence=(*map(Place, closing[:MOST_PLACES]), Place(space)),
    )


def _dns_pods(survey: Survey) -> BitMap:
    dns = find_dns_service(survey.scene.services)
    return BitMap(
        unit.party for each in survey.reach.ports if dns and each.target == dns.key for unit in each.units
    )


def _closing(survey: Survey, pods: Iterable[int], direction: Direction) -> Iterator[ObjectRef]:
    """The policies that isolate some of these pods."""
    gate = survey.gate(direction)
    for number in pods:
        for tier in Tier:
            for policy in gate.governing(tier, number):
                if _isolates(policy, direction):
                    yield policy.ref


def _isolates(policy: Policy, direction: Direction) -> bool:
    return direction in policy.isolates or any(
        rule.direction is direction and rule.action is Action.DENY for rule in policy.rules
    )
