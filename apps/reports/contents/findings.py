"""The findings of the scope, the gravest first."""

from __future__ import annotations

from collections import Counter
from typing import Any

from apps.engine import Finding, Severity, find_findings
from apps.reachability.finding_list import FindingFilter, FindingList
from apps.reports.contents.basis import Basis

MOST_WITH_EVIDENCE = 300  # looking lines up is dear; those below are told without


def tell_findings(basis: Basis) -> dict[str, Any]:
    """All of them, with the lines of their evidence as far as `MOST_WITH_EVIDENCE` goes."""
    found = [
        each
        for each in find_findings(basis.cluster, basis.assumptions)
        if basis.scope.lists(each.object.namespace)
    ]
    shown = FindingList(found[:MOST_WITH_EVIDENCE], FindingFilter(), basis.library)[:]
    by_severity = Counter(each.severity for each in found)
    return {
        "by_severity": {str(severity): by_severity[severity] for severity in Severity},
        "findings": shown + [_without_evidence(each) for each in found[MOST_WITH_EVIDENCE:]],
    }


def _without_evidence(finding: Finding) -> dict[str, Any]:
    return {
        "id": finding.id,
        "key": finding.key,
        "severity": str(finding.severity),
        "object": finding.object._asdict(),
        "path": finding.path,
        "message": finding.message,
        "advice": finding.advice,
        "evidence": [],
    }
