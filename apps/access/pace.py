"""How often one person may ask for work: what costs seconds each time, and is done for the asker alone.

Counted by each web process for itself, so that neither the database nor the queue is asked about it.
"""

from __future__ import annotations

from collections.abc import Callable
from math import ceil
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.deprecation import MiddlewareMixin
from rest_framework.throttling import UserRateThrottle

from .rules import RULES
from .too_many import too_many

DETAIL = "You have asked for as much work as one may in a minute. Ask again when it is over."


class Pace(MiddlewareMixin):
    """Middleware, behind the gate: whom that refuses has asked for nothing."""

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        match = request.resolver_match
        rule = RULES.get(match.view_name) if match else None
        if not (rule and rule.works and request.method == "POST" and request.user.is_authenticated):
            return None
        throttle = _Work()
        if throttle.allow_request(request, None):  # type: ignore[arg-type]  # it looks at the user only
            return None
        return too_many(request, DETAIL, ceil(throttle.wait() or 1))


class _Work(UserRateThrottle):
    scope = "work"

    def get_rate(self) -> str:
        return f"{settings.WORK_PER_MINUTE}/min"
