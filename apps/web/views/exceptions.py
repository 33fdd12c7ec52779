"""Exceptions: what is accepted, by whom, why and until when; accepting and ending."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST

from apps.access.roles import may_review
from apps.engine import EdgeKey
from apps.review.accept import ExceptionRefused, accept_edges, accept_finding, end_exception
from apps.review.models import AcceptedException
from apps.review.queries import ACTIVE, STATES, exceptions_of
from apps.snapshots.models import Snapshot
from apps.snapshots.queries import latest_complete
from apps.web.frame import frame, get_cluster, get_snapshot
from apps.web.pages import page_of
from apps.web.question import split_port
from apps.web.review_forms import AcceptForm, in_days

ROWS = 50
_DAYS = 90  # proposed


@login_required
def show_exceptions(request: HttpRequest, slug: str) -> HttpResponse:
    """`state=active` by default; `state=all` for the whole record."""
    cluster = get_cluster(slug)
    state = request.GET.get("state", ACTIVE)
    if state not in (*STATES, "all"):
        state = ACTIVE
    rows = exceptions_of(cluster, state="" if state == "all" else state)
    page = page_of(request, rows.count(), ROWS)
    context = {"rows": rows[page.window], "page": page, "state": state, "states": (*STATES, "all")}
    around = frame(cluster, latest_complete(cluster), "exceptions")
    return render(request, "web/exceptions.html", around | context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def accept(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """`?from=NS&to=NS/SERVICE&port=443/TCP`, or `?finding=KEY`: the form, and by POST the acceptance."""
    snapshot = get_snapshot(slug, number)
    check_reviewer(request)
    asked = request.POST if request.method == "POST" else request.GET
    subject = {name: asked.get(name, "") for name in ("from", "to", "port", "finding")}
    form = AcceptForm(request.POST if request.method == "POST" else None, initial={"until": in_days(_DAYS)})
    if request.method == "POST" and form.is_valid():
        try:
            _accept(request, snapshot, subject, form)
        except ExceptionRefused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, f"{refusal.message}.")
        else:
            messages.success(request, "Accepted. It comes back when it expires or grows.")
            return redirect(_back(request) or f"/c/{slug}/exceptions/")
    context = {"form": form, "subject": subject, "back": _back(request)}
    return render(request, "web/accept.html", frame(snapshot.cluster, snapshot, "exceptions") | context)


@login_required
@require_POST
def end(request: HttpRequest, slug: str, exception_id: int) -> HttpResponse:
    check_reviewer(request)
    cluster = get_cluster(slug)
    exception = AcceptedException.objects.filter(cluster=cluster, pk=exception_id).first()
    if exception is None:
        raise Http404(f"{cluster.name} has no exception {exception_id}.")
    if end_exception(exception, by=request.user.get_username()):
        messages.success(request, "Ended. It is kept in the record.")
    else:
        messages.warning(request, "It had been ended before.")
    return redirect(f"/c/{slug}/exceptions/?{urlencode({'state': request.POST.get('state', ACTIVE)})}")


def check_reviewer(request: HttpRequest) -> None:
    if not may_review(request.user):
        raise PermissionDenied("This login may look; accepting and signing needs a reviewer.")


def _accept(request: HttpRequest, snapshot: Snapshot, subject: dict[str, str], form: AcceptForm) -> None:
    terms = {**form.cleaned_data, "by": request.user.get_username()}
    if subject["finding"]:
        accept_finding(snapshot, subject["finding"], **terms)
        return
    port, protocol = split_port(subject["port"]) or (0, "")
    accept_edges(snapshot, [EdgeKey(subject["from"], subject["to"], port, protocol or "TCP")], **terms)


def _back(request: HttpRequest) -> str:
    """Where the reader came from, if that is a page of Portolan."""
    back = request.POST.get("next", "") or request.GET.get("next", "")
    is_own = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    return back if is_own else ""
