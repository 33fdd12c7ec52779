"""What made a guardrail no longer pass: the causes of its breaches between two snapshots."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from apps.engine import EdgeChange, ObjectChange, ReachDiff
from apps.reachability.between import compare
from apps.reachability.causes import Causes
from apps.review.guardrails import Breach, Result
from apps.snapshots.models import Snapshot

MOST_CAUSES = 3
_MOST_EDGES = 20  # of one guardrail's breaches; more hardly ever have yet another cause


def find_causes(before: Snapshot, after: Snapshot, result: Result) -> list[str]:
    """At most three sentences on what changed the breaches that are new; empty where nothing tells."""
    breaches = (*result.broken, *result.unknown)
    diff = compare(before, after).diff
    edges = list(_changed_edges(diff, breaches))[:_MOST_EDGES]
    causes = Causes(diff.causes)
    wanted = {number for edge in edges for number in causes.tell_edge(edge)["causes"]}
    said = [each["sentence"] for each in causes.tell(edges) if each["number"] in wanted]
    spaces = {breach.source for breach in breaches if not breach.target}
    said += [str(cause) for cause in diff.causes if spaces & set(cause.namespaces)]
    said += [str(change) for change in diff.changes if _is_about(change, spaces)] if not said else []
    return said[:MOST_CAUSES]


def _changed_edges(diff: ReachDiff, breaches: tuple[Breach, ...]) -> Iterator[EdgeChange]:
    sources = defaultdict(set)
    for breach in breaches:
        sources[breach.target, breach.port, breach.protocol].add(breach.source)
    for port in diff.ports:
        wanted = sources.get((port.key.target, port.key.port, port.key.protocol), ())
        for kind in ("opened", "changed") if wanted else ():
            numbers = getattr(port, kind)
            yield from (diff.edge(port, kind, n) for n in numbers if diff.namespaces[n] in wanted)


def _is_about(change: ObjectChange, namespaces: set[str]) -> bool:
    """Of what closes a namespace by default: its policies and those of the cluster, itself and its labels."""
    if change.kind == "policy":
        return bool(namespaces) and change.ref.namespace in ("", *namespaces)
    return change.kind in ("namespace", "label") and change.ref.name in namespaces
