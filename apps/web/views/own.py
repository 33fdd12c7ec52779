"""What a reader of some namespaces sees of a cluster: the edges from and into them."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from apps.access.part import part_seen
from apps.reachability.queries import edges_within
from apps.reachability.selection import EdgeFilter
from apps.reachability.within import veil_edge
from apps.snapshots.models import Snapshot
from apps.web.frame import frame, get_snapshot
from apps.web.pages import page_of
from apps.web.words import word_of

_ROWS = 100  # a page


@login_required
def show_own(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """`from` and `to` narrow it to one of the reader's namespaces. Who sees all is led to the overview."""
    snapshot = get_snapshot(slug, number)
    seen = part_seen(request.user, snapshot)
    if seen is None:
        return redirect("overview", slug, number)
    own = [name for name in seen.reach.namespaces if name in seen.names]
    asked = {end: request.GET.get(end, "") for end in ("from", "to")}
    asked = {end: name if name in own else "" for end, name in asked.items()}
    edges = edges_within(snapshot, EdgeFilter(source=asked["from"], target=asked["to"]), seen)
    page = page_of(request, len(edges), _ROWS)
    context = {
        "own": own,
        "asked": asked,
        "page": page,
        "rows": [_row(snapshot, veil_edge(edge, seen)) for edge in edges[page.window]],
    }
    return render(request, "web/own.html", frame(snapshot.cluster, snapshot, "own") | context)


def _row(snapshot: Snapshot, edge: dict[str, Any]) -> dict[str, Any]:
    address = reverse("explain", args=(snapshot.cluster.slug, snapshot.number))
    query = f"from={edge['source']}&to={edge['target']}&port={edge['port']}/{edge['protocol']}"
    return {"edge": edge, "word": word_of(edge["verdict"]), "url": f"{address}?{query}"}
