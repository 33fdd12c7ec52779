"""Where a request comes from."""

from __future__ import annotations

from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str | None:
    """The client's IP address. X-Forwarded-For is the client's own word but for what our PROXIES added."""
    passed = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
    found = passed[-settings.PROXIES] if 0 < settings.PROXIES <= len(passed) else ""
    return _checked(found) or _checked(str(request.META.get("REMOTE_ADDR", "")))


def _checked(text: str) -> str | None:
    try:
        return str(ip_address(text))
    except ValueError:
        return None
