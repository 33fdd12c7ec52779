"""What is new in a snapshot since another one: the items of a review, by what caused them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime

from django.utils import timezone
from pyroaring import BitMap

from apps.engine import Finding, PortDiff, PortReach, Reach, ReachDiff, find_findings
from apps.engine.model import Verdict
from apps.reachability.between import compare
from apps.reachability.bundle import REACHING
from apps.reachability.causes import sentence
from apps.reachability.queries import load_reach
from apps.review.acceptance import Acceptance
from apps.review.growth import RANKS, evidence_of
from apps.review.items import EdgeItem, FindingItem, Item
from apps.review.models import AcceptedException
from apps.review.queries import accepted, exceptions_of
from apps.snapshots.models import Snapshot
from apps.snapshots.queries import assumptions_of, load_cluster

RETURNED = "Accepted before, and no longer: the exception expired, ended, or its edge grew"
UNEXPLAINED = "No single change explains these"
_TELLING = (*REACHING, Verdict.UNKNOWN)  # what somebody has to answer for


def find_items(after: Snapshot, before: Snapshot | None, since: datetime | None) -> list[Item]:
    """What of `after` is new since `before`, and of what is not, what was accepted and lapsed after `since`.

    Without `before` everything that may be reached is new. What is accepted now is left out. Edges stand
    first, by cause; those whose exception lapsed stand before them, findings last.
    """
    acceptance, reach = accepted(after), load_reach(after)
    if before is None:
        edges = _everything(reach, acceptance)
    else:
        returned = list(_returned(after, reach, acceptance, since))
        fresh = _fresh(compare(before, after).diff, reach, acceptance, returned)
        edges = (edge for part in (returned, fresh) for edge in part)
    return [*edges, *_findings(after, before, acceptance)]


def _everything(reach: Reach, acceptance: Acceptance) -> Iterator[EdgeItem]:
    for port in reach.ports:
        numbers = _telling(port) - acceptance.covered(port)
        if numbers:
            group = f"Into {port.namespace}"
            yield _item(group, "open", port, numbers, reach)


def _returned(
    after: Snapshot, reach: Reach, acceptance: Acceptance, since: datetime | None
) -> Iterator[EdgeItem]:
    numbers = {name: number for number, name in enumerate(reach.namespaces)}
    by_port: dict[tuple[str, int, str], BitMap] = defaultdict(BitMap)
    for each in _lapsed(after, since):
        if each.port is not None and each.source in numbers:
            by_port[each.target, each.port, each.protocol].add(numbers[each.source])
    for key in sorted(by_port):
        port = reach.find_port(*key)
        found = by_port[key] & _telling(port) - acceptance.covered(port) if port else BitMap()
        if port and found:
            yield _item(RETURNED, "returned", port, found, reach)


def _lapsed(after: Snapshot, since: datetime | None) -> Iterator[AcceptedException]:
    """Edges that were accepted, and of which that stopped after `since`."""
    rows = exceptions_of(after.cluster).filter(finding="")
    for each in rows.order_by("pk").iterator():
        stopped = min(filter(None, (each.until, each.grown, each.ended)))
        if stopped <= timezone.now() and (since is None or stopped > since):
            yield each


def _fresh(
    diff: ReachDiff, reach: Reach, acceptance: Acceptance, returned: Iterable[EdgeItem]
) -> Iterator[EdgeItem]:
    """By cause, the one that changed most first; an edge with several causes stands with the first."""
    found: dict[int, list[EdgeItem]] = defaultdict(list)
    places = {name: number for number, name in enumerate(diff.namespaces)}
    told: dict[str, set[str]] = defaultdict(set)
    for item in returned:
        told[item.title].update(item.sources)
    for port in diff.ports:
        stored = reach.find_port(port.key.target, port.key.port, port.key.protocol)
        if port.after is None or stored is None:
            continue
        names = {*acceptance.of_port(stored), *told[f"{stored.target}:{stored.port}/{stored.protocol}"]}
        done = BitMap(places[name] for name in names)
        for kind, numbers in (("opened", port.opened), ("grown", _grown(port) - port.opened)):
            for place, part in _by_cause(diff, port, numbers - done):
                found[place].append(_changed(diff, port, kind, place, part))
    for place in sorted(found):
        yield from found[place]


def _grown(port: PortDiff) -> BitMap:
    """The namespaces with a better verdict than before, or with one that tells and none before."""
    before = port.before.by_verdict if port.before else {}
    after = port.after.by_verdict if port.after else {}
    return BitMap.union(
        BitMap(),
        *(
            after[verdict] - BitMap.union(BitMap(), *(before.get(each, BitMap()) for each in RANKS[rank:]))
            for rank, verdict in enumerate(RANKS)
            if verdict in _TELLING and verdict in after
        ),
    )


def _by_cause(diff: ReachDiff, port: PortDiff, numbers: BitMap) -> Iterator[tuple[int, BitMap]]:
    """The numbers by their first cause; behind all causes, those that have none."""
    for place, cause in enumerate(diff.causes):
        part = numbers & cause.numbers.get(port.key, BitMap())
        numbers = numbers - part
        if part:
            yield place, part
    if numbers:
        yield len(diff.causes), numbers


def _changed(diff: ReachDiff, port: PortDiff, kind: str, place: int, numbers: BitMap) -> EdgeItem:
    return EdgeItem(
        group=sentence(diff.causes[place]) if place < len(diff.causes) else UNEXPLAINED,
        kind=kind,
        target=port.key.target,
        port=port.key.port,
        protocol=port.key.protocol,
        numbers=numbers,
        names=diff.namespaces,
        after=port.after.by_verdict if port.after else {},
        before=port.before.by_verdict if port.before else {},
    )


def _item(group: str, kind: str, port: PortReach, numbers: BitMap, reach: Reach) -> EdgeItem:
    return EdgeItem(
        group, kind, port.target, port.port, port.protocol, numbers, reach.namespaces, port.by_verdict
    )


def _telling(port: PortReach) -> BitMap:
    return BitMap.union(*(port.by_verdict[verdict] for verdict in _TELLING))


def _findings(after: Snapshot, before: Snapshot | None, acceptance: Acceptance) -> Iterator[FindingItem]:
    known = {each.key: evidence_of(each) for each in _found_in(before)} if before else {}
    for each in _found_in(after):
        if known.get(each.key) != evidence_of(each) and acceptance.finding(each) is None:
            yield FindingItem(each)


def _found_in(snapshot: Snapshot) -> Iterable[Finding]:
    return find_findings(load_cluster(snapshot), assumptions_of(snapshot))
