"""The reach map: the question, the frame of the drawing, and the same answer as a table."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from apps.engine.model import Verdict
from apps.reachability.queries import graph, load_reach
from apps.snapshots.models import Snapshot
from apps.snapshots.queries import list_policies
from apps.web.check_drafts import draft_address
from apps.web.edge_table import edge_table, tell_filter
from apps.web.filters import Filter, read_filter
from apps.web.first_view import view_of
from apps.web.frame import frame, get_snapshot
from apps.web.graphs import as_graph_question, graph_url
from apps.web.matrices import matrix_of
from apps.web.pickers import Pickers, offer
from apps.web.pivots import pivot_tables
from apps.web.question import Question, read_question
from apps.web.versus import Versus, read_versus
from apps.web.words import WORDS


@login_required
def show_map(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """The question in the address and its answer; `fragment=table` gives the table alone.

    `flip` and `toggle=VERDICT` lead to the address of the question so changed.
    """
    snapshot = get_snapshot(slug, number)
    asked = read_question(request.GET.dict())
    if "flip" in request.GET:
        return redirect(request.path + asked.flipped().address())
    if "toggle" in request.GET:
        return redirect(request.path + _toggled(asked, request.GET["toggle"]).address())
    pickers = offer(load_reach(snapshot), asked)
    wanted = read_filter(snapshot, pickers.question)
    question, versus, complaint = read_versus(request, snapshot, wanted.usable)
    pickers = replace(
        pickers, question=question, complaint=" ".join(filter(None, (pickers.complaint, complaint)))
    )
    drawn = _drawn(snapshot, question)["drawn"] if question.focus else 0
    view = view_of(request, load_reach(snapshot), question, drawn)
    context = {
        "snapshot": snapshot,
        "view": view.name,
        "why_this_view": view.why,
        **tell_filter(snapshot, question, wanted),
        **_answer(request, snapshot, replace(question, view=view.name), wanted, versus),
        "question": question,
    }
    if request.GET.get("fragment") == "table":
        return render(request, "web/_hops.html" if "pivots" in context else "web/_table.html", context)
    return render(
        request,
        "web/map.html",
        frame(snapshot.cluster, snapshot, "map") | context | _page(snapshot, pickers, view.name),
    )


def _page(snapshot: Snapshot, pickers: Pickers, view: str) -> dict[str, Any]:
    """What stands around the answer."""
    question = pickers.question
    return {
        "on_map": True,
        "pickers": pickers,
        "complaint": pickers.complaint,
        "graph_url": graph_url(snapshot, question),
        "reach_url": f"/api/v1/clusters/{snapshot.cluster.slug}/snapshots/{snapshot.number}/reach/",
        "sel": _asked_edge(pickers),
        "check_address": "" if pickers.complaint else draft_address(question),
        "drawing_address": question.address_as(view),
        "renderings": [(each, each.title(), question.address_as(each)) for each in question.views],
        "no_policies": not list_policies(snapshot).exists(),
    }


def _asked_edge(pickers: Pickers) -> str:
    """The one edge that a question about two ends is about: it is selected until another one is."""
    question = pickers.question
    ports = [port for port in pickers.ports if question.asks_port(port)]
    if not question.source or "/" not in question.to or not ports:
        return ""
    return f"{question.source}>{question.to}:{ports[0]}"


def _answer(
    request: HttpRequest, snapshot: Snapshot, question: Question, asked: Filter, versus: Versus | None
) -> dict[str, Any]:
    """Counts, sentence, what differs, and in the table view its rows."""
    answer: dict[str, Any] = {}
    if question.is_path or question.view != "table" or not asked.query or versus:  # else the table says it
        told = _drawn(snapshot, question)
        answer |= {"answer": told["answer"], "counts": told["counts"]}
    if versus:
        answer |= {"versus": versus.context(told["against"])}
    if question.view == "table" and not question.is_path:
        answer |= edge_table(request, snapshot, question, asked, versus)
    elif question.view == "table":
        answer |= {"pivots": pivot_tables(snapshot, question)}
    elif question.view == "matrix":
        answer |= matrix_of(snapshot, question)
    elif question.view == "split":
        answer = matrix_of(snapshot, question) | answer
    return answer | {"chips": _chips(question, answer["counts"])}


def _drawn(snapshot: Snapshot, question: Question) -> dict[str, Any]:
    """What the graph says of itself."""
    meta: dict[str, Any] = graph(snapshot, as_graph_question(question))["meta"]
    return meta


def _chips(question: Question, counts: dict[str, int]) -> list[dict[str, Any]]:
    """The legend, each verdict with its count; `No workloads` only where there is one."""
    return [
        {
            "verdict": verdict,
            "word": wording.word,
            "meaning": wording.meaning,
            "count": counts[verdict],
            "pressed": verdict in question.show,
        }
        for verdict, wording in WORDS.items()
        if verdict != Verdict.EMPTY or counts[verdict]
    ]


def _toggled(question: Question, verdict: str) -> Question:
    chosen = frozenset(each for each in WORDS if each == verdict)
    return replace(question, show=question.show ^ chosen or question.show)
