"""The time zone in which pages print times: UTC, a named one, or the browser's own.

The browser's own is not known here: pages print UTC, and a script rewrites the times.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

COOKIE = "zone"
BROWSER = "browser"


class TimeZone:
    """Middleware: the zone that the reader chose, for the length of a request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        name = request.COOKIES.get(COOKIE, "")
        # Of names that are no zones nothing is looked up: they would be paths.
        with timezone.override(ZoneInfo(name) if name in zone_names() else None):
            return self.get_response(request)


@cache
def zone_names() -> tuple[str, ...]:
    """The named zones by place, `Europe/Berlin`."""
    return tuple(sorted(name for name in available_timezones() if "/" in name and name[:4] != "Etc/"))
