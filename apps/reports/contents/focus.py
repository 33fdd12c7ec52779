"""A few Services worth a drawing of their own: who can reach them."""

from __future__ import annotations

from collections import Counter
from typing import Any

from apps.engine.model import Verdict
from apps.reachability import queries
from apps.reachability.bundle import REACHING
from apps.reachability.question import GraphQuestion
from apps.reports.contents.basis import Basis

MOST = {"full": 4, "executive": 1}
MOST_LINES = 10  # drawn into one Service; all of them are counted
_WEIGHT = {"high": 3, "medium": 2, "low": 1, "info": 0}
_TOLD = ("source", "label", "verdict", "dns", "allowed_pairs", "pairs")


def tell_focus(
    basis: Basis, changes: dict[str, Any] | None, findings: dict[str, Any]
) -> list[dict[str, Any]]:
    return [_draw(basis, target) for target in _choose(basis, changes, findings)]


def _choose(basis: Basis, changes: dict[str, Any] | None, findings: dict[str, Any]) -> list[str]:
    """Those that were opened, then those with the gravest findings, then those that policies open to most."""
    opened = Counter(
        edge["target"] for edge in (changes or {"edges": ()})["edges"] if edge["kind"] == "opened"
    )
    grave: Counter[str] = Counter()
    for each in findings["findings"]:
        if each["object"]["kind"] == "Service":
            grave["{namespace}/{name}".format(**each["object"])] += _WEIGHT[each["severity"]]
    reached: Counter[str] = Counter()
    for port, sources in basis.ports:
        allowed = (port.by_verdict[verdict] for verdict in REACHING - {Verdict.UNRESTRICTED})
        reached[port.target] += sum(numbers.intersection_cardinality(sources) for numbers in allowed)
    telling = [target for target in reached if opened[target] or grave[target] or reached[target]]
    telling.sort(key=lambda target: (-opened[target], -grave[target], -reached[target], target))
    return telling[: MOST[basis.options.kind]]


def _draw(basis: Basis, target: str) -> dict[str, Any]:
    """The drawing of the map, as far as it fits on paper; `counts` are of all source namespaces."""
    drawn = queries.graph(basis.snapshot, GraphQuestion(focus=target))
    names = {node["id"]: node["label"] for node in drawn["nodes"]}
    lines = [edge | {"source": names[edge["source"]]} for edge in drawn["edges"] if edge["ask"]]
    return {
        "target": target,
        "answer": drawn["meta"]["answer"],
        "counts": drawn["meta"]["counts"],
        "line_count": len(lines),
        "lines": [{name: line[name] for name in _TOLD} for line in lines[:MOST_LINES]],
    }
