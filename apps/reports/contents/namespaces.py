"""The namespace table: who is closed by default, who resolves names, who may leave the cluster."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from apps.engine import find_outside
from apps.engine.model import Direction
from apps.reachability.namespace_table import NamespaceRow, namespace_rows
from apps.reports.contents.basis import Basis

_EVERY_PORT = ((1, 65535),)


def tell_namespaces(basis: Basis) -> list[dict[str, Any]]:
    """`ingress`, `egress`: default deny (denied, missing, unknown). `outside`: what its workloads may send
    to addresses outside the cluster (any, some, none, unknown; empty where there are no workloads)."""
    outside = _outside(basis)
    return [_tell(row, outside) for row in namespace_rows(basis.snapshot) if basis.scope.lists(row.name)]


def _tell(row: NamespaceRow, outside: dict[str, str]) -> dict[str, Any]:
    return {
        "name": row.name,
        "ingress": str(row.ingress),
        "egress": str(row.egress),
        "isolated_ingress": str(row.isolated[Direction.INGRESS]),
        "isolated_egress": str(row.isolated[Direction.EGRESS]),
        "dns": str(row.dns),
        "outside": outside[row.name] if row.workloads else "",
        "workloads": row.workloads,
        "services": row.services,
        "policies": row.policies,
    }


def _outside(basis: Basis) -> dict[str, str]:
    """By namespace: any, if some workload may send anything to any IPv4 address; else some or none."""
    found = find_outside(basis.cluster, basis.assumptions)
    best: dict[str, str] = defaultdict(lambda: "none")
    for workload in found.undecided:
        best[_namespace(workload)] = "unknown"
    for each in found.external:
        name = _namespace(each.workload)
        everything = all(each.allowed.get(protocol) == _EVERY_PORT for protocol in ("TCP", "UDP"))
        if everything and "0.0.0.0/0" in each.cidrs:
            best[name] = "any"
        elif best[name] != "any":
            best[name] = "some"
    return best


def _namespace(workload: str) -> str:
    return workload.partition("/")[0]
