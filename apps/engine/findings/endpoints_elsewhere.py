"""A Service that an EndpointSlice leads to pods of another namespace (S6; CVE-2021-25740)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from apps.engine.findings.finding import MOST_PLACES, Finding, Place, Severity
from apps.engine.findings.survey import Survey
from apps.engine.findings.wording import name_some
from apps.engine.model import EndpointSlice, ObjectRef

ID = "endpoints-elsewhere"


def find(survey: Survey) -> Iterator[Finding]:
    """Slices of Services with a selector count too: a slice that somebody writes is used beside the rest."""
    slices = survey.cluster.slices
    for (namespace, service), group in groupby(slices, key=lambda part: (part.namespace, part.service)):
        if (namespace, service) in survey.scene.services.by_key:
            found = {part: ends for part in group if (ends := _ends_elsewhere(survey, part))}
            if found:
                yield _finding(ObjectRef("Service", namespace, service), found)


def _ends_elsewhere(survey: Survey, part: EndpointSlice) -> list[str]:
    """The workloads of other namespaces whose pods have an address of the slice."""
    owners = (survey.scene.services.pod_at(end.address) for end in part.endpoints)
    return [owner[0].key for owner in owners if owner and owner[0].namespace != part.namespace]


def _finding(service: ObjectRef, found: dict[EndpointSlice, list[str]]) -> Finding:
    workloads = sorted({key for ends in found.values() for key in ends})
    slices = [Place(ObjectRef(part.kind, part.namespace, part.name)) for part in found]
    return Finding(
        id=ID,
        severity=Severity.HIGH,
        object=service,
        message=(
            f"{service.namespace}/{service.name} leads to pods of other namespaces: {name_some(workloads)}."
        ),
        advice=(
            f"Take these addresses out, and see who may write EndpointSlices and Endpoints in"
            f" {service.namespace}: whoever is let in to that Service also comes to these pods."
        ),
        evidence=(*slices[:MOST_PLACES], Place(service)),
    )
