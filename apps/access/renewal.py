"""What keeps a session of single sign-on true: after OIDC_RENEW_MINUTES the identity provider is asked again,
unseen (OpenID Connect Core 1.0, 3.1.2.1, `prompt=none`), and its groups and its refusal count at once.

Only what a browser opens can be sent to the provider and back. What a page fetches by itself is answered as
to nobody, whereupon the page opens itself anew. What somebody has filled in is taken for some periods more,
so that it is not lost.

What a renewal must remember is a row of its own among the sessions, named by its `state`: the tabs of a
browser share one session, and those that are renewed together would overwrite each other's part of it.
"""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, logout
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.models import Session
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.utils import timezone
from mozilla_django_oidc.middleware import SessionRefresh
from mozilla_django_oidc.views import OIDCAuthenticationCallbackView

BACKEND = "apps.access.single_sign_on.SingleSignOn"

_FORM_PERIODS = 3  # that a form may be sent late
_PATIENCE = timedelta(minutes=10)  # with the provider
_KEPT = "renewal"  # in a session's row


class Renewal(SessionRefresh):
    """Middleware, behind the one that tells whose session this is."""

    def process_request(self, request: HttpRequest) -> HttpResponseBase | None:
        if request.session.get(BACKEND_SESSION_KEY) != BACKEND or request.path in self.exempt_urls:
            return None
        if request.method == "GET" and "text/html" in request.headers.get("Accept", ""):
            return self._send_to_provider(request)
        late = time.time() - request.session.get("oidc_id_token_expiration", 0)
        periods = _FORM_PERIODS if request.method == "POST" else 0
        if late > periods * settings.OIDC_RENEW_ID_TOKEN_EXPIRY_SECONDS:
            request.user = AnonymousUser()
        return None

    def _send_to_provider(self, request: HttpRequest) -> HttpResponseBase | None:
        answer: HttpResponseBase | None = super().process_request(request)
        if answer is not None:
            _keep(request)
            answer["Cache-Control"] = "no-store"
        return answer


class Callback(OIDCAuthenticationCallbackView):
    """Where the provider sends a browser back to. Whom it does not let in again is out, and so is who comes
    back as somebody else: nobody's page goes on under another name. What was never asked for changes nothing,
    else a link from elsewhere could log people out."""

    def get(self, request: HttpRequest) -> HttpResponseBase:
        state = request.GET.get("state", "")
        self.renewed = _take(state)
        self.back = self.renewed.get("next") or request.session.get("oidc_login_next")
        states = request.session.get("oidc_states", {})
        if self.renewed and self.renewed["session"] == request.session.session_key:
            request.session["oidc_states"] = {**states, state: self.renewed["asked"]}
        elif state not in states:
            return HttpResponseRedirect(self.success_url)
        answer: HttpResponseBase = super().get(request)
        return answer

    @property
    def success_url(self) -> str:
        return self.back or settings.LOGIN_REDIRECT_URL

    @property
    def failure_url(self) -> str:
        refused: str = settings.LOGIN_REDIRECT_URL_FAILURE
        return f"{refused}&{urlencode({'next': self.back})}" if self.back else refused

    def login_success(self) -> HttpResponseBase:
        if self.renewed and self.renewed["user"] != self.user.pk:
            return self.login_failure()
        answer: HttpResponseBase = super().login_success()
        return answer

    def login_failure(self) -> HttpResponseBase:
        logout(self.request)
        answer: HttpResponseBase = super().login_failure()
        return answer


def _keep(request: HttpRequest) -> None:
    session = request.session
    state, asked = session["oidc_states"].popitem()  # the newest
    kept = {
        "asked": asked,
        "session": session.session_key,
        "user": request.user.pk,
        "next": session["oidc_login_next"],
    }
    Session.objects.save(state, {_KEPT: kept}, timezone.now() + _PATIENCE)
    session.modified = False


def _take(state: str) -> dict[str, Any]:
    """Once, and in time; else empty."""
    if not (state.isascii() and state.isalnum()):
        return {}
    row = Session.objects.filter(pk=state, expire_date__gt=timezone.now()).first()
    kept: dict[str, Any] = row.get_decoded().get(_KEPT, {}) if row else {}
    if kept:
        Session.objects.filter(pk=state).delete()
    return kept
