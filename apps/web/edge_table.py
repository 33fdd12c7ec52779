"""The answer as a table, a page at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from apps.engine.model import Edge
from apps.reachability.headline import word_answer
from apps.reachability.queries import reach_page
from apps.reachability.selection import EdgeFilter
from apps.snapshots.models import Snapshot
from apps.web.filters import Filter
from apps.web.pages import page_of
from apps.web.question import Question
from apps.web.versus import Versus
from apps.web.words import word_of

ROWS = 200  # a page


def edge_filter(question: Question, asked: Filter) -> EdgeFilter:
    """The edges that a question and its filter are about, whatever their verdict."""
    return EdgeFilter(question.source, question.to, question.port, question.protocol, query=asked.query)


def edge_table(
    request: HttpRequest,
    snapshot: Snapshot,
    question: Question,
    asked: Filter,
    versus: Versus | None = None,
) -> dict[str, Any]:
    """The context of `_table.html`; with a filter, its answer in words. Compared, what came or went is in the
    table whatever its verdict."""
    wanted = edge_filter(question, asked)
    found = reach_page(snapshot, wanted)
    besides = versus.found.came_or_went if versus else None
    shown = reach_page(snapshot, replace(wanted, verdicts=question.show), besides)
    page = page_of(request, len(shown), ROWS, len(found) - len(shown))
    rows = _rows(snapshot, shown[page.window], versus)
    context = {"rows": rows, "page": page, "counts": found.counts}
    if asked.query:
        context |= {"answer": word_answer(found, wanted)}
    return context


def tell_filter(snapshot: Snapshot, question: Question, asked: Filter) -> dict[str, Any]:
    """The context of `_filter.html`: chips, complaints, and `hints` where no edge fits."""
    nothing_fits = bool(asked.query) and not reach_page(snapshot, edge_filter(question, asked))
    hints = asked.hints(snapshot) if nothing_fits else []
    return {"filter": asked, "nothing_fits": nothing_fits, "hints": hints}


def _rows(snapshot: Snapshot, edges: Sequence[Edge], versus: Versus | None) -> list[dict[str, Any]]:
    base = reverse("explain", args=(snapshot.cluster.slug, snapshot.number))
    return [
        {
            "id": f"{edge.source}>{edge.target}:{edge.port}/{edge.protocol}",
            "edge": edge,
            "word": word_of(edge.verdict),
            "potential": word_of(edge.potential) if edge.potential != edge.verdict else "",
            "change": versus.word(edge) if versus else None,
            "url": f"{base}?from={edge.source}&to={edge.target}&port={edge.port}/{edge.protocol}",
        }
        for edge in edges
    ]
