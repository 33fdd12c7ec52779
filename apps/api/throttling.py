"""Guessing passwords must be slow: attempts count by address, and by address and user name."""

from __future__ import annotations

from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle
from rest_framework.views import APIView


class LoginsByAddress(SimpleRateThrottle):
    scope = "logins-by-address"

    def get_cache_key(self, request: Request, view: APIView) -> str | None:
        return self.cache_format % {"scope": self.scope, "ident": self.get_ident(request)}


class LoginsByName(SimpleRateThrottle):
    scope = "logins-by-name"

    def get_cache_key(self, request: Request, view: APIView) -> str | None:
        name = request.data.get("username", "") if isinstance(request.data, dict) else ""
        ident = f"{self.get_ident(request)}|{str(name).casefold()[:150]!r}"
        return self.cache_format % {"scope": self.scope, "ident": ident}
