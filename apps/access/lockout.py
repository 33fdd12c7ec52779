"""What somebody is told whose name and address are locked after too many wrong passwords."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from .too_many import too_many


def refuse(
    request: HttpRequest, response: HttpResponse | None = None, *args: Any, **kwargs: Any
) -> HttpResponse:
    seconds = int(settings.AXES_COOLOFF_TIME.total_seconds())
    detail = (
        f"Too many wrong passwords for this name from this address. Try again in {seconds // 60} minutes."
    )
    return too_many(request, detail, seconds, "access/locked.html")
