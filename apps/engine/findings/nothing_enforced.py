"""The network plugin enforces no policies (N27): one loud finding instead of one for each Service."""

from __future__ import annotations

from collections.abc import Iterator

from apps.engine.findings.finding import Finding, Severity
from apps.engine.findings.survey import Survey
from apps.engine.findings.wording import count
from apps.engine.model import ObjectRef

ID = "nothing-enforced"


def find(survey: Survey) -> Iterator[Finding]:
    if survey.scene.assumptions.enforced:
        return
    policies = count(len(survey.cluster.policies), "policy")
    yield Finding(
        id=ID,
        severity=Severity.HIGH,
        object=ObjectRef("Cluster", "", ""),
        message=f"The network plugin enforces no policies: nothing is denied. The cluster holds {policies}.",
        advice="Install a network plugin that enforces NetworkPolicy before relying on any policy.",
    )
