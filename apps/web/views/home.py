"""The list of clusters, and the way from a cluster to its newest snapshot."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from apps.access.sight import sight_of
from apps.snapshots.queries import latest_complete
from apps.web.frame import get_cluster


@login_required
def home(request: HttpRequest) -> HttpResponse:
    """The clusters that one may see. With one only, that one is opened, unless `all` is asked for."""
    clusters = list(sight_of(request.user).clusters())
    if len(clusters) == 1 and "all" not in request.GET:
        return redirect("cluster", clusters[0].slug)
    rows = [{"cluster": cluster, "latest": latest_complete(cluster)} for cluster in clusters]
    return render(request, "web/home.html", {"rows": rows, "section": "clusters"})


@login_required
def open_cluster(request: HttpRequest, slug: str) -> HttpResponse:
    """The overview of the newest snapshot; without one, the page that takes one."""
    latest = latest_complete(get_cluster(slug))
    if latest is None:
        return redirect("snapshots", slug)
    names = sight_of(request.user).names_in(slug)
    whole = names is not None and names.is_all
    return redirect("overview" if whole else "own", slug, latest.number)


@login_required
def open_latest(request: HttpRequest, slug: str, rest: str) -> HttpResponse:
    """`/c/prod/s/latest/map?…`: to the same page of the newest snapshot, by its number."""
    latest = latest_complete(get_cluster(slug))
    if latest is None:
        return redirect("snapshots", slug)
    query = request.META.get("QUERY_STRING", "")
    return redirect(f"/c/{slug}/s/{latest.number}/{rest}{'?' if query else ''}{query}")
