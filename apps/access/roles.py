"""Who may do what: a viewer reads, a reviewer also accepts and signs, an administrator also sets things up.

A role is a Django group of its name. Who has none may look, and Django's own `is_staff` and `is_superuser`
count as administrator, so that the first login of an installation can give roles to others.
"""

from __future__ import annotations

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, Group, User
from django.db.models import QuerySet, prefetch_related_objects

from .models import ApiToken, Role

__all__ = [
    "Person",
    "Role",
    "give_role",
    "groups_of_people",
    "may_administer",
    "may_review",
    "own_role",
    "role_of",
    "token_of",
]

_ORDER = tuple(Role)

Person = AbstractBaseUser | AnonymousUser


def role_of(user: Person) -> Role | None:
    """The highest of a user's roles; None for somebody who has not logged in, or is locked out."""
    if not (user.is_authenticated and user.is_active and isinstance(user, User)):
        return None
    own, token = own_role(user), token_of(user)
    return own if token is None else min(own, Role(token.role), key=_ORDER.index)


def token_of(user: Person) -> ApiToken | None:
    """The token that speaks for this user in this request, if one does (`authentication.py`)."""
    return getattr(user, "token", None)


def own_role(user: User) -> Role:
    """Whatever less a token may that speaks for this user."""
    if user.is_staff or user.is_superuser:
        return Role.ADMINISTRATOR
    prefetch_related_objects([user], "groups")  # once a request; what changes them forgets it
    named = {group.name for group in user.groups.all()}
    return next((role for role in reversed(_ORDER) if role in named), Role.VIEWER)


def may_review(user: Person) -> bool:
    """Accept edges and findings, and sign reviews."""
    return role_of(user) in (Role.REVIEWER, Role.ADMINISTRATOR)


def may_administer(user: Person) -> bool:
    """Add and change clusters and guardrails."""
    return role_of(user) is Role.ADMINISTRATOR


def groups_of_people() -> QuerySet[Group]:
    """Those that are no roles, by name: people whom the same scopes limit."""
    return Group.objects.exclude(name__in=_ORDER).order_by("name")


def give_role(user: User, role: Role) -> None:
    """Makes this the only role of a user; what else its groups say stays."""
    user.groups.remove(*Group.objects.filter(name__in=_ORDER))
    user.groups.add(Group.objects.get_or_create(name=str(role))[0])
