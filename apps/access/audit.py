"""The audit trail: a row for every answer that told somebody something, changed something, or was refused."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django_guid import get_guid

from .addresses import client_address
from .models import AuditEntry
from .roles import token_of
from .rules import RULES, Deed

_log = logging.getLogger(__name__)

_ACTIONS = {
    Deed.READS: AuditEntry.Action.READ,
    Deed.EXPORTS: AuditEntry.Action.EXPORT,
    Deed.SIGNS: AuditEntry.Action.SIGN,
    Deed.LOGS_IN: AuditEntry.Action.LOGIN,
    Deed.LOGS_OUT: AuditEntry.Action.LOGOUT,
}
_SAFE = ("GET", "HEAD", "OPTIONS")


class Audit:
    """Middleware, outside of everything that may refuse."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        action = _action(request)
        if action:
            _write(request, response, action)
        return response


def _action(request: HttpRequest) -> AuditEntry.Action | None:
    """What was done; None for what tells nothing about a cluster: style sheets, probes, forms to log in."""
    match = request.resolver_match
    rule = RULES.get(match.view_name) if match else None
    if rule is None or rule.deed is Deed.TELLS_NOTHING:
        return None
    if rule.deed in (Deed.SIGNS, Deed.LOGS_IN, Deed.LOGS_OUT):
        done = rule.by_get or request.method not in _SAFE
        return _ACTIONS[rule.deed] if done else None
    if request.method not in _SAFE and not rule.only_asks and rule.deed is not Deed.EXPORTS:
        return AuditEntry.Action.CHANGE
    return _ACTIONS[rule.deed]


def _write(request: HttpRequest, response: HttpResponse, action: AuditEntry.Action) -> None:
    """An answer that is ready is not withheld because the trail cannot be written; the log says so."""
    match = request.resolver_match
    user = request.user
    token = token_of(user) if user.is_authenticated else None
    entry = AuditEntry(
        who=_who(request, action)[:150],
        token=token.name if token else "",
        action=action,
        method=(request.method or "")[:8],
        path=_path(request, action)[:2000],
        cluster=match.kwargs.get("slug", "")[:63] if match else "",
        status=response.status_code,
        address=client_address(request),
        request_id=get_guid() or "",
    )
    try:
        entry.save()
    except DatabaseError:
        _log.exception("the audit trail cannot be written: %s", entry)


def _who(request: HttpRequest, action: AuditEntry.Action) -> str:
    """Whoever failed to log in is known by the name that was given; of others nothing is read for it."""
    if request.user.is_authenticated or action != AuditEntry.Action.LOGIN:
        return request.user.get_username()
    return str(request.POST.get("username", ""))


def _path(request: HttpRequest, action: AuditEntry.Action) -> str:
    """With the question, but where that holds the code of single sign-on."""
    return request.path if action == AuditEntry.Action.LOGIN else request.get_full_path()
