"""Where a request comes from."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str | None:
    """The client's IP address. X-Forwarded-For is the client's own word but for what our PROXIES added."""
    passed = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
    found = passed[-settings.PROXIES] if 0 < settings.PROXIES <= len(passed) else ""
    return _checked(found) or _checked(str(request.META.get("REMOTE_ADDR", "")))


def guesser(request: HttpRequest) -> str | None:
    """Whose guesses of passwords count together: an address, or the 64 bits of an IPv6 one (RFC 4291, 2.5.4)
    behind which one machine may have every address."""
    found = client_address(request)
    address = ip_address(found.partition("%")[0]) if found else None
    if not isinstance(address, IPv6Address):
        return found
    return str(address.ipv4_mapped or ip_network((address, 64), strict=False).network_address)


def _checked(text: str) -> str | None:
    try:
        return str(ip_address(text))
    except ValueError:
        return None
