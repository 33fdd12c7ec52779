"""What one changed object costs once the verdicts of a cluster are known.

Inside the time: from the decoded manifest of the changed object, the Cluster before it and its kept Reach,
to the Cluster after it, all its verdicts and the difference, counted. That is the way of a draft over a
stored snapshot, `engine.compare_drafted`; the other objects are neither read nor looked at. The difference
alone is measured again after that; the search for its causes is in neither.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from time import process_time
from typing import NamedTuple

from apps import engine
from apps.engine.model import Assumptions, Cluster
from benchmarks.generate import Object


class Cost(NamedTuple):
    """CPU seconds, and the edges that were opened, closed and changed."""

    total: float
    diff: float
    causes: float
    counts: dict[str, int]


def measure_changes(objects: list[Object], cluster: Cluster, assumptions: Assumptions) -> dict[str, Cost]:
    """By what is changed; `cluster` is that of these objects, and its reach has been asked for."""
    return {name: _measure(cluster, find(objects), assumptions) for name, find in _CHANGES.items()}


def _measure(cluster: Cluster, body: Object, assumptions: Assumptions) -> Cost:
    start = process_time()
    drafted = engine.compare_drafted(cluster, (), [engine.DraftChange(body)], assumptions)
    counts = drafted.diff.counts
    total = process_time() - start
    after = drafted.diff.after
    if after is None or after.workloads is not cluster.workloads:
        raise ValueError("all objects were read again")
    start = process_time()
    again = engine.compare_reach(cluster, after, assumptions)
    diff = process_time() - start
    start = process_time()
    found = again.causes
    causes = process_time() - start
    if counts != again.counts or any(counts.values()) != bool(found):
        raise ValueError("the same comparison gave two answers")
    return Cost(total, diff, causes, counts)


def _open_ingress(objects: list[Object]) -> Object:
    """A rule that lets in the pods of its own namespace, where there is a Service, lets in everyone."""
    homes = {body["metadata"]["namespace"] for body in objects if body["kind"] == "Service"}
    policy = _policy(objects, lambda spec, home: home in homes and spec.get("ingress") == _OWN_PODS)
    policy["spec"]["ingress"] = [{}]
    return policy


def _close_egress(objects: list[Object]) -> Object:
    """The policy that closes its namespace for ingress closes it for egress too."""
    policy = _policy(objects, lambda spec, _: spec == {"podSelector": {}, "policyTypes": ["Ingress"]})
    policy["spec"]["policyTypes"] = ["Ingress", "Egress"]
    return policy


def _open_egress(objects: list[Object]) -> Object:
    """A rule that lets out to the cluster's DNS lets out to everywhere."""
    policy = _policy(objects, lambda spec, _: "egress" in spec)
    policy["spec"]["egress"] = [{}]
    return policy


def _relabel(objects: list[Object]) -> Object:
    """The last namespace that has `access: frontend` loses it."""
    spaces = (body for body in reversed(objects) if body["kind"] == "Namespace")
    space = deepcopy(next(body for body in spaces if "access" in body["metadata"]["labels"]))
    del space["metadata"]["labels"]["access"]
    return space


def _policy(objects: list[Object], wanted: Callable[[Object, str], bool]) -> Object:
    """A copy of the first NetworkPolicy of this kind."""
    policies = (body for body in objects if body["kind"] == "NetworkPolicy")
    return deepcopy(next(body for body in policies if wanted(body["spec"], body["metadata"]["namespace"])))


_OWN_PODS: list[Object] = [{"from": [{"podSelector": {}}]}]
_CHANGES = {
    "an ingress rule lets in everyone": _open_ingress,
    "a policy closes egress": _close_egress,
    "an egress rule lets out to everywhere": _open_egress,
    "a namespace loses a label": _relabel,
}
