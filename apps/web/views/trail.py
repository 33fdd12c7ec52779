"""The audit trail, newest first: for administrators."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from apps.access.models import AuditEntry
from apps.access.roles import may_administer

_ROWS = 100  # a page
_FILTERS = ("who", "cluster", "action")


@login_required
def show_trail(request: HttpRequest) -> HttpResponse:
    """`who`, `cluster` and `action` filter; `before` is the number of the entry that a page begins after."""
    if not may_administer(request.user):
        raise PermissionDenied("Only administrators read the audit trail.")
    given = {name: request.GET.get(name, "").replace("\0", "�") for name in _FILTERS}
    wanted = {name: value for name, value in given.items() if value}
    entries = AuditEntry.objects.filter(**wanted)
    before = request.GET.get("before", "")
    if before.isascii() and before.isdigit() and len(before) < 18:
        entries = entries.filter(pk__lt=int(before))
    rows = list(entries[: _ROWS + 1])
    older = ""
    if len(rows) > _ROWS:
        query = request.GET.copy()
        query["before"] = str(rows[_ROWS - 1].pk)
        older = query.urlencode()
    context = {
        "section": "trail",
        "rows": rows[:_ROWS],
        "older": older,
        "wanted": wanted,
        "actions": AuditEntry.Action.values,
    }
    return render(request, "access/trail.html", context)
