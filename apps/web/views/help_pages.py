"""Help: how to ask, what the verdicts mean, which keys there are."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from apps.reachability.grammar import KEYS
from apps.web.keymap import KEYMAP
from apps.web.words import WORDS


@login_required
def show_help(request: HttpRequest) -> HttpResponse:
    context = {"keys": KEYS.values(), "keymap": KEYMAP, "section": "help"}
    return render(request, "web/help.html", context)


@login_required
def show_role(request: HttpRequest) -> HttpResponse:
    """The role to give Portolan in a cluster, as the deployment's own manifests have it."""
    role = (settings.BASE_DIR / "deploy/base/reader.yaml").read_text()
    return render(request, "web/help_role.html", {"role": role, "section": "help"})


@login_required
def show_verdicts(request: HttpRequest) -> HttpResponse:
    return render(request, "web/help_verdicts.html", {"words": WORDS, "section": "help"})
