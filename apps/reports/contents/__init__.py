"""What a report says: one value of plain data, the same for the same snapshot, review and options.

It is what the PDF draws, what is attached to it and what its hash is of; a section is a file here.
"""

from __future__ import annotations

from typing import Any

from apps.reports.contents import review
from apps.reports.contents.basis import lay_basis
from apps.reports.contents.changes import tell_changes
from apps.reports.contents.cover import tell_cover
from apps.reports.contents.edges import tell_edges
from apps.reports.contents.evidence import tell_evidence
from apps.reports.contents.findings import tell_findings
from apps.reports.contents.focus import tell_focus
from apps.reports.contents.matrix import tell_matrix
from apps.reports.contents.method import tell_method
from apps.reports.contents.namespaces import tell_namespaces
from apps.reports.contents.summary import tell_summary
from apps.reports.options import Options
from apps.snapshots.models import Snapshot

FORMAT = 2  # raised when the shape changes


def tell_report(snapshot: Snapshot, options: Options) -> dict[str, Any]:
    """The whole content. An executive report leaves `edges`, `namespaces` and `evidence` out.

    Raises OptionsRefused, and NothingStored for a snapshot without answers.
    """
    basis = lay_basis(snapshot, options)
    changes = tell_changes(basis)
    findings = tell_findings(basis)
    content = {
        "format": FORMAT,
        "options": options.content,
        "cover": tell_cover(basis),
        "summary": tell_summary(basis, changes, findings),
        "changes": changes,
        "matrix": tell_matrix(basis),
        "focus": tell_focus(basis, changes, findings),
        "findings": findings,
        "exceptions": review.exceptions(snapshot, basis.scope),
        "guardrails": review.guardrails(snapshot),
        "method": tell_method(),
        "signed": review.own_review(snapshot),
    }
    if options.kind == "full":
        content["namespaces"] = tell_namespaces(basis)
        content["edges"] = tell_edges(basis)
        content["evidence"] = tell_evidence(basis, findings)
    _forget_addresses(findings)
    return content


def _forget_addresses(findings: dict[str, Any]) -> None:
    """The numbers of stored rows are this database's alone, and no part of what a report says."""
    for finding in findings["findings"]:
        for place in finding["evidence"]:
            del place["yaml_url"]
