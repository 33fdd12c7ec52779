"""OIDC_ROLES: which group of the identity provider has which role here."""

from __future__ import annotations

from django.core.exceptions import ImproperlyConfigured

_ROLES = ("viewer", "reviewer", "administrator")


def read_roles(text: str) -> dict[str, str]:
    """`security=reviewer,platform=administrator` as `{group: role}`."""
    found = {}
    for pair in filter(None, (each.strip() for each in text.split(","))):
        group, _, role = (part.strip() for part in pair.rpartition("="))
        if not group or role not in _ROLES:
            raise ImproperlyConfigured(
                f"OIDC_ROLES must hold GROUP=ROLE with a role of {', '.join(_ROLES)}, not {pair!r}"
            )
        found[group] = role
    if not found:
        raise ImproperlyConfigured("OIDC_ROLES must be set where OIDC_CLIENT_ID is: nobody could come in")
    return found
