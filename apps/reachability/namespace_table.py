"""Every namespace of a snapshot as a row: how far it is isolated, what it reaches and who reaches it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from apps.engine import find_findings
from apps.engine.model import Assumptions, Dns, Namespace
from apps.reachability.crossings import Count, Crossings
from apps.reachability.listings import Listings
from apps.snapshots.models import Snapshot
from apps.snapshots.queries import assumptions_of
from apps.snapshots.recent import Recent


class Default(StrEnum):
    """Whether policies deny a namespace's pods what no rule allows, in one direction: to all of them
    (`denied`), not to all (`some`), to `none`; `unknown` where a kind that is not evaluated may do so, and
    `vacant` where there is no pod that they govern."""

    DENIED = "denied"
    SOME = "some"
    NONE = "none"
    UNKNOWN = "unknown"
    VACANT = "vacant"


MISSING = frozenset({Default.SOME, Default.NONE})


@dataclass(frozen=True, slots=True)
class NamespaceRow:
    """`reaches`: Services of other namespaces. `reached_by`: other namespaces."""

    name: str
    labels: Mapping[str, str]
    ingress: Default
    egress: Default
    dns: Dns
    workloads: int
    services: int
    policies: int
    reaches: Count
    reached_by: Count

    @property
    def is_vacant(self) -> bool:
        return self.ingress is Default.VACANT


@dataclass(frozen=True, slots=True)
class NamespaceFilter:
    """Which rows are wanted, and in which order. Empty: any.

    `missing`: a direction without default deny. `text`: in the name, or `key=value` for a label.
    `sort`: a key of SORTS, with `-` before it from the highest down.
    """

    missing: str = ""
    dns: str = ""
    text: str = ""
    sort: str = "name"

    def keeps(self, row: NamespaceRow) -> bool:
        if self.missing and getattr(row, self.missing) not in MISSING:
            return False
        if self.dns and (row.is_vacant or row.dns != self.dns):
            return False
        key, equals, value = self.text.partition("=")
        return row.labels.get(key) == value if equals else self.text in row.name


# From what should worry most to what is fine, so that a first click shows the worst.
_DEFAULTS = (Default.NONE, Default.SOME, Default.UNKNOWN, Default.DENIED, Default.VACANT)
_DNS = (Dns.BLOCKED, Dns.UNKNOWN, Dns.RESOLVES)

SORTS: Mapping[str, Callable[[NamespaceRow], Any]] = {
    "name": lambda row: row.name,
    "ingress": lambda row: _DEFAULTS.index(row.ingress),
    "egress": lambda row: _DEFAULTS.index(row.egress),
    "dns": lambda row: (row.is_vacant, _DNS.index(row.dns)),
    "reaches": lambda row: row.reaches,
    "reached_by": lambda row: row.reached_by,
    "workloads": lambda row: row.workloads,
    "services": lambda row: row.services,
    "policies": lambda row: row.policies,
}

_tables: Recent[tuple[str, str, Assumptions], tuple[NamespaceRow, ...]] = Recent(size=4)


def namespace_rows(snapshot: Snapshot) -> tuple[NamespaceRow, ...]:
    """All namespaces by name; kept for the snapshots asked about last. Raises NothingStored."""
    assumptions = assumptions_of(snapshot)
    key = (snapshot.digest, snapshot.evaluated_with["domain"], assumptions)
    return _tables.get(key, lambda: tuple(_rows(snapshot, assumptions)))


def pick_namespaces(rows: Sequence[NamespaceRow], wanted: NamespaceFilter) -> list[NamespaceRow]:
    """The rows that pass, in the order asked for; equal ones by name."""
    kept = [row for row in rows if wanted.keeps(row)]
    return sorted(kept, key=SORTS[wanted.sort.removeprefix("-")], reverse=wanted.sort.startswith("-"))


def _rows(snapshot: Snapshot, assumptions: Assumptions) -> list[NamespaceRow]:
    listings = Listings(snapshot)
    crossings = Crossings(listings.reach)
    lacking = {
        (found.object.name, found.id.rpartition("-")[2])
        for found in find_findings(listings.cluster, assumptions)
        if found.id.startswith("no-default-deny-")
    }
    return [
        _row(listings, crossings, number, space, lacking)
        for number, space in enumerate(listings.cluster.namespaces)  # as the reach numbers them
    ]


def _row(
    listings: Listings, crossings: Crossings, number: int, space: Namespace, lacking: set[tuple[str, str]]
) -> NamespaceRow:
    told = listings.namespace(space)
    has_pods = listings.reach.sources[number] > 0
    ingress, egress = (
        _default(told[way], (space.name, way) in lacking) if has_pods else Default.VACANT
        for way in ("ingress", "egress")
    )
    return NamespaceRow(
        name=space.name,
        labels=space.labels,
        ingress=ingress,
        egress=egress,
        dns=listings.reach.dns[number],
        workloads=told["workloads"],
        services=told["services"],
        policies=told["policies"],
        reaches=crossings.reaches(number),
        reached_by=crossings.reached_by(number),
    )


def _default(extent: str, lacks: bool) -> Default:
    """`extent`: of how many pods something closes the direction; `lacks`: that a finding misses a deny."""
    if lacks:
        return Default.NONE if extent == "none" else Default.SOME
    return Default.DENIED if extent == "all" else Default.UNKNOWN
