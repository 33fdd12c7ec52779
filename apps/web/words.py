"""How the pages say each verdict, in the order of the legend."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from apps.engine.model import Verdict


class Wording(NamedTuple):
    word: str
    meaning: str


WORDS = {
    Verdict.ALLOWED: Wording(
        "Allowed by rule", "every pair is allowed, and some policy isolates one of the sides"
    ),
    Verdict.PARTIAL: Wording("Partly", "some workloads or backends are allowed and some are not"),
    Verdict.UNRESTRICTED: Wording(
        "Unrestricted", "every pair is allowed, and no policy isolates either side"
    ),
    Verdict.UNKNOWN: Wording("Unknown", "cannot be decided from what was read; the proof names the reason"),
    Verdict.DENIED: Wording("Denied", "isolated, and no rule lets any pair through"),
    Verdict.EMPTY: Wording("No pair", "nobody there asks: no workload, or none but the Service's own"),
}


def word_of(verdict: str) -> str:
    return WORDS[Verdict(verdict)].word


def count_tiles(counts: Mapping[Verdict, int], query: str) -> list[dict[str, Any]]:
    """Verdicts that occur, with their numbers and the query of the map's table that lists them."""
    return [
        {
            "verdict": verdict,
            "word": wording.word,
            "count": counts[verdict],
            "query": f"{query}&show={verdict}",
        }
        for verdict, wording in WORDS.items()
        if counts.get(verdict)
    ]
