"""The ask box: a line of names or of the filter grammar, to the address that answers it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from apps.reachability.grammar import LONGEST, QueryRefused
from apps.reachability.queries import ground_of, load_reach
from apps.snapshots.models import Snapshot
from apps.web.asking import Asked, read_ask
from apps.web.completion import complete
from apps.web.destinations import destinations
from apps.web.frame import frame, get_snapshot
from apps.web.pickers import services_of
from apps.web.presets import presets
from apps.web.question import Question, read_question


@login_required
def ask(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """One meaning is answered at once; several are listed, and for none the nearest names are."""
    snapshot = get_snapshot(slug, number)
    text = " ".join(request.GET.get("q", "").split())
    base = reverse("map", args=(slug, number))
    if not text:
        return redirect(_compared(request, base))
    try:
        asked = read_ask(text, _names(snapshot))
    except QueryRefused as error:
        return _show(request, snapshot, text, problems=error.problems)
    if asked.is_exact and len(asked.found) == 1:
        return redirect(_compared(request, base + asked.found[0].question.address()))
    return _show(request, snapshot, text, asked)


@login_required
def show_options(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """How a line that is being typed may go on: `{"options": [{"kind", "label", "detail", "text", "url"}]}`.

    `text` is the whole line with the option taken, `url` the page that the option leads to; one is empty.
    """
    snapshot = get_snapshot(slug, number)
    line = request.GET.get("q", "")[:LONGEST]
    base = reverse("map", args=(slug, number))
    pages = destinations(snapshot.cluster, snapshot)
    options = complete(line, ground_of(snapshot), presets(snapshot), pages, base)
    found = [
        option._replace(url=_compared(request, option.url)) if option.url.startswith(f"{base}?") else option
        for option in options
    ]
    return JsonResponse({"options": [option._asdict() for option in found]})


def _show(
    request: HttpRequest,
    snapshot: Snapshot,
    text: str,
    asked: Asked | None = None,
    problems: Sequence[object] = (),
) -> HttpResponse:
    base = reverse("map", args=(snapshot.cluster.slug, snapshot.number))
    found = asked.found if asked else ()

    def lead(question: Question) -> str:
        return _compared(request, base + question.address())

    context: dict[str, Any] = {
        "asked": text,
        "is_exact": asked is not None and asked.is_exact,
        "found": [{"words": each.words, "url": lead(each.question)} for each in found],
        "problems": problems,
        "presets": [{"preset": each, "url": lead(each.question)} for each in presets(snapshot)],
    }
    return render(request, "web/found.html", frame(snapshot.cluster, snapshot, "map") | context)


def _compared(request: HttpRequest, address: str) -> str:
    """Whoever compares goes on comparing: `vs` of the page that asks, in another address of the map."""
    vs = read_question(request.GET.dict()).vs
    return f"{address}{'&' if '?' in address else '?'}vs={vs}" if vs else address


def _names(snapshot: Snapshot) -> list[str]:
    reach = load_reach(snapshot)
    return [*reach.namespaces, *(service.key for service in services_of(reach))]
