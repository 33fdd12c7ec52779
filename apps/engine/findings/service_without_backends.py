"""A Service with a port where nothing answers, or an alias of a Service that does not exist (S4, S7)."""

from __future__ import annotations

from collections.abc import Iterator

from apps.engine.findings.finding import Finding, Place, Severity
from apps.engine.findings.survey import Survey
from apps.engine.findings.wording import count, name_some
from apps.engine.model import ObjectRef, Service, ServicePort

ID = "service-without-backends"


def find(survey: Survey) -> Iterator[Finding]:
    """An alias of a Service without end points is left out: that one is reported itself."""
    if survey.is_unread("Pod", "Service"):
        return
    for service in survey.cluster.services:
        if service.type == "ExternalName":
            if survey.scene.services.follow(service)[1] == "unresolvable":
                yield _dangling(service)
        elif idle := _idle_ports(survey, service):
            yield _finding(survey, service, idle)


def _idle_ports(survey: Survey, service: Service) -> dict[int, ServicePort]:
    """The ports without end points, by their place in the manifest."""
    return {
        place: port
        for place, port in enumerate(service.ports)
        if (found := survey.reach.find_port(service.key, port.number, port.protocol))
        and found.problem == "no-endpoints"
    }


def _finding(survey: Survey, service: Service, idle: dict[int, ServicePort]) -> Finding:
    ref = _ref(service)
    paths = [f"spec.ports[{place}]" for place in idle]
    where = name_some([f"{port.number}/{port.protocol}" for port in idle.values()])
    return Finding(
        id=ID,
        severity=Severity.LOW,
        object=ref,
        message=f"{service.key} has no end point on {where}: {_describe_lack(survey, service)}.",
        advice="Correct what it selects, bring up its pods, or remove it.",
        evidence=tuple(Place(ref, path) for path in (["spec.selector"] if service.selector else []) + paths),
    )


def _describe_lack(survey: Survey, service: Service) -> str:
    if service.selector is None:
        return "it has no selector, and no EndpointSlice in use names the port"
    pods = sum(1 for _ in survey.scene.services.selected_pods(service))
    if not pods:
        return "it selects no pod"
    return f"of {count(pods, 'pod')} that it selects none is ready and has the port"


def _dangling(service: Service) -> Finding:
    return Finding(
        id=ID,
        severity=Severity.LOW,
        object=_ref(service),
        message=f"{service.key} is an alias of {service.external_name}, which is no Service of the cluster.",
        advice="Correct the name, or remove the alias.",
        evidence=(Place(_ref(service), "spec.externalName"),),
    )


def _ref(service: Service) -> ObjectRef:
    return ObjectRef("Service", service.namespace, service.name)
