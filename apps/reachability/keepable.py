"""The edges of a namespace that one may choose to keep when policies are suggested for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

from pyroaring import BitMap

from apps.engine import EdgeKey, Reach
from apps.engine.model import Verdict
from apps.reachability.names import UnknownName
from apps.reachability.queries import load_reach
from apps.reachability.suggesting import MOST_KEPT
from apps.snapshots.models import Snapshot

MOST_LISTED = 500  # to be ticked one by one
WHOLLY = frozenset({Verdict.UNRESTRICTED, Verdict.ALLOWED})  # kept unless one says otherwise
_OFFERED = (*WHOLLY, Verdict.PARTIAL, Verdict.UNKNOWN)


class Keepable(NamedTuple):
    key: EdgeKey
    verdict: Verdict

    @property
    def is_allowed(self) -> bool:
        return self.verdict in WHOLLY


@dataclass(frozen=True, slots=True)
class Choice:
    """`listed`: edges into the namespace's Services and from it, by target and source, to be chosen from.
    `others`: allowed ones that are not listed. `is_cut`: there are more of them than can be kept at all."""

    listed: Sequence[Keepable]
    others: Sequence[EdgeKey]
    is_cut: bool


def edges_to_keep(snapshot: Snapshot, namespace: str) -> Choice:
    """Raises UnknownName for `namespace`."""
    reach = load_reach(snapshot)
    if namespace not in reach.namespaces:
        raise UnknownName("namespace", f"There is no namespace {namespace!r}")
    edges = _edges(reach, namespace)
    listed = list(islice(edges, MOST_LISTED))
    room = MOST_KEPT - len(listed)
    others = list(islice((edge.key for edge in edges if edge.is_allowed), room + 1))
    return Choice(listed, others[:room], len(others) > room)


def _edges(reach: Reach, namespace: str) -> Iterator[Keepable]:
    only = BitMap([reach.namespaces.index(namespace)])
    for port in reach.ports:
        sources = {
            number: verdict
            for verdict in _OFFERED
            for number in (
                port.by_verdict[verdict] if port.namespace == namespace else port.by_verdict[verdict] & only
            )
        }
        for number, verdict in sorted(sources.items()):
            key = EdgeKey(reach.namespaces[number], port.target, port.port, port.protocol)
            yield Keepable(key, verdict)
