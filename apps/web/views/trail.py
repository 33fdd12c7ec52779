"""The audit trail, newest first: for administrators."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render

from apps.access.models import AuditEntry
from apps.access.queries import COLUMNS, trail
from apps.access.roles import may_administer
from apps.web.edge_export import write_rows

_ROWS = 100  # a page
_PIECE = 2000  # rows of a file


class TrailForm(forms.Form):
    who = forms.CharField(label="Who", required=False, max_length=150)
    cluster = forms.CharField(label="Cluster", required=False, max_length=63)
    action = forms.ChoiceField(
        label="Action", required=False, choices=[("", "all"), *AuditEntry.Action.choices]
    )
    since = forms.DateField(
        label="From (UTC)", required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    until = forms.DateField(
        label="Until (UTC)", required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


@login_required
def show_trail(request: HttpRequest) -> HttpResponse:
    """The form's fields filter; `before` is the number of the entry that a page begins after."""
    form, entries = _asked(request)
    before = request.GET.get("before", "")
    if before.isascii() and before.isdigit() and len(before) < 18:
        entries = entries.filter(pk__lt=int(before))
    rows = list(entries[: _ROWS + 1])
    query = request.GET.copy()
    query.pop("before", None)
    context = {
        "section": "trail",
        "form": form,
        "rows": rows[:_ROWS],
        "query": query.urlencode(),
        "older": rows[_ROWS - 1].pk if len(rows) > _ROWS else None,
        "is_filtered": any(query.values()),
    }
    return render(request, "access/trail.html", context, status=400 if form.errors else 200)


@login_required
def export_trail(request: HttpRequest) -> HttpResponseBase:
    """All that the form's fields keep, newest first, as CSV."""
    form, entries = _asked(request)
    if form.errors:
        return show_trail(request)
    answer = StreamingHttpResponse(_lines(entries), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="audit-trail.csv"'
    return answer


def _asked(request: HttpRequest) -> tuple[TrailForm, QuerySet[AuditEntry]]:
    if not may_administer(request.user):
        raise PermissionDenied("Only administrators read the audit trail.")
    form = TrailForm(request.GET)
    return form, trail(**form.cleaned_data) if form.is_valid() else AuditEntry.objects.none()


def _lines(entries: QuerySet[AuditEntry]) -> Iterator[str]:
    yield write_rows([COLUMNS])
    rows = entries.values_list(*COLUMNS).iterator(_PIECE)
    while piece := list(islice(rows, _PIECE)):
        yield write_rows([[_cell(value) for value in row] for row in piece])


def _cell(value: object) -> object:
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False)
    return "" if value is None else value
