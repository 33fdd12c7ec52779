"""A headless Service whose port is not the pods' own: nothing translates it, so nothing answers (S5)."""

from __future__ import annotations

from collections.abc import Iterator

from apps.engine.findings.finding import Finding, Place, Severity
from apps.engine.findings.survey import Survey
from apps.engine.findings.wording import name_some
from apps.engine.model import ObjectRef, Service, ServicePort

ID = "headless-port-differs"


def find(survey: Survey) -> Iterator[Finding]:
    for service in survey.cluster.services:
        if service.headless and service.type != "ExternalName":
            for number, port in enumerate(service.ports):
                if others := sorted(_pod_ports(survey, service, port) - {port.number}):
                    yield _finding(service, number, others)


def _pod_ports(survey: Survey, service: Service, port: ServicePort) -> set[int]:
    """The numbers to which targetPort would lead if the Service translated."""
    if not port.target.name:
        return {port.target.number}
    reach = survey.reach.find_port(service.key, port.number, port.protocol)
    return {
        declared.number
        for unit in (reach.units if reach else ())
        for declared in (unit.workload.ports if unit.workload else ())
        if (declared.name, declared.protocol) == (port.target.name, port.protocol)
    }


def _finding(service: Service, number: int, others: list[int]) -> Finding:
    ref = ObjectRef("Service", service.namespace, service.name)
    port, path = service.ports[number], f"spec.ports[{number}]"
    listens = name_some(list(map(str, others)))
    return Finding(
        id=ID,
        severity=Severity.LOW,
        object=ref,
        message=(
            f"{service.key} is headless, so who dials {port.number}/{port.protocol} arrives at"
            f" {port.number} of the pods and not at {listens}, its targetPort."
        ),
        advice="Make port and targetPort the same number.",
        evidence=(Place(ref, f"{path}.targetPort"), Place(ref, f"{path}.port")),
        path=path,
    )
