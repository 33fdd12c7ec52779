"""A policy that governs no pod (N5, N20): its subjects pick none, or only some on the host network."""

from __future__ import annotations

from collections.abc import Iterator

from apps.engine.findings.finding import Finding, Place, Severity
from apps.engine.findings.survey import Survey
from apps.engine.model import Tier

ID = "policy-selects-nothing"


def find(survey: Survey) -> Iterator[Finding]:
    if survey.is_unread("Pod", "Namespace"):
        return
    for policy in survey.cluster.policies:
        if not survey.governs(policy):
            path = "spec.podSelector" if policy.tier is Tier.NAMESPACE else "spec.subject"
            yield Finding(
                id=ID,
                severity=Severity.LOW,
                object=policy.ref,
                message=f"{policy.ref} selects no pod that a policy can govern: it has no effect.",
                advice="Compare its selector with the labels of the pods it is meant for, or remove it.",
                evidence=(Place(policy.ref, path),),
            )
