"""Who speaks, when a program brings a token."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.http import HttpRequest
from django.utils import timezone
from django.utils.deprecation import MiddlewareMixin
from knox.auth import TokenAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from .models import ApiToken


class ByToken(TokenAuthentication):
    """`Authorization: Token …`. The user then carries the token, whose role and scopes cut its own."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        user = request._request.user  # the middleware below has looked already
        if isinstance(user, User) and hasattr(user, "token"):
            return user, user.token
        return super().authenticate(request)

    def _cleanup_token(self, auth_token: ApiToken) -> bool:
        """Whether the token has ended; then it goes. The library would look through all of its user's too,
        at every request."""
        ended = auth_token.expiry is not None and auth_token.expiry < timezone.now()
        if ended:
            auth_token.delete()
        return ended

    def validate_user(self, auth_token: ApiToken) -> tuple[User, ApiToken]:
        user, token = super().validate_user(auth_token)
        user.token = token
        return user, token


class TokenLogin(MiddlewareMixin):
    """Middleware: whoever brings a token is known before any view, so that gate and audit trail know it too.

    What is no token is left to REST itself, which answers 401 with the reason.
    """

    def process_request(self, request: HttpRequest) -> None:
        if not request.headers.get("Authorization", "").lower().startswith("token "):
            return
        try:
            found = TokenAuthentication.authenticate(ByToken(), Request(request))
        except AuthenticationFailed:
            return
        if found:
            request.user = found[0]
