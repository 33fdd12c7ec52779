"""The one gate before every answer: does this reader see what this address tells?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, QueryDict
from django.urls import ResolverMatch
from django.utils.deprecation import MiddlewareMixin

from .roles import Person
from .rules import RULES, STRICTEST, Rule, Sees
from .sight import Names, sight_of

LIMITED = "Your access covers only some clusters, and this is about all of them."
PARTLY = "Your access covers only some namespaces of this cluster, and this answer tells about others too."
_METHODS = ("GET", "HEAD", "OPTIONS", "POST")


class Gate(MiddlewareMixin):
    """Middleware, behind those that find out who asks. Who has not logged in is the views' own matter."""

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        if request.method not in _METHODS and not request.path.startswith("/api/"):  # REST says so itself
            return HttpResponseNotAllowed(_METHODS)
        if "\0" in request.path:  # no name has one, and PostgreSQL refuses to look
            raise Http404("There is nothing of this name.")
        match = request.resolver_match
        if match and request.user.is_authenticated:
            check_sight(request.user, match, request.GET)
        return None

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """What somebody is told is kept for nobody else, by no proxy and by no browser that is shared."""
        match = request.resolver_match
        if match and RULES.get(match.view_name, STRICTEST).sees is not Sees.ANYBODY:
            response.headers.setdefault("Cache-Control", "private, no-cache")
        return response


def check_sight(user: Person, match: ResolverMatch, query: QueryDict) -> None:
    """Http404 for a cluster that the reader does not see, as if there were none; PermissionDenied where it
    sees a part only and the answer tells more."""
    slug = match.kwargs.get("slug")
    rule = RULES.get(match.view_name, STRICTEST)
    if rule.sees is Sees.ALL and not sight_of(user).is_all:
        raise PermissionDenied(LIMITED)
    if slug is None or rule.sees is Sees.ANYBODY:
        return
    names = sight_of(user).names_in(slug)
    if names is None:
        raise Http404(f"There is no cluster {slug}.")
    if rule.sees in (Sees.CHOSEN, Sees.ONESELF) or names.is_all:
        return
    if not (rule.sees is Sees.END and _names_an_end(rule, names, {**query.dict(), **match.kwargs})):
        raise PermissionDenied(PARTLY)


def _names_an_end(rule: Rule, names: Names, asked: Mapping[str, Any]) -> bool:
    return any(str(asked.get(end, "")).partition("/")[0] in names for end in rule.ends)
