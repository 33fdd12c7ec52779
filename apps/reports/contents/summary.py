"""The summary: a few figures and the sentences that they make."""

from __future__ import annotations

from typing import Any

from apps.engine.model import Verdict
from apps.reports.contents import review
from apps.reports.contents.basis import Basis


def tell_summary(basis: Basis, changes: dict[str, Any] | None, findings: dict[str, Any]) -> dict[str, Any]:
    """`edges`: of the scope by verdict. `isolated`: namespaces closed for all their workloads, of `of`."""
    edges = {str(verdict): count for verdict, count in basis.verdict_counts.items()}
    isolated = _isolated(basis)
    checks = [each["outcome"] for each in review.guardrails(basis.snapshot)]
    return {
        "edges": {"total": sum(edges.values()), "reaching": basis.reaching_count, **edges},
        "isolated": isolated,
        "changes": changes and changes["counts"],
        "findings": findings["by_severity"],
        "guardrails": {word: checks.count(word) for word in ("pass", "broken", "unknown")},
        "sentences": _sentences(basis, isolated, changes),
    }


def _isolated(basis: Basis) -> dict[str, int]:
    """By direction, and in both; a namespace without workloads has nothing to isolate and is not counted."""
    listed = [
        (isolation.ingress == "all", isolation.egress == "all")
        for name, isolation, sources in zip(
            basis.reach.namespaces, basis.reach.isolation, basis.reach.sources, strict=True
        )
        if sources and basis.scope.lists(name)
    ]
    return {
        "of": len(listed),
        "ingress": sum(ingress for ingress, _ in listed),
        "egress": sum(egress for _, egress in listed),
        "both": sum(ingress and egress for ingress, egress in listed),
    }


def _sentences(basis: Basis, isolated: dict[str, int], changes: dict[str, Any] | None) -> list[str]:
    counts = basis.verdict_counts
    told = [
        f"Of {sum(counts.values()):,} edges from a namespace to a Service port, {basis.reaching_count:,} are "
        f"allowed by policy in whole or in part, {counts[Verdict.UNRESTRICTED]:,} of them because no policy "
        f"isolates either side.",
        f"{isolated['both']:,} of {isolated['of']:,} namespaces with workloads are isolated in "
        "both directions.",
        _changed(changes),
    ]
    if counts[Verdict.UNKNOWN]:
        told.append(f"{counts[Verdict.UNKNOWN]:,} edges could not be decided; the cover names the reasons.")
    if not basis.assumptions.enforced:
        told.insert(
            0, "The cluster's network plugin enforces no NetworkPolicy: nothing below holds anything back."
        )
    return told


def _changed(changes: dict[str, Any] | None) -> str:
    if changes is None:
        return "There is no earlier signed review to compare with."
    counts = changes["counts"]
    return (
        f"Since snapshot {changes['against']}, {counts['opened']:,} edges were opened, {counts['closed']:,} "
        f"closed and {counts['changed']:,} changed otherwise."
    )
