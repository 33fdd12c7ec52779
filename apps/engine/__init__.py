"""What the policies allow: the front door of the engine.

Pure: no Django, no I/O, no YAML. Objects go in as decoded manifests, answers come out as frozen values.
What was once worked out of a cluster is kept for the few clusters that were asked about last.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

from apps.engine.addresses import parse_address
from apps.engine.connections import Connections, find_connections
from apps.engine.default_deny import find_default_denies
from apps.engine.diff import (
    Alteration,
    Cause,
    DnsChange,
    EdgeChange,
    EdgeState,
    ObjectChange,
    Outcome,
    PortDiff,
    ReachDiff,
    list_changes,
    undo,
)
from apps.engine.dns import PROTOCOLS as DNS_PROTOCOLS
from apps.engine.dns import full_name, resolve_name, resolvers_of
from apps.engine.edges import EdgeExplainer, EdgeExplanation, NotFound, PairSummary
from apps.engine.explain import OPEN, Explainer, explain_pair, join_pairs
from apps.engine.findings import (
    Finding,
    Place,
    Selecting,
    Severity,
    Survey,
    find_all,
    find_selecting,
)
from apps.engine.governed import Governed, find_governed
from apps.engine.labels import selects
from apps.engine.model import Assumptions, Cluster, ObjectRef, Unevaluated
from apps.engine.outside import Outside, find_outside
from apps.engine.parse import (
    UNEVALUATED,
    BadField,
    Owner,
    Part,
    is_policy_kind,
    maker_of,
    parse_cluster,
    read_selector,
    touch_of,
)
from apps.engine.paths import Path, PathFinder, Paths, Step
from apps.engine.plugins import PROFILES, VALUES, assumptions_for
from apps.engine.ports import format_allowed
from apps.engine.reach import PortReach, Reach
from apps.engine.scene import Scene
from apps.engine.services import ServiceIndex, Target
from apps.engine.suggest import EdgeKey, Impossible, Suggestion, compose
from apps.engine.whatif import DraftChange, DraftDiff, DraftRefused, draft, draft_over

VERSION = "0.1.0"  # printed on every report; raised when an answer could differ

__all__ = [
    "DNS_PROTOCOLS",
    "OPEN",
    "PROFILES",
    "UNEVALUATED",
    "VALUES",
    "VERSION",
    "Alteration",
    "BadField",
    "Cause",
    "Connections",
    "DnsChange",
    "DraftChange",
    "DraftDiff",
    "DraftRefused",
    "EdgeChange",
    "EdgeExplanation",
    "EdgeKey",
    "EdgeState",
    "Explainer",
    "Finding",
    "Governed",
    "Impossible",
    "NotFound",
    "ObjectChange",
    "Outcome",
    "Outside",
    "Owner",
    "PairSummary",
    "Part",
    "Path",
    "Paths",
    "Place",
    "PortDiff",
    "PortReach",
    "Reach",
    "ReachDiff",
    "Scene",
    "Selecting",
    "ServiceIndex",
    "Severity",
    "Step",
    "Suggestion",
    "Target",
    "assumptions_for",
    "compare_drafted",
    "compare_outcomes",
    "compare_reach",
    "compute_reach",
    "draft",
    "explain_edge",
    "explain_pair",
    "find_connections",
    "find_default_denies",
    "find_findings",
    "find_outside",
    "find_paths",
    "format_allowed",
    "full_name",
    "governed_by",
    "is_policy_kind",
    "join_pairs",
    "list_changes",
    "maker_of",
    "parse_address",
    "parse_cluster",
    "policies_selecting",
    "read_selector",
    "resolve_name",
    "resolvers_of",
    "selects",
    "suggest_policies",
    "touch_of",
    "undo",
]

_KEPT = 4


def compute_reach(cluster: Cluster, assumptions: Assumptions) -> Reach:
    """Every edge of the cluster."""
    return _work_on(cluster, assumptions).reach


def compare_reach(before: Cluster, after: Cluster, assumptions: Assumptions) -> ReachDiff:
    """The edges that opened, closed or changed between two states of a cluster, and what caused each."""
    reaches = (compute_reach(before, assumptions), compute_reach(after, assumptions))
    return ReachDiff((before, after), reaches, assumptions)


def compare_outcomes(before: Outcome, after: Outcome) -> ReachDiff:
    """The same of two reaches that were stored: at once, and without changes and causes."""
    return ReachDiff(None, (before, after), Assumptions())


def compare_drafted(
    stored: Cluster,
    objects: Iterable[Mapping[str, Any]],
    manifests: Iterable[DraftChange],
    assumptions: Assumptions,
    *,
    unread: Iterable[Unevaluated] = (),
) -> DraftDiff:
    """What a draft would change; `stored` is the cluster of these objects and of what was not read.

    The objects are looked at only where the draft's own manifests do not tell what becomes of the cluster.
    DraftRefused names a manifest of the draft that cannot be used.
    """
    manifests = list(manifests)
    drafted = draft_over(stored, manifests)
    if drafted is None:
        drafted = parse_cluster(draft(objects, manifests), unread=unread, domain=stored.domain)
    return DraftDiff(compare_reach(stored, drafted, assumptions), drafted.notes, drafted.problems)


def explain_edge(
    cluster: Cluster, assumptions: Assumptions, source: str, service: str, port: int, protocol: str
) -> EdgeExplanation:
    """Why an edge has its verdict. `source`: NS or NS/Kind/NAME; `service`: NS/NAME; NotFound otherwise."""
    return _work_on(cluster, assumptions).explainer.explain(source, service, port, protocol)


def find_findings(cluster: Cluster, assumptions: Assumptions) -> tuple[Finding, ...]:
    """What a reviewer should look at, as `docs/findings.md` lists it: the gravest first."""
    return _work_on(cluster, assumptions).findings


def find_paths(
    cluster: Cluster, assumptions: Assumptions, source: str, hops: int, *, any_port: bool = False
) -> Paths:
    """What a workload (NS/Kind/NAME) or a namespace (NS) reaches in at most `hops` hops, and how.

    A hop is from a workload to one behind a Service port; with `any_port` also straight to pods on any
    port. What was reached speaks on with its own pods' rights. A namespace's own pods on their node's
    network are no start, as they are no source of edges; where one is reached, it leads on. Aliases of
    hosts outside the cluster are left out. NotFound: no such source; ValueError: `hops` is less than 1.
    """
    return _work_on(cluster, assumptions).paths.find(source, hops, any_port=any_port)


def governed_by(cluster: Cluster, assumptions: Assumptions, policies: Iterable[ObjectRef]) -> Governed:
    """The sources and targets that any of these policies governs; what is not evaluated governs none."""
    return _work_on(cluster, assumptions).governed(policies)


def policies_selecting(cluster: Cluster, assumptions: Assumptions, namespace: str) -> tuple[Selecting, ...]:
    """The policies that select a pod of this namespace of the cluster."""
    return _work_on(cluster, assumptions).selecting(namespace)


def suggest_policies(
    cluster: Cluster,
    assumptions: Assumptions,
    namespace: str,
    keep: Iterable[EdgeKey],
    *,
    dns: bool = False,
) -> Suggestion:
    """NetworkPolicies that allow exactly these edges into the namespace's Services and out of it.

    They replace all NetworkPolicies of the namespace. One policy closes its gates; a direction of which
    every edge is kept stays open. `dns`: keep the edges to the cluster's DNS too. What is kept works, as
    far as this namespace can see to it; what cannot be had is listed with its reason. NotFound names what
    the cluster has not; ValueError an edge that is none of the namespace's.
    """
    return _work_on(cluster, assumptions).suggest(namespace, keep, dns=dns)


class _Work:
    """What has been worked out of one cluster; holds it, so that its identity is not given to another."""

    def __init__(self, cluster: Cluster, assumptions: Assumptions, earlier: _Work | None = None) -> None:
        """`earlier`: of another state of the cluster, of which all is taken over that still holds."""
        self._scene: Scene = Scene(cluster, assumptions, before=earlier._scene if earlier else None)
        self._earlier: Reach | None = vars(earlier).get("reach") if earlier else None

    @cached_property
    def reach(self) -> Reach:
        before, self._earlier = self._earlier, None
        return Reach(self._scene, before)

    def precedes(self, cluster: Cluster, assumptions: Assumptions) -> bool:
        """Whether the cluster is another state of this one: both hold the very same workloads."""
        scene = self._scene
        return scene.cluster.workloads is cluster.workloads and scene.assumptions == assumptions

    @cached_property
    def _survey(self) -> Survey:
        return Survey(self._scene, self.reach)

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        return find_all(self._survey)

    def selecting(self, namespace: str) -> tuple[Selecting, ...]:
        return tuple(find_selecting(self._survey, namespace))

    @cached_property
    def explainer(self) -> EdgeExplainer:
        return EdgeExplainer(self._scene, self.reach)

    @cached_property
    def paths(self) -> PathFinder:
        return PathFinder(self._scene, self.reach)

    def governed(self, policies: Iterable[ObjectRef]) -> Governed:
        return find_governed(self._scene, self.reach, policies)

    def suggest(self, namespace: str, keep: Iterable[EdgeKey], *, dns: bool) -> Suggestion:
        return compose(self._scene, self.reach, namespace, keep, dns=dns)


_kept: OrderedDict[tuple[int, Assumptions], _Work] = OrderedDict()
_lock = threading.Lock()


def _work_on(cluster: Cluster, assumptions: Assumptions) -> _Work:
    key = (id(cluster), assumptions)
    with _lock:
        if key not in _kept:
            latest_first = reversed(_kept.values())
            earlier = next((work for work in latest_first if work.precedes(cluster, assumptions)), None)
            _kept[key] = _Work(cluster, assumptions, earlier)
        _kept.move_to_end(key)
        while len(_kept) > _KEPT:
            _kept.popitem(last=False)
        return _kept[key]
