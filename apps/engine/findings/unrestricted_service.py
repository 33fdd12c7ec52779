"""A Service that pods of other namespaces reach although no policy isolates either side (V2)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from pyroaring import BitMap

from apps.engine.findings.finding import Finding, Place, Severity
from apps.engine.findings.survey import Survey
from apps.engine.findings.wording import count, name_some
from apps.engine.model import Backend, ObjectRef, Verdict
from apps.engine.reach import PortReach

ID = "unrestricted-service"


def find(survey: Survey) -> Iterator[Finding]:
    """An alias is left out: what it stands for is reported itself. So is a cluster where all is open."""
    if not survey.scene.assumptions.enforced:
        return
    homes = {name: BitMap([number]) for number, name in enumerate(survey.reach.namespaces)}
    for (namespace, name), ports in groupby(survey.reach.ports, lambda each: (each.namespace, each.service)):
        open_ = [
            (each, sources)
            for each in ports
            if each.backend is not Backend.EXTERNAL
            and (sources := each.by_verdict[Verdict.UNRESTRICTED] - homes[namespace])
        ]
        if open_:
            yield _finding(survey, ObjectRef("Service", namespace, name), open_)


def _finding(survey: Survey, service: ObjectRef, open_: list[tuple[PortReach, BitMap]]) -> Finding:
    reached = BitMap.union(*(sources for _, sources in open_))
    where = name_some([f"{each.port}/{each.protocol}" for each, _ in open_])
    given = [(port.number, port.protocol) for port in survey.scene.services.by_key[service[1:]].ports]
    numbers = (given.index((each.port, each.protocol)) for each, _ in open_)
    return Finding(
        id=ID,
        severity=Severity.HIGH,
        object=service,
        message=(
            f"{service.namespace}/{service.name} is unrestricted on {where} for"
            f" {count(len(reached), 'other namespace')}: no policy isolates either side."
        ),
        advice=(
            f"Isolate the pods behind it for ingress with a NetworkPolicy in {service.namespace},"
            " and allow only the namespaces that need it."
        ),
        evidence=tuple(Place(service, f"spec.ports[{number}]") for number in numbers),
    )
