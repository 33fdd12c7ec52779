"""The cover: what was looked at, when, by what method, and what was not evaluated."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from apps.reports.contents import review
from apps.reports.contents.basis import Basis
from apps.reports.contents.words import moment
from apps.reports.engine_version import engine_version

MOST_NAMES = 20  # of each reason why something was not evaluated; all of them are counted

_METHOD = (
    "Static evaluation of what the cluster declares: namespaces, workloads, Services and network policies. "
    "No traffic was observed and nothing was sent. Answers say what is allowed by policy."
)


def tell_cover(basis: Basis) -> dict[str, Any]:
    snapshot = basis.snapshot
    return {
        "cluster": {"slug": snapshot.cluster.slug, "name": snapshot.cluster.name},
        "scope": {"kind": basis.scope.kind, "label": basis.scope.label, "guardrail": basis.options.guardrail},
        "snapshot": {
            "number": snapshot.number,
            "state": snapshot.state,
            "started": moment(snapshot.started),
            "finished": moment(snapshot.finished),
            "counts": dict(sorted(snapshot.counts.items())),
            "input_sha256": snapshot.digest,
        },
        "compared_with": _compared_with(basis),
        "method": _METHOD,
        "engine": engine_version(),
        "assumptions": _assumptions(basis),
        "not_evaluated": tell_not_evaluated(basis),
    }


def tell_not_evaluated(basis: Basis) -> list[dict[str, Any]]:
    """What could change answers and was not evaluated, by kind and reason."""
    by_reason: dict[tuple[str, str], list[str]] = defaultdict(list)
    for entry in basis.cluster.unevaluated:
        by_reason[entry.ref.kind, entry.reason].append(str(entry.ref))
    return [
        {"kind": kind, "reason": reason, "count": len(names), "objects": sorted(names)[:MOST_NAMES]}
        for (kind, reason), names in sorted(by_reason.items())
    ]


def _compared_with(basis: Basis) -> dict[str, Any] | None:
    if basis.before is None:
        return None
    signed = review.last_review(basis.snapshot)
    is_review = signed is not None and signed["snapshot"] == basis.before.number
    return {
        "snapshot": basis.before.number,
        "finished": moment(basis.before.finished),
        "signed": signed["signed"] if signed and is_review else None,
        "signed_by": signed["signed_by"] if signed and is_review else None,
    }


def _assumptions(basis: Basis) -> dict[str, Any]:
    assumed = basis.assumptions
    return {
        "plugin": basis.snapshot.evaluated_with["plugin"],
        "domain": basis.snapshot.evaluated_with["domain"],
        "enforced": assumed.enforced,
        "ip-block-matches-pods": assumed.ip_block_matches_pods,
        "host-network": assumed.host_network,
        "own-node": assumed.own_node,
    }
