"""What is on screen as a file: edges or paths as CSV and JSON, graph and matrix as SVG."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse

from apps.reachability.names import UnknownName
from apps.reachability.queries import against_of, graph, load_reach, matrix, plain_edges
from apps.snapshots.models import Snapshot
from apps.web import edge_export, path_export
from apps.web.drawings import draw_graph, draw_matrix
from apps.web.drawings.matrix import MOST
from apps.web.edge_table import edge_filter
from apps.web.filters import Filter, read_filter
from apps.web.frame import get_snapshot
from apps.web.graphs import as_graph_question
from apps.web.matrices import as_matrix_question
from apps.web.pickers import offer
from apps.web.question import Question, read_question
from apps.web.versus import read_versus

_FORMATS = {"csv": (edge_export.as_csv, "text/csv"), "json": (edge_export.as_json, "application/json")}
_PATHS = {"csv": (path_export.as_csv, "text/csv"), "json": (path_export.as_json, "application/json")}


class Form:
    """What follows the point in the address of an export."""

    regex = "|".join(_FORMATS)

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


@login_required
def export_edges(request: HttpRequest, slug: str, number: int, form: str) -> HttpResponseBase:
    """Every edge of the question in the address, whatever page of them is on screen; every path of several
    hops where it asks for these."""
    snapshot = get_snapshot(slug, number)
    asked = _read(request, snapshot)
    question = asked.question
    if question.is_path:
        return _export_paths(snapshot, question, form)
    against = against_of(snapshot, question.vs) if question.vs else None
    besides = against.came_or_went if against else None
    edges = plain_edges(snapshot, replace(edge_filter(question, asked), verdicts=question.show), besides)
    write, media_type = _FORMATS[form]
    head = edge_export.describe(snapshot, question, len(edges))
    pieces: Iterator[str] = write(head, edges, against)
    return _as_file(
        StreamingHttpResponse(pieces, content_type=f"{media_type}; charset=utf-8"), snapshot, form
    )


def _export_paths(snapshot: Snapshot, question: Question, form: str) -> HttpResponseBase:
    found = path_export.paths_of(snapshot, question)
    write, media_type = _PATHS[form]
    head = edge_export.describe(snapshot, question, len(found), "paths")
    answer = StreamingHttpResponse(write(head, found), content_type=f"{media_type}; charset=utf-8")
    return _as_file(answer, snapshot, form)


@login_required
def export_drawing(request: HttpRequest, slug: str, number: int) -> HttpResponseBase:
    """The graph, or with `view=matrix` the matrix."""
    snapshot = get_snapshot(slug, number)
    question = _read(request, snapshot).question
    if question.view == "matrix":
        return _as_drawing(_matrix(snapshot, question), snapshot)
    return send_graph(snapshot, question, graph(snapshot, as_graph_question(question)))


def send_graph(snapshot: Snapshot, question: Question, drawn: Mapping[str, Any]) -> HttpResponseBase:
    """A graph that was drawn for this question."""
    return _as_drawing(draw_graph(drawn, drawn["meta"]["answer"], _caption(snapshot, question)), snapshot)


def _read(request: HttpRequest, snapshot: Snapshot) -> Filter:
    """The question; a file has nowhere to complain, so what is wrong in it is no file at all."""
    pickers = offer(load_reach(snapshot), read_question(request.GET.dict()))
    if pickers.complaint:
        raise Http404(pickers.complaint)
    asked = read_filter(snapshot, pickers.question)
    if asked.problems:
        raise Http404(" ".join(map(str, asked.problems)))
    _, _, complaint = read_versus(request, snapshot, asked.question)
    if complaint:
        raise Http404(complaint)
    return asked


def _matrix(snapshot: Snapshot, question: Question) -> str:
    asked = as_matrix_question(load_reach(snapshot), question)
    try:
        window = matrix(snapshot, replace(asked, row_limit=MOST, column_limit=MOST))
    except UnknownName as error:  # of rows or columns, which no picker names
        raise Http404(str(error)) from None
    return draw_matrix(window, f"{question.title}: matrix", _caption(snapshot, question))


def _caption(snapshot: Snapshot, question: Question) -> str:
    taken = f", {snapshot.finished:%d %b %Y, %H:%M} UTC" if snapshot.finished else ""
    asked = f" · filter: {question.q}" if question.q else ""
    versus = f" · compared with #{question.vs}" if question.vs and not question.is_path else ""
    return f"{snapshot.cluster.name} · snapshot #{snapshot.number}{taken} · allowed by policy{asked}{versus}"


def _as_drawing(drawing: str, snapshot: Snapshot) -> HttpResponseBase:
    return _as_file(HttpResponse(drawing, content_type="image/svg+xml; charset=utf-8"), snapshot, "svg")


def _as_file(answer: Any, snapshot: Snapshot, ending: str) -> HttpResponseBase:
    name = f"{snapshot.cluster.slug}-{snapshot.number}-reach.{ending}"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["X-Content-Type-Options"] = "nosniff"
    found: HttpResponseBase = answer
    return found
