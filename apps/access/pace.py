"""How often one person may ask for work: what costs seconds each time, and is done for the asker alone. And
how often one place may try to log in, under whatever names.

Counted by each web process for itself, so that neither the database nor the queue is asked about it.
"""

from __future__ import annotations

from collections.abc import Callable
from math import ceil
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.deprecation import MiddlewareMixin
from rest_framework.throttling import SimpleRateThrottle, UserRateThrottle

from .addresses import guesser
from .rules import RULES, Deed
from .too_many import too_many

DETAIL = "You have asked for as much work as one may in a minute. Ask again when it is over."
LOGINS = "Too many tries to log in from your address. Try again when the minute is over."


class Pace(MiddlewareMixin):
    """Middleware, behind the gate: whom that refuses has asked for nothing."""

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        match = request.resolver_match
        rule = RULES.get(match.view_name) if match else None
        if rule is None or request.method != "POST":
            return None
        if rule.deed is Deed.LOGS_IN:
            return _refusal(request, LoginsByAddress(), LOGINS)
        if rule.works and request.user.is_authenticated:
            return _refusal(request, _Work(), DETAIL)
        return None


def _refusal(request: HttpRequest, throttle: SimpleRateThrottle, detail: str) -> HttpResponse | None:
    if throttle.allow_request(request, None):  # type: ignore[arg-type]  # they look at user and address only
        return None
    return too_many(request, detail, ceil(throttle.wait() or 1))


class _Work(UserRateThrottle):
    scope = "work"

    def get_rate(self) -> str:
        return f"{settings.WORK_PER_MINUTE}/min"


class LoginsByAddress(SimpleRateThrottle):
    scope = "logins-by-address"

    def get_cache_key(self, request: Any, view: Any) -> str:
        return f"{self.scope}|{guesser(request)}"
