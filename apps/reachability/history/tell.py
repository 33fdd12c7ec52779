"""The past of an edge, or of a namespace, as screen and REST show it (docs/architecture.md)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from apps.engine.model import Dns, Verdict
from apps.reachability.models import StoredPort, TimelineStep
from apps.reachability.names import UnknownName, split_target
from apps.snapshots.models import Snapshot
from apps.snapshots.queries import NothingStored

from .causes import unread_kinds, why
from .edge import History, edge_history, namespace_history, number_of
from .periods import Period
from .rows import Key, spaces_at

MOST_PERIODS = 100


def tell_edge(
    snapshot: Snapshot, *, source: str, target: str, port: int, protocol: str, causes: bool = True
) -> dict[str, Any]:
    """Since when the edge has had its verdict, since when it has been open, what did it, and all periods.

    `causes` False leaves out what did it, which may have to be searched. Raises UnknownName, NothingStored.
    """
    key = Key(*split_target(target), port, protocol)
    _check(snapshot, source, key)
    history = edge_history(snapshot, source, key)
    if history.now.value is None:
        raise UnknownName("port", f"There is no edge from {source!r} to {target!r} on {port}/{protocol}")
    telling = _Telling(snapshot, history)
    since, opened = history.now.first, history.open_since
    return {
        "source": source,
        "target": target,
        "port": port,
        "protocol": protocol,
        **telling.value("verdict"),
        "open_since": opened and telling.moment(opened),
        "change": telling.change(since, source, key) if causes else None,
        "opening": telling.change(opened, source, key) if causes and opened else None,
        **telling.periods("verdict"),
    }


def tell_namespace(snapshot: Snapshot, *, namespace: str, fact: str, causes: bool = True) -> dict[str, Any]:
    """The same of a namespace's `dns`, or of its isolation for `ingress` or `egress`. Raises UnknownName."""
    history = namespace_history(snapshot, namespace, fact)
    if history.now.value is None:
        raise UnknownName("namespace", f"There is no namespace {namespace!r}")
    telling = _Telling(snapshot, history)
    searched = causes and fact == "dns"
    return {
        "namespace": namespace,
        "fact": fact,
        **telling.value("value"),
        "change": telling.change(history.now.first, namespace, None) if searched else None,
        **telling.periods("value"),
    }


class _Telling:
    """One history in JSON; the dates of all that it names are read at once."""

    def __init__(self, snapshot: Snapshot, history: History[Any]) -> None:
        self._cluster = snapshot.cluster_id
        self._history = history
        self._shown = list(reversed(history.periods))[:MOST_PERIODS]
        steps = TimelineStep.objects.filter(cluster=self._cluster)
        self._oldest = steps.order_by("number").values_list("number", flat=True).first()
        wanted = {history.now.first, history.open_since or 0, *_ends(self._shown)}
        self._dates: Mapping[int, datetime] = dict(
            steps.filter(number__in=wanted).values_list("number", "at")
        )
        kept = Snapshot.objects.filter(cluster=self._cluster, number__in=[each.first for each in self._shown])
        self._unread = {each.number: unread_kinds(each) for each in kept.only("number", "coverage")}

    def moment(self, number: int) -> dict[str, Any]:
        """`is_oldest`: it was so already in the oldest snapshot that is known of."""
        return {"snapshot": number, "at": self._dates.get(number), "is_oldest": number == self._oldest}

    def value(self, name: str) -> dict[str, Any]:
        before = self._history.before
        unsure = before is not None and (
            before.value in (Verdict.UNKNOWN, Dns.UNKNOWN.value)
            or (before.value is None and bool(self._unread.get(before.first)))
        )
        return {
            name: _word(self._history.now.value),
            "since": self.moment(self._history.now.first),
            "before": before and _word(before.value),
            "may_be_earlier": unsure,
        }

    def change(self, number: int, source: str, key: Key | None) -> dict[str, Any] | None:
        return None if number == self._oldest else why(self._cluster, number, source, key)

    def periods(self, name: str) -> dict[str, Any]:
        """The newest first."""
        return {
            "period_count": len(self._history.periods),
            "periods": [
                {
                    name: _word(each.value),
                    "first": self.moment(each.first),
                    "last": each.last and self.moment(each.last),
                    "snapshots": each.snapshots,
                    "unread": self._unread.get(each.first, []),
                }
                for each in self._shown
            ],
        }


def _ends(periods: Iterable[Period[Any]]) -> set[int]:
    return {number for period in periods for number in (period.first, period.last or 0)}


def _word(value: object) -> str | None:
    return None if value is None else str(value)


def _check(snapshot: Snapshot, source: str, key: Key) -> None:
    """Names what the snapshot does not hold."""
    if not snapshot.is_stored:
        raise NothingStored(f"snapshot {snapshot.number} holds nothing: it is {snapshot.state}")
    present = spaces_at(snapshot.cluster_id, snapshot.number).present
    if not present:
        raise NothingStored(f"nothing is stored of the history of snapshot {snapshot.number}")
    for field, name in (("source", source), ("target", key.namespace)):
        if number_of(snapshot.cluster_id, name) not in present:
            raise UnknownName(field, f"There is no namespace {name!r}")
    ports = StoredPort.objects.filter(cluster=snapshot.cluster_id, first__lte=snapshot.number)
    if not ports.filter(namespace=key.namespace, service=key.service).exists():
        raise UnknownName("target", f"There is no Service {key.namespace}/{key.service}")
