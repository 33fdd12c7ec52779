"""Whether Portolan is well: for probes, for Prometheus, and for the people who run it."""

from __future__ import annotations

from hmac import compare_digest
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST

from apps.access.roles import may_administer
from apps.access.sight import sight_of
from apps.operations import vitals
from apps.operations.metrics import write_metrics


@require_safe
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """200 while this process answers at all: what does not is started anew."""
    return JsonResponse({"status": "ok"})


@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """503 without a database; what is stored can be asked also without broker and scheduler: `degraded`."""
    broken = vitals.database_error()
    if broken:
        return JsonResponse({"status": "unavailable", "database": broken}, status=503)
    queue = vitals.queue()
    parts = {"broker": queue.error or "ok", "scheduler": vitals.scheduler_error() or "ok"}
    well = all(state == "ok" for state in parts.values())
    return JsonResponse(
        {
            "status": "ready" if well else "degraded",
            "database": "ok",
            **parts,
            "newest_snapshot_age_seconds": vitals.newest_age(),
        }
    )


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """For whoever brings METRICS_TOKEN as a bearer token, and for administrators without limits."""
    if not (_brings_token(request) or (may_administer(request.user) and sight_of(request.user).is_all)):
        return HttpResponse("METRICS_TOKEN is needed, as a bearer token.\n", "text/plain", status=401)
    return HttpResponse(write_metrics(), CONTENT_TYPE_LATEST)


@login_required
@require_safe
def operations(request: HttpRequest) -> HttpResponse:
    """The same as a page, for administrators."""
    if not may_administer(request.user):
        raise PermissionDenied("Only administrators see how Portolan itself is.")
    return render(request, "operations/operations.html", _context())


def _context() -> dict[str, Any]:
    return {
        "section": "operations",
        "queue": vitals.queue(),
        "scheduler_error": vitals.scheduler_error(),
        "pulses": vitals.pulses(),
        "vitals": vitals.clusters(),
    }


def _brings_token(request: HttpRequest) -> bool:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    expected = settings.METRICS_TOKEN
    return bool(expected) and scheme == "Bearer" and compare_digest(token.encode(), expected.encode())
