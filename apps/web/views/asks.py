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


@login_required
def ask(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """One meaning is answered at once; several are listed, and for none the nearest names are."""
    snapshot = get_snapshot(slug, number)
    text = " ".join(request.GET.get("q", "").split())
    base = reverse("map", args=(slug, number))
    if not text:
        return redirect(base)
    try:
        asked = read_ask(text, _names(snapshot))
    except QueryRefused as error:
        return _show(request, snapshot, text, problems=error.problems)
    if asked.is_exact and len(asked.found) == 1:
        return redirect(base + asked.found[0].question.address())
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
    return JsonResponse({"options": [option._asdict() for option in options]})


def _show(
    request: HttpRequest,
    snapshot: Snapshot,
    text: str,
    asked: Asked | None = None,
    problems: Sequence[object] = (),
) -> HttpResponse:
    base = reverse("map", args=(snapshot.cluster.slug, snapshot.number))
    found = asked.found if asked else ()
    context: dict[str, Any] = {
        "asked": text,
        "is_exact": asked is not None and asked.is_exact,
        "found": [{"words": each.words, "url": base + each.question.address()} for each in found],
        "problems": problems,
        "presets": [{"preset": each, "url": base + each.question.address()} for each in presets(snapshot)],
    }
    return render(request, "web/found.html", frame(snapshot.cluster, snapshot, "map") | context)


def _names(snapshot: Snapshot) -> list[str]:
    reach = load_reach(snapshot)
    return [*reach.namespaces, *(service.key for service in services_of(reach))]
