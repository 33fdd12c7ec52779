"""Rules of a direction that the policy's own policyTypes leave out: they neither isolate nor allow (N4)."""

from __future__ import annotations

from collections.abc import Iterator

from apps.engine.findings.finding import Finding, Place, Severity
from apps.engine.findings.survey import Survey

ID = "rules-without-effect"


def find(survey: Survey) -> Iterator[Finding]:
    for policy in survey.cluster.policies:
        for path in policy.inert:
            direction = path.removeprefix("spec.")
            yield Finding(
                id=ID,
                severity=Severity.MEDIUM,
                object=policy.ref,
                message=(
                    f"The {direction} rules of {policy.ref} have no effect:"
                    f" its policyTypes leave {direction} out."
                ),
                advice=(
                    f"Add {direction.capitalize()} to policyTypes, which also isolates the pods"
                    " in that direction, or remove the rules."
                ),
                evidence=(Place(policy.ref, path), Place(policy.ref, "spec.policyTypes")),
                path=path,
            )
