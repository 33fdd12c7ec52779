"""Adding a cluster: from manifests, a live one by its kubeconfig, or the one that Portolan runs in."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from apps.access.roles import may_administer
from apps.reachability.take import ReadingRefused, snapshot_from_reading
from apps.reachability.tasks import request_snapshot
from apps.snapshots.clusters import ClusterRefused, add_cluster
from apps.snapshots.models import Cluster
from apps.web.forms import InsideForm, KubeconfigForm, NewManifestsForm


@login_required
def add_cluster_page(request: HttpRequest) -> HttpResponse:
    check_administrator(request)
    return _page(request)


@login_required
@require_POST
def add_from_manifests(request: HttpRequest) -> HttpResponse:
    """A new cluster with its first snapshot, or the form with every problem of the files."""
    check_administrator(request)
    form = NewManifestsForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, manifests=form)
    try:
        with transaction.atomic():
            cluster = add_cluster(name=form.cleaned_data["name"], source=Cluster.Source.MANIFESTS)
            snapshot = snapshot_from_reading(cluster, form.reading)
    except (ClusterRefused, ReadingRefused) as refused:
        add_refusal(form, refused)
        return _page(request, manifests=form)
    return redirect("snapshot", cluster.slug, snapshot.number)


@login_required
@require_POST
def add_from_kubeconfig(request: HttpRequest) -> HttpResponse:
    """A new live cluster, and its first snapshot asked for."""
    check_administrator(request)
    form = KubeconfigForm(request.POST)
    if not form.is_valid():
        return _page(request, kubeconfig=form)
    return _add_live(request, Cluster.Source.KUBECONFIG, kubeconfig=form)


@login_required
@require_POST
def add_from_inside(request: HttpRequest) -> HttpResponse:
    """The cluster that Portolan runs in, and its first snapshot asked for."""
    check_administrator(request)
    form = InsideForm(request.POST)
    if not settings.IN_KUBERNETES:
        form.add_error(None, "Portolan does not run in a Kubernetes cluster here.")
    if not form.is_valid():
        return _page(request, inside=form)
    return _add_live(request, Cluster.Source.IN_CLUSTER, inside=form)


def check_administrator(request: HttpRequest) -> None:
    if not may_administer(request.user):
        raise PermissionDenied("This login may look; adding and reading needs an administrator.")


def add_refusal(form: forms.Form, refused: ClusterRefused | ReadingRefused) -> None:
    """The refusal at its field; one that the form has not, such as the slug, belongs to the name."""
    if isinstance(refused, ReadingRefused):
        form.add_error("manifests", [str(problem) for problem in refused.problems])
    else:
        form.add_error(refused.field if refused.field in form.fields else "name", refused.message)


def _add_live(request: HttpRequest, source: Cluster.Source, **filled_in: forms.Form) -> HttpResponse:
    """The one form that was filled in, by the name that it has on the page."""
    (form,) = filled_in.values()
    try:
        cluster = add_cluster(source=source, **form.cleaned_data)
    except ClusterRefused as refused:
        add_refusal(form, refused)
        return _page(request, **filled_in)
    return redirect("snapshot", cluster.slug, request_snapshot(cluster).number)


def _page(request: HttpRequest, **refused: forms.Form) -> HttpResponse:
    """The forms: those that were refused as they were filled in, the others empty."""
    context = {
        "section": "clusters",
        "manifests": NewManifestsForm(prefix=None, auto_id="manifests_%s"),
        "kubeconfig": KubeconfigForm(auto_id="kubeconfig_%s"),
        "inside": InsideForm(auto_id="inside_%s") if settings.IN_KUBERNETES else None,
        **refused,
    }
    return render(request, "web/add_cluster.html", context)
