"""Who may do what: whoever has logged in may read, and the role says what more (apps/access/roles.py)."""

from __future__ import annotations

from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from apps.access.roles import may_administer, may_review


class AdministratorsWrite(BasePermission):
    message = "Only administrators may do this"

    def has_permission(self, request: Request, view: APIView) -> bool:
        user = request.user
        return user.is_authenticated and (request.method in SAFE_METHODS or may_administer(user))


class AdministratorsOnly(BasePermission):
    message = "Only administrators may do this"

    def has_permission(self, request: Request, view: APIView) -> bool:
        return request.user.is_authenticated and may_administer(request.user)


class ReviewersWrite(BasePermission):
    message = "Only reviewers may do this"

    def has_permission(self, request: Request, view: APIView) -> bool:
        user = request.user
        return user.is_authenticated and (request.method in SAFE_METHODS or may_review(user))
