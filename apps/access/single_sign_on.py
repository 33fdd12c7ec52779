"""Logging in with the company's identity provider (OpenID Connect Core 1.0).

The provider says who somebody is and which groups it is in; OIDC_ROLES says what a group may do here. Who is
in none of those groups does not come in. Roles and groups are taken over at each login.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.core.exceptions import SuspiciousOperation
from django.db.models import QuerySet
from django.http import HttpRequest
from jwt import PyJWTError
from mozilla_django_oidc.auth import OIDCAuthenticationBackend
from requests import RequestException

from .roles import Role, groups_of_people

_log = logging.getLogger(__name__)

Claims = Mapping[str, Any]

_PREFIX = "sso:"  # no name of the provider's is that of a user with a password
_LONGEST = 150  # characters of a name


class SingleSignOn(OIDCAuthenticationBackend):
    """Users are known by the provider's `sub`, which alone is never given to somebody else."""

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> User | None:
        """None, and a line in the log, when the provider refuses, is away, or says what cannot be true."""
        try:
            found: User | None = super().authenticate(request, **credentials)
        except (RequestException, PyJWTError, SuspiciousOperation, ValueError) as error:
            _log.warning("single sign-on failed: %s: %s", type(error).__name__, error)
            return None
        return found

    def get_userinfo(self, access_token: str, id_token: str, payload: Claims) -> Claims:
        """OpenID Connect Core 1.0: neither an ID token for another client (3.1.3.7) nor user info of another
        `sub` than the token's (5.3.2) may be used."""
        audience = payload.get("aud")
        if settings.OIDC_RP_CLIENT_ID not in (audience if isinstance(audience, list) else [audience]):
            raise SuspiciousOperation("the identity provider's token is for another client")
        found: Claims = super().get_userinfo(access_token, id_token, payload)
        if found.get("sub") != payload.get("sub"):
            raise SuspiciousOperation("the identity provider tells about somebody else than it let in")
        return found

    def verify_claims(self, claims: Claims) -> bool:
        return isinstance(claims.get("sub"), str) and _role(claims) is not None

    def filter_users_by_claims(self, claims: Claims) -> QuerySet[User]:
        return User.objects.filter(username=self.get_username(claims))

    def get_username(self, claims: Claims) -> str:
        """A `sub` of up to 255 characters may be longer than a name; those that begin alike stay apart."""
        whole = f"{_PREFIX}{claims['sub']}"
        return whole if len(whole) <= _LONGEST else f"{_PREFIX}{sha256(whole.encode()).hexdigest()}"

    def get_user(self, user_id: int) -> User | None:
        """The user of a session. The library's own also knows whom an administrator has shut out since."""
        found: User | None = super().get_user(user_id)
        return found if found and self.user_can_authenticate(found) else None

    def create_user(self, claims: Claims) -> User:
        return self.update_user(User.objects.create_user(self.get_username(claims)), claims)

    def update_user(self, user: User, claims: Claims) -> User:
        role = _role(claims)
        if role is None:
            raise ValueError("verify_claims let somebody in who has no role")
        user.email = str(claims.get("email") or "")[:254]
        user.first_name = str(claims.get("name") or claims.get("preferred_username") or "")[:150]
        user.save(update_fields=["email", "first_name"])
        named = Group.objects.get_or_create(name=str(role))[0]
        # All in one: a request that comes in between, while a session is renewed, would find no role.
        user.groups.set([named, *groups_of_people().filter(name__in=_groups(claims))])
        return user


def _groups(claims: Claims) -> list[str]:
    found = claims.get(settings.OIDC_GROUPS_CLAIM)
    return [each for each in found if isinstance(each, str)] if isinstance(found, list) else []


def _role(claims: Claims) -> Role | None:
    """The highest role of the reader's groups."""
    roles = {settings.OIDC_ROLES[name] for name in _groups(claims) if name in settings.OIDC_ROLES}
    return next((role for role in reversed(Role) if role in roles), None)
