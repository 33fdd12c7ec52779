"""Changing a cluster, and removing it: for administrators."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from apps.snapshots.clusters import ClusterRefused, change_cluster, remove_cluster
from apps.snapshots.queries import latest_complete
from apps.web.cluster_form import ClusterForm
from apps.web.frame import frame, get_cluster
from apps.web.views.clusters import add_refusal, check_administrator


@login_required
def show_cluster_settings(request: HttpRequest, slug: str) -> HttpResponse:
    check_administrator(request)
    cluster = get_cluster(slug)
    form = ClusterForm(request.POST or None, cluster)
    if request.method == "POST" and form.is_valid():
        try:
            change_cluster(cluster, **form.changes)
        except ClusterRefused as refused:
            add_refusal(form, refused)
        else:
            messages.success(request, "The cluster was changed.")
            return redirect("cluster-settings", slug)
    context = frame(cluster, latest_complete(cluster), "cluster-settings") | {"form": form}
    return render(request, "web/cluster_settings.html", context, status=400 if form.errors else 200)


@login_required
@require_POST
def remove(request: HttpRequest, slug: str) -> HttpResponse:
    """Only with the cluster's slug typed in: what goes with it cannot be had back."""
    check_administrator(request)
    cluster = get_cluster(slug)
    if request.POST.get("slug") != slug:
        messages.error(request, f"To remove the cluster, type its name in addresses: {slug}")
        return redirect("cluster-settings", slug)
    try:
        remove_cluster(cluster)
    except ClusterRefused as refused:
        messages.error(request, f"The cluster {refused.message}.")
        return redirect("cluster-settings", slug)
    messages.success(request, f"{cluster.name} was removed.")
    return redirect("home")
