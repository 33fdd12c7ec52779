"""Every namespace of a snapshot as a row: how far it is isolated, what it reaches and who reaches it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from apps.engine import find_default_denies
from apps.engine.model import Assumptions, Direction, Dns
from apps.reachability.crossings import Count, Crossings
from apps.reachability.listings import Listings
from apps.snapshots.models import Snapshot
from apps.snapshots.queries import assumptions_of
from apps.snapshots.recent import Recent


class Default(StrEnum):
    """Whether a namespace's pods, those of tomorrow too, are denied in a direction what no rule allows.

    `unknown` where something that is not evaluated could change that.
    """

    DENIED = "denied"
    MISSING = "missing"
    UNKNOWN = "unknown"


_DEFAULT_OF = {True: Default.DENIED, False: Default.MISSING, None: Default.UNKNOWN}


@dataclass(frozen=True, slots=True)
class NamespaceRow:
    """`isolated`: `all`, `some` or `none` of today's pods. `reaches`: Services of other namespaces.
    `reached_by`: other namespaces."""

    name: str
    labels: Mapping[str, str]
    ingress: Default
    egress: Default
    isolated: Mapping[Direction, str]
    dns: Dns
    workloads: int
    services: int
    policies: int
    reaches: Count
    reached_by: Count


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
        if self.missing and getattr(row, self.missing) is not Default.MISSING:
            return False
        if self.dns and row.dns != self.dns:
            return False
        key, equals, value = self.text.partition("=")
        return row.labels.get(key) == value if equals else self.text in row.name


# From what should worry most to what is fine, so that a first click shows the worst.
_DEFAULTS = (Default.MISSING, Default.UNKNOWN, Default.DENIED)
_DNS = (Dns.BLOCKED, Dns.UNKNOWN, Dns.RESOLVES)

SORTS: Mapping[str, Callable[[NamespaceRow], Any]] = {
    "name": lambda row: row.name,
    "ingress": lambda row: _DEFAULTS.index(row.ingress),
    "egress": lambda row: _DEFAULTS.index(row.egress),
    "dns": lambda row: _DNS.index(row.dns),
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


def _rows(snapshot: Snapshot, assumptions: Assumptions) -> Iterator[NamespaceRow]:
    listings = Listings(snapshot)
    crossings = Crossings(listings.reach)
    closed = find_default_denies(listings.cluster, assumptions)
    for number, space in enumerate(listings.cluster.namespaces):  # as the reach numbers them
        told = listings.namespace(space)
        yield NamespaceRow(
            name=space.name,
            labels=space.labels,
            ingress=_DEFAULT_OF[closed[space.name][Direction.INGRESS]],
            egress=_DEFAULT_OF[closed[space.name][Direction.EGRESS]],
            isolated={Direction.INGRESS: told["ingress"], Direction.EGRESS: told["egress"]},
            dns=listings.reach.dns[number],
            workloads=told["workloads"],
            services=told["services"],
            policies=told["policies"],
            reaches=crossings.reaches(number),
            reached_by=crossings.reached_by(number),
        )
