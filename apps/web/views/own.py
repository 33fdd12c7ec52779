"""What a reader of some namespaces sees of a cluster: the edges from and into them, drawn and as a table."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from apps.access.part import part_seen
from apps.reachability.names import split_target
from apps.reachability.queries import edges_within, graph_within
from apps.reachability.selection import EdgeFilter, narrow_ports, pick_ports
from apps.reachability.within import Within, veil_edge
from apps.snapshots.models import Snapshot
from apps.web.frame import frame, get_snapshot
from apps.web.graphs import as_graph_question
from apps.web.pages import page_of
from apps.web.question import Question, read_question
from apps.web.views.exports import send_graph
from apps.web.words import word_of

_ROWS = 100  # a page
_OFFERED = 500  # names; others can be typed


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question about the reader's own, and what is wrong with its ends."""

    question: Question
    source_problem: str
    target_problem: str


@login_required
def show_own(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """`from` and `to` (`NS` or `NS/SERVICE`) narrow it. Who sees all is led to the overview."""
    snapshot = get_snapshot(slug, number)
    seen = part_seen(request.user, snapshot)
    if seen is None:
        return redirect("overview", slug, number)
    asked = _read(request, seen)
    question = asked.question
    edges = edges_within(snapshot, EdgeFilter(question.source, question.to), seen)
    page = page_of(request, len(edges), _ROWS)
    own = sorted(seen.spaces)
    context = {
        "own_count": len(own),
        "offered": own[:_OFFERED],
        "asked": asked,
        "drawing": _drawing(snapshot, question, seen),
        "page": page,
        "rows": [_row(snapshot, veil_edge(edge, seen)) for edge in edges[page.window]],
    }
    return render(request, "web/own.html", frame(snapshot.cluster, snapshot, "own") | context)


@login_required
def draw_own(request: HttpRequest, slug: str, number: int) -> HttpResponseBase:
    """The drawing of the same question, as SVG."""
    snapshot = get_snapshot(slug, number)
    seen = part_seen(request.user, snapshot)
    if seen is None:
        return redirect(f"{reverse('export-drawing', args=(slug, number))}?{request.META['QUERY_STRING']}")
    asked = _read(request, seen)
    if not asked.question.focus or asked.source_problem or asked.target_problem:
        raise Http404("A drawing is of one of your namespaces or Services: name it with from or to.")
    drawn = graph_within(snapshot, as_graph_question(asked.question), seen)
    return send_graph(snapshot, asked.question, drawn)


def _read(request: HttpRequest, seen: Within) -> _Asked:
    """Another's name is told to be none of the reader's, whether it exists or not."""
    given = read_question({end: request.GET.get(end, "") for end in ("from", "to")})
    source = given.source if given.source in seen.spaces else ""
    target = given.to if _is_told(seen, given.to) else ""
    return _Asked(
        replace(given, source=source, to=target, ask="to" if target else "from"),
        f"You see no namespace {given.source}." if given.source != source else "",
        f"You see no namespace or Service {given.to}." if given.to != target else "",
    )


def _is_told(seen: Within, target: str) -> bool:
    """Whether it is one of the reader's namespaces, or a Service there with an edge that is told."""
    if "/" not in target:
        return target in seen.spaces
    ports = narrow_ports(pick_ports(seen.reach, target), seen.condition())
    return split_target(target)[0] in seen.spaces and bool(ports)


def _drawing(snapshot: Snapshot, question: Question, seen: Within) -> dict[str, str] | None:
    """Where it is and the answer in words; None where no end is asked for."""
    if not question.focus:
        return None
    address = reverse("own-drawing", args=(snapshot.cluster.slug, snapshot.number))
    answer = graph_within(snapshot, as_graph_question(question), seen)["meta"]["answer"]
    return {"url": address + question.address(), "answer": answer}


def _row(snapshot: Snapshot, edge: dict[str, Any]) -> dict[str, Any]:
    address = reverse("explain", args=(snapshot.cluster.slug, snapshot.number))
    query = f"from={edge['source']}&to={edge['target']}&port={edge['port']}/{edge['protocol']}"
    return {"edge": edge, "word": word_of(edge["verdict"]), "url": f"{address}?{query}"}
