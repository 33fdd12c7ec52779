"""Who speaks, when a program brings a token."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.http import HttpRequest
from django.utils import timezone
from django.utils.deprecation import MiddlewareMixin
from knox.auth import TokenAuthentication
from knox.crypto import hash_token
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from apps.snapshots.prepared import Prepared

from .models import ApiToken

_by_digest = Prepared(
    lambda digest: ApiToken.objects.select_related("user").filter(digest=digest), "the digest"
)


class ByToken(TokenAuthentication):
    """`Authorization: Token …`. The user then carries the token, whose role and scopes cut its own."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        user = request._request.user
        if isinstance(user, User) and hasattr(user, "token"):
            return user, user.token
        super().authenticate(request)  # says what is wrong with it
        return None  # whom the middleware below did not see, the gate has not seen either

    def authenticate_credentials(self, token: bytes) -> tuple[User, ApiToken]:
        """By its hash, in one look-up; the library would look through all of its user's at every request."""
        found = _by_digest(hash_token(token.decode(errors="replace")))
        if not found or _has_ended(found[0]):
            raise AuthenticationFailed("Invalid token.")
        user, stored = self.validate_user(found[0])
        user.token = stored
        return user, stored


class TokenLogin(MiddlewareMixin):
    """Middleware: whoever brings a token is known before any view, so that gate and audit trail know it too.

    What is no token is left to REST itself, which answers 401 with the reason.
    """

    def process_request(self, request: HttpRequest) -> None:
        if "Authorization" not in request.headers:
            return
        try:
            found = TokenAuthentication.authenticate(ByToken(), Request(request))
        except AuthenticationFailed:
            return
        if found:
            request.user = found[0]


def _has_ended(token: ApiToken) -> bool:
    """Then it goes."""
    ended = token.expiry is not None and token.expiry < timezone.now()
    if ended:
        token.delete()
    return ended
