"""One's own API tokens: making one, seeing when it ends, ending it."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from apps.access.audit import record
from apps.access.models import ApiToken
from apps.access.roles import token_of
from apps.access.scope_text import write_line, write_scopes
from apps.access.sight import sight_of
from apps.web.access_forms import TokenForm


@login_required
@never_cache
def show_tokens(request: HttpRequest) -> HttpResponse:
    """The reader's tokens. A POST makes one, which is shown this once."""
    _check(request)
    made = ""
    seen = sight_of(request.user).clusters()
    form = TokenForm(request.POST or None, clusters=seen)
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        _, made = ApiToken.objects.create(
            request.user, form.lasting, name=asked["name"], role=asked["role"], clusters=asked["scopes"]
        )
        record(
            request,
            token=asked["name"],
            role=asked["role"],
            days=str(asked["days"]),
            scopes=write_line(asked["scopes"]),
        )
        form = TokenForm(clusters=seen)
    rows = [(token, write_scopes(token.clusters)) for token in ApiToken.objects.filter(user=request.user)]
    context = {"section": "tokens", "form": form, "rows": rows, "made": made}
    return render(request, "access/tokens.html", context, status=400 if form.errors else 200)


@login_required
@require_POST
def end_token(request: HttpRequest, key: str) -> HttpResponse:
    _check(request)
    found = ApiToken.objects.filter(user=request.user, token_key=key).first()
    if found is None:
        raise Http404("You have no such token.")
    record(request, token=found.name)
    found.delete()
    messages.success(request, "The token was ended.")
    return redirect("tokens")


def _check(request: HttpRequest) -> None:
    """A token would learn from the others of namespaces that it does not see."""
    if token_of(request.user) is not None:
        raise PermissionDenied("Tokens are the matter of who logs in; a token has no say in them.")
