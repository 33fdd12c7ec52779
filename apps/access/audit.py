"""The audit trail: a row for every answer that told somebody something, changed something, or was refused."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django_guid import get_guid

from .addresses import client_address
from .models import AuditEntry
from .roles import token_of
from .rules import RULES, Deed, Rule

_log = logging.getLogger(__name__)

_ACTIONS = {
    Deed.READS: AuditEntry.Action.READ,
    Deed.EXPORTS: AuditEntry.Action.EXPORT,
    Deed.SIGNS: AuditEntry.Action.SIGN,
    Deed.LOGS_IN: AuditEntry.Action.LOGIN,
    Deed.LOGS_OUT: AuditEntry.Action.LOGOUT,
}
_SAFE = ("GET", "HEAD", "OPTIONS")
_DETAIL = "_detail"  # on a request: what its entry tells beside
_CAME = "_came"  # on a request that lets in or out: the name of who it came from


def record(request: HttpRequest, **detail: str) -> None:
    """What the entry of this request tells beside its address. Never a secret."""
    setattr(request, _DETAIL, detail)


def record_change(
    request: HttpRequest, before: Mapping[str, str], after: Mapping[str, str], **of: str
) -> None:
    """As `record`, of whom or what, and of what differs what it was and is."""
    turned = {
        name: f"{was or '-'} → {after[name] or '-'}" for name, was in before.items() if was != after[name]
    }
    record(request, **of, **turned)


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

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: Any
    ) -> None:
        rule = _rule(request)
        if rule and rule.deed in (Deed.LOGS_IN, Deed.LOGS_OUT):
            setattr(request, _CAME, request.user.get_username())


def _rule(request: HttpRequest) -> Rule | None:
    match = request.resolver_match
    return RULES.get(match.view_name) if match else None


def _action(request: HttpRequest) -> AuditEntry.Action | None:
    """What was done; None for what tells nothing about a cluster: style sheets, probes, forms to log in."""
    rule = _rule(request)
    if rule is None or rule.deed is Deed.TELLS_NOTHING:
        return None
    if rule.by_get:
        return _turn(getattr(request, _CAME, ""), request.user.get_username())
    if rule.deed in (Deed.SIGNS, Deed.LOGS_IN, Deed.LOGS_OUT):
        return _ACTIONS[rule.deed] if request.method not in _SAFE else None
    if request.method not in _SAFE and not rule.only_asks and rule.deed is not Deed.EXPORTS:
        return AuditEntry.Action.CHANGE
    return _ACTIONS[rule.deed]


def _turn(before: str, now: str) -> AuditEntry.Action | None:
    """What a way to the identity provider and back was; None for a session that was renewed and goes on."""
    if before and before == now:
        return None
    return AuditEntry.Action.LOGOUT if before and not now else AuditEntry.Action.LOGIN


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
        detail=getattr(request, _DETAIL, None),
    )
    try:
        entry.save()
    except DatabaseError:
        _log.exception("the audit trail cannot be written: %s", entry)


def _who(request: HttpRequest, action: AuditEntry.Action) -> str:
    """Whoever failed to log in is known by the name that was given; of others nothing is read for it."""
    known = request.user.get_username() or getattr(request, _CAME, "")
    if known or action != AuditEntry.Action.LOGIN:
        return known
    return str(request.POST.get("username", ""))


def _path(request: HttpRequest, action: AuditEntry.Action) -> str:
    """With the question, but where that holds the code of single sign-on."""
    secret = action in (AuditEntry.Action.LOGIN, AuditEntry.Action.LOGOUT)
    return request.path if secret else request.get_full_path()
