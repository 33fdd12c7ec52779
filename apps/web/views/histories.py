"""The history of one edge, with what made it as it is: a page, and the same as a piece for the panel."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from apps.reachability.names import UnknownName
from apps.web.frame import frame, get_snapshot
from apps.web.past import Past
from apps.web.question import split_port


@login_required
def show_history(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """`?from=NS&to=NS/SERVICE&port=5432/TCP`; `fragment=1` gives what made it so, alone."""
    snapshot = get_snapshot(slug, number)
    source, target, port = (request.GET.get(name, "") for name in ("from", "to", "port"))
    if split_port(port) is None:
        raise Http404(f"A port is written 5432 or 5432/TCP, not {port or 'left out'}.")
    try:
        past = Past(snapshot, source, target, port, causes=True)
    except UnknownName as error:
        raise Http404(f"{error}.") from error
    if "fragment" in request.GET:
        return render(request, "web/_cause.html", {"snapshot": snapshot, "past": past})
    context = frame(snapshot.cluster, snapshot, "map") | {"past": past, "with_causes": True}
    return render(request, "web/history.html", context)
