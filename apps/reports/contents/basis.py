"""Everything that the sections of one report rest on, looked up once."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pyroaring import BitMap

from apps.engine import PortReach, Reach
from apps.engine.model import Assumptions, Cluster, Verdict
from apps.reachability import queries
from apps.reachability.between import compare
from apps.reachability.bundle import REACHING
from apps.reachability.comparison import Comparison
from apps.reachability.evidence import Library
from apps.reports.contents import review
from apps.reports.contents.scope import Scope, some_namespaces, whole_cluster
from apps.reports.options import Options, OptionsRefused, find_stored
from apps.snapshots.models import Snapshot
from apps.snapshots.queries import assumptions_of, load_cluster


@dataclass(frozen=True)
class Basis:
    """`before`: the snapshot that this one is compared with, if any."""

    snapshot: Snapshot
    options: Options
    cluster: Cluster
    reach: Reach
    assumptions: Assumptions
    scope: Scope
    before: Snapshot | None

    @cached_property
    def library(self) -> Library:
        """Stored policies; what it tells of one names the stored version as `yaml_url`."""
        return Library(self.snapshot, str)

    @cached_property
    def comparison(self) -> Comparison | None:
        return compare(self.before, self.snapshot) if self.before else None

    @cached_property
    def ports(self) -> tuple[tuple[PortReach, BitMap], ...]:
        """Service ports of the scope, with the numbers of the source namespaces that count."""
        found = ((port, self.scope.sources_of(port.namespace)) for port in self.reach.ports)
        return tuple((port, sources) for port, sources in found if sources)

    @cached_property
    def verdict_counts(self) -> dict[Verdict, int]:
        """Edges of the scope by verdict."""
        counts: Counter[Verdict] = Counter()
        for port, sources in self.ports:
            for verdict, numbers in port.by_verdict.items():
                counts[verdict] += numbers.intersection_cardinality(sources)
        return {verdict: counts[verdict] for verdict in Verdict}

    @property
    def reaching_count(self) -> int:
        return sum(self.verdict_counts[verdict] for verdict in REACHING)


def lay_basis(snapshot: Snapshot, options: Options) -> Basis:
    """Raises OptionsRefused, and NothingStored for a snapshot without answers."""
    reach, cluster, assumptions = (
        queries.load_reach(snapshot),
        load_cluster(snapshot),
        assumptions_of(snapshot),
    )
    scope = whole_cluster(reach.namespaces)
    if options.namespaces:
        scope = some_namespaces(reach.namespaces, options.namespaces)
    if options.guardrail:
        found = review.scope_of_guardrail(snapshot, options.guardrail, cluster, reach, assumptions)
        if found is None:
            raise OptionsRefused("guardrail", f"there is no guardrail {options.guardrail!r}")
        scope = found
    return Basis(snapshot, options, cluster, reach, assumptions, scope, _before(snapshot, options))


def _before(snapshot: Snapshot, options: Options) -> Snapshot | None:
    number = options.against or _signed_number(review.last_review(snapshot))
    return find_stored(snapshot.cluster, number) if number else None


def _signed_number(signed: dict[str, Any] | None) -> int | None:
    return signed["snapshot"] if signed else None
