"""The snapshots of a cluster: the list, a new one, and how far one is."""

from __future__ import annotations

from math import ceil

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from apps.reachability.take import ReadingRefused, snapshot_from_reading
from apps.reachability.tasks import request_snapshot
from apps.snapshots.models import Cluster, Snapshot
from apps.snapshots.queries import latest_complete
from apps.snapshots.watching.lease import lease_of
from apps.web.forms import ManifestsForm
from apps.web.frame import frame, get_cluster
from apps.web.pages import page_of
from apps.web.progress import Progress
from apps.web.views.clusters import add_refusal, check_administrator

ROWS = 50


@login_required
def show_snapshots(request: HttpRequest, slug: str) -> HttpResponse:
    """The list; a POST takes a snapshot of a live cluster, or reads uploaded manifests."""
    cluster = get_cluster(slug)
    if request.method != "POST":
        return _list(request, cluster, ManifestsForm())
    check_administrator(request)
    if cluster.source != Cluster.Source.MANIFESTS:
        return redirect("snapshot", slug, request_snapshot(cluster).number)
    form = ManifestsForm(request.POST, request.FILES)
    if not form.is_valid():
        return _list(request, cluster, form)
    try:
        snapshot = snapshot_from_reading(cluster, form.reading)
    except ReadingRefused as refused:
        add_refusal(form, refused)
        return _list(request, cluster, form)
    return redirect("snapshot", slug, snapshot.number)


@login_required
def show_snapshot(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """One snapshot and its progress; `fragment=1` gives the piece that the page asks for again and again."""
    cluster = get_cluster(slug)
    shown = Snapshot.objects.filter(cluster=cluster, number=number).first()
    if shown is None:
        raise Http404(f"{cluster.name} has no snapshot {number}.")
    context = {"shown": shown, "cluster": cluster, "progress": Progress(shown)}
    if "fragment" in request.GET:
        return render(request, "web/_progress.html", context)
    around = frame(cluster, latest_complete(cluster), "snapshots")
    return render(request, "web/snapshot.html", around | context)


def _list(request: HttpRequest, cluster: Cluster, form: ManifestsForm) -> HttpResponse:
    rows = cluster.snapshots.order_by("-number")
    page = page_of(request, rows.count(), ROWS)
    latest = latest_complete(cluster)
    context = {
        "rows": rows[page.window],
        "page": page,
        "manifests": form,
        "lease": lease_of(cluster),
        "took": _seconds(latest),
    }
    return render(request, "web/snapshots.html", frame(cluster, latest, "snapshots") | context)


def _seconds(snapshot: Snapshot | None) -> int | None:
    """How long a snapshot took, rounded up."""
    if snapshot is None or snapshot.started is None or snapshot.finished is None:
        return None
    return ceil((snapshot.finished - snapshot.started).total_seconds())
