"""The answer to a filter in one sentence."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from pyroaring import BitMap

from apps.engine.model import Verdict
from apps.reachability.bundle import REACHING
from apps.reachability.selection import EdgeFilter, EdgeSelection


@dataclass(frozen=True, slots=True)
class PairCount:
    """Pairs of namespaces that have an edge: all, those with one that is allowed, and of the rest those with
    one that is unknown."""

    total: int
    allowed: int
    unknown: int


def asks_yes_or_no(wanted: EdgeFilter) -> bool:
    """Whether a filter names both ends, and leaves the answer open."""
    query = wanted.query
    has_source = bool(wanted.source or query.of("from"))
    has_target = bool(wanted.target or query.of("to"))
    return has_source and has_target and not wanted.verdicts and query.without("verdict", "changed") == query


def word_answer(edges: EdgeSelection, wanted: EdgeFilter) -> str:
    """`Yes: 3 of 12 pairs of namespaces`, or how many edges there are."""
    if not edges:
        return "No edge matches"
    if asks_yes_or_no(wanted):
        return word_pairs(count_pairs(edges))
    reaching = sum(number for verdict, number in edges.counts.items() if verdict in REACHING)
    matching = "1 edge matches" if len(edges) == 1 else f"{len(edges):,} edges match"
    return f"{matching}, {reaching:,} of them allowed by policy"


def word_pairs(pairs: PairCount) -> str:
    many = f"{pairs.total:,} pair{'' if pairs.total == 1 else 's'}"
    open_question = f"; {pairs.unknown:,} unknown" if pairs.unknown else ""
    if pairs.allowed:
        return f"Yes: {pairs.allowed:,} of {many} of namespaces allowed by policy{open_question}"
    if pairs.unknown:
        told = f"{pairs.unknown:,} of {many} of namespaces"
        return f"Unknown: {told} cannot be decided, the rest is not allowed"
    return f"No: none of {many} of namespaces allowed by policy"


def count_pairs(edges: EdgeSelection) -> PairCount:
    """By target namespace, over all Service ports in it."""
    total = allowed = unknown = 0
    for _, rows in groupby(edges.by_port, key=lambda each: each[0].namespace):
        kept, reached, doubted = BitMap(), BitMap(), BitMap()
        for port, sources in rows:
            kept |= sources
            for verdict in REACHING:
                reached |= port.by_verdict[verdict] & sources
            doubted |= port.by_verdict[Verdict.UNKNOWN] & sources
        total += len(kept)
        allowed += len(reached)
        unknown += len(doubted - reached)
    return PairCount(total, allowed, unknown)
