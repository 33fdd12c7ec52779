"""Guessing passwords must be slow: attempts count by address and user name here, by address alone in
`apps/access/pace.py`."""

from __future__ import annotations

from hashlib import sha256

from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle
from rest_framework.views import APIView

from apps.access.addresses import guesser


class LoginsByName(SimpleRateThrottle):
    scope = "logins-by-name"

    def get_cache_key(self, request: Request, view: APIView) -> str | None:
        name = request.data.get("username", "") if isinstance(request.data, dict) else ""
        # Hashed: a name may be of any length and hold what the key of a cache may not.
        digest = sha256(str(name).casefold().encode(errors="replace")).hexdigest()
        return self.cache_format % {"scope": self.scope, "ident": f"{guesser(request._request)}|{digest}"}
