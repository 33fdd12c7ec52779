"""What keeps a session of single sign-on true: after OIDC_RENEW_MINUTES the identity provider is asked again,
unseen (OpenID Connect Core 1.0, 3.1.2.1, `prompt=none`), and its groups and its refusal count at once.

Only what a browser opens can be sent to the provider and back. What a page fetches by itself is answered as
to nobody, whereupon the page opens itself anew. What somebody has filled in is taken for some periods more,
so that it is not lost.
"""

from __future__ import annotations

import time

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, logout
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponseBase
from mozilla_django_oidc.middleware import SessionRefresh
from mozilla_django_oidc.views import OIDCAuthenticationCallbackView

BACKEND = "apps.access.single_sign_on.SingleSignOn"

_FORM_PERIODS = 3  # that a form may be sent late


class Renewal(SessionRefresh):
    """Middleware, behind the one that tells whose session this is."""

    def process_request(self, request: HttpRequest) -> HttpResponseBase | None:
        if request.session.get(BACKEND_SESSION_KEY) != BACKEND or request.path in self.exempt_urls:
            return None
        if request.method == "GET" and "text/html" in request.headers.get("Accept", ""):
            answer: HttpResponseBase | None = super().process_request(request)
            return answer
        late = time.time() - request.session.get("oidc_id_token_expiration", 0)
        if late > (
            settings.OIDC_RENEW_ID_TOKEN_EXPIRY_SECONDS * _FORM_PERIODS if request.method == "POST" else 0
        ):
            request.user = AnonymousUser()
        return None


class Callback(OIDCAuthenticationCallbackView):
    """Where the provider sends a browser back to. Whom it does not let in again is out."""

    def login_failure(self) -> HttpResponseBase:
        logout(self.request)
        answer: HttpResponseBase = super().login_failure()
        return answer
