"""A Service with externalIPs: it draws traffic to these addresses, whoever they belong to (CVE-2020-8554)."""

from __future__ import annotations

from collections.abc import Iterator

from apps.engine.findings.finding import Finding, Place, Severity
from apps.engine.findings.survey import Survey
from apps.engine.findings.wording import name_some
from apps.engine.model import ObjectRef

ID = "external-ips"


def find(survey: Survey) -> Iterator[Finding]:
    for service in survey.cluster.services:
        if service.external_ips:
            ref = ObjectRef("Service", service.namespace, service.name)
            yield Finding(
                id=ID,
                severity=Severity.MEDIUM,
                object=ref,
                message=(
                    f"{service.key} takes what the nodes send to {name_some(service.external_ips)}:"
                    " Kubernetes does not check whose addresses these are."
                ),
                advice="Use a Service of type LoadBalancer, and let admission refuse spec.externalIPs.",
                evidence=(Place(ref, "spec.externalIPs"),),
            )
