"""The content security policy of every answer: only what this server itself serves, and nothing inline."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse

# A form may lead to a page before which single sign-on is renewed: browsers judge where it is sent on to.
_provider = urlsplit(settings.OIDC_OP_AUTHORIZATION_ENDPOINT if settings.OIDC_RP_CLIENT_ID else "")
_FORMS = f"'self' {_provider.scheme}://{_provider.netloc}" if _provider.netloc else "'self'"

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",  # the drawing's badges are made as data addresses
        "font-src 'self'",
        "connect-src 'self'",
        f"form-action {_FORMS}",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)


class ContentSecurityPolicy:
    """Middleware. Django 5.2 has none of its own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        return response
