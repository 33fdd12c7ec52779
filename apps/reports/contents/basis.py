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
from apps.reachability.bundle import REACHING
from apps.reachability.comparison import Comparison
from apps.reachability.evidence import Library
from apps.reports.contents import review
from apps.reports.contents.scope import Scope, of_guardrail, some_namespaces, whole_cluster
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
        return queries.compare(self.before, self.snapshot) if self.before else None

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
    reach = queries.load_reach(snapshot)
    return Basis(
        snapshot=snapshot,
        options=options,
        cluster=load_cluster(snapshot),
        reach=reach,
        assumptions=assumptions_of(snapshot),
        scope=_scope(snapshot, options, reach.namespaces),
        before=_before(snapshot, options),
    )


def _scope(snapshot: Snapshot, options: Options, namespaces: tuple[str, ...]) -> Scope:
    if options.guardrail:
        ends = review.ends_of_guardrail(snapshot, options.guardrail)
        if ends is None:
            raise OptionsRefused("guardrail", f"there is no guardrail {options.guardrail!r}")
        return of_guardrail(namespaces, options.guardrail, *ends)
    if options.namespaces:
        return some_namespaces(namespaces, options.namespaces)
    return whole_cluster(namespaces)


def _before(snapshot: Snapshot, options: Options) -> Snapshot | None:
    number = options.against or _signed_number(review.last_review(snapshot))
    return find_stored(snapshot.cluster, number) if number else None


def _signed_number(signed: dict[str, Any] | None) -> int | None:
    return signed["snapshot"] if signed else None
