"""The reports of a cluster: the list, a new one, how far one is, its file, and those that come again."""

from __future__ import annotations

from typing import cast

from django import forms
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from apps.reports.models import Report
from apps.reports.options import OptionsRefused
from apps.reports.order import add_schedule
from apps.reports.queries import file_of, reports_of, schedules_of
from apps.reports.tasks import request_report
from apps.snapshots.models import Cluster
from apps.snapshots.queries import latest_complete
from apps.web.frame import frame, get_cluster, get_snapshot
from apps.web.pages import page_of
from apps.web.report_forms import ReportForm, ScheduleForm
from apps.web.views.clusters import check_administrator

ROWS = 50
_TYPES = {
    "pdf": "application/pdf",
    "csv": "application/zip",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@login_required
def show_reports(request: HttpRequest, slug: str) -> HttpResponse:
    """The list; a POST adds a report that comes again."""
    cluster = get_cluster(slug)
    form = ScheduleForm(request.POST or None, cluster=cluster, prefix="again")
    if request.method == "POST":
        check_administrator(request)
        if form.is_valid() and _schedule(cluster, form):
            return redirect("reports", slug)
    rows = reports_of(cluster)
    page = page_of(request, rows.count(), ROWS)
    around = frame(cluster, latest_complete(cluster), "reports")
    context = {"rows": rows[page.window], "page": page, "schedules": schedules_of(cluster), "again": form}
    return render(request, "web/reports.html", around | context)


@login_required
@require_POST
def remove_schedule(request: HttpRequest, slug: str, schedule: int) -> HttpResponse:
    """Ends what comes again; the reports that came of it stay."""
    check_administrator(request)
    get_object_or_404(schedules_of(get_cluster(slug)), pk=schedule).delete()
    return redirect("reports", slug)


@login_required
def add_report(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """The form of a new report, filled in from the view that it was opened on; a POST orders it."""
    snapshot = get_snapshot(slug, number)
    focus = request.GET.get("focus", "").partition("/")[0]
    asked = {"namespaces": request.GET.get("namespaces", focus), "against": request.GET.get("against", "")}
    form = ReportForm(request.POST or None, cluster=snapshot.cluster, initial=asked)
    if request.method == "POST" and form.is_valid():
        try:
            report = request_report(snapshot, form.options, cast(User, request.user))
            return redirect("report", slug, report.pk)
        except OptionsRefused as refused:
            _add_refusal(form, refused)
    around = frame(snapshot.cluster, snapshot, "reports")
    return render(request, "web/new_report.html", around | {"form": form})


@login_required
def show_report(request: HttpRequest, slug: str, report: int) -> HttpResponse:
    """One report and its progress; `fragment=1` gives the piece that the page asks for again and again."""
    cluster = get_cluster(slug)
    context = {"shown": _find(cluster, report), "cluster": cluster}
    if "fragment" in request.GET:
        return render(request, "web/_report.html", context)
    return render(request, "web/report.html", frame(cluster, latest_complete(cluster), "reports") | context)


@login_required
def download_report(request: HttpRequest, slug: str, report: int) -> HttpResponse:
    found = _find(get_cluster(slug), report)
    data = file_of(found)
    if data is None:
        raise Http404("This report has no file yet.")
    name = f'attachment; filename="{found.file_name}"'
    return HttpResponse(
        data, content_type=_TYPES[found.options["format"]], headers={"Content-Disposition": name}
    )


def _find(cluster: Cluster, number: int) -> Report:
    found = reports_of(cluster).filter(pk=number).first()
    if found is None:
        raise Http404(f"{cluster.name} has no report {number}.")
    return found


def _schedule(cluster: Cluster, form: ScheduleForm) -> bool:
    try:
        add_schedule(cluster, form.options, every=form.cleaned_data["every"], recipients=form.addresses)
    except OptionsRefused as refused:
        _add_refusal(form, refused)
        return False
    return True


def _add_refusal(form: forms.Form, refused: OptionsRefused) -> None:
    form.add_error(refused.field if refused.field in form.fields else None, refused.message)
