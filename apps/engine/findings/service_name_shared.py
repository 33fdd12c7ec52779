"""Services of one name in several namespaces: what the short name means depends on who asks (D5)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from apps.engine.findings.finding import MOST_PLACES, Finding, Place, Severity
from apps.engine.findings.survey import Survey
from apps.engine.findings.wording import count, name_some
from apps.engine.model import ObjectRef

ID = "service-name-shared"


def find(survey: Survey) -> Iterator[Finding]:
    """One for each name; its object is a Service of no one namespace."""
    homes: dict[str, list[str]] = defaultdict(list)
    for service in survey.cluster.services:
        homes[service.name].append(service.namespace)
    for name, namespaces in homes.items():
        if len(namespaces) > 1:
            yield _finding(name, namespaces)


def _finding(name: str, namespaces: list[str]) -> Finding:
    places = (Place(ObjectRef("Service", namespace, name)) for namespace in namespaces[:MOST_PLACES])
    return Finding(
        id=ID,
        severity=Severity.INFO,
        object=ObjectRef("Service", "", name),
        message=(
            f"{count(len(namespaces), 'namespace')} have a Service {name} ({name_some(namespaces)}):"
            f" the short name means the one of the pod's own namespace."
        ),
        advice=f"Name the namespace when another one is meant: {name}.{namespaces[0]}.",
        evidence=tuple(places),
    )
