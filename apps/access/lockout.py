"""What somebody is told whose name and address are locked after too many wrong passwords."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render


def refuse(
    request: HttpRequest, response: HttpResponse | None = None, *args: Any, **kwargs: Any
) -> HttpResponse:
    """429 (RFC 6585), as a page or as a problem document (RFC 9457)."""
    seconds = int(settings.AXES_COOLOFF_TIME.total_seconds())
    detail = (
        f"Too many wrong passwords for this name from this address. Try again in {seconds // 60} minutes."
    )
    if request.path.startswith("/api/"):
        body = {
            "type": "about:blank",
            "title": "Too Many Requests",
            "status": 429,
            "detail": detail,
            "errors": [],
        }
        answer: HttpResponse = JsonResponse(body, content_type="application/problem+json")
    else:
        answer = render(request, "access/locked.html", {"detail": detail})
    answer.status_code = 429
    answer["Retry-After"] = str(seconds)
    return answer
