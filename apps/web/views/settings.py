"""What a reader sets for this browser: time zone, theme, shortcuts. Kept in cookies; none is secret."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from apps.web.time_zone import BROWSER, COOKIE, zone_names

_A_YEAR = 365 * 24 * 3600  # seconds
_THEMES = (("auto", "As the system says"), ("light", "Light"), ("dark", "Dark"))
_SHORTCUTS = (("on", "On"), ("off", "Off"))


class SettingsForm(forms.Form):
    zone = forms.ChoiceField(
        label="Times are printed in",
        help_text="Reviews are best read in UTC; each time names its zone, and its tooltip gives the other.",
    )
    theme = forms.ChoiceField(label="Theme", choices=_THEMES, widget=forms.RadioSelect)
    shortcuts = forms.ChoiceField(
        label="Keyboard shortcuts of one key",
        choices=_SHORTCUTS,
        widget=forms.RadioSelect,
        help_text="Switch them off if you speak to your computer, or if they get in the way.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zones = [(name, name.replace("_", " ")) for name in zone_names()]
        field: Any = self.fields["zone"]
        field.choices = [("UTC", "UTC"), (BROWSER, "The zone of this browser"), ("A named zone", zones)]


@login_required
@require_http_methods(["GET", "POST"])
def show_settings(request: HttpRequest) -> HttpResponse:
    """The form; a POST keeps what was chosen in this browser."""
    if request.method != "POST":
        return render(request, "web/settings.html", _context(SettingsForm(initial=_present(request))))
    form = SettingsForm(request.POST)
    if not form.is_valid():
        return render(request, "web/settings.html", _context(form), status=400)
    messages.success(request, "Kept in this browser.")
    answer = redirect("settings")
    for name, value in form.cleaned_data.items():
        # Not HttpOnly: the theme's buttons write the same cookie.
        answer.set_cookie(name, value, max_age=_A_YEAR, samesite="Lax", secure=request.is_secure())
    return answer


def _present(request: HttpRequest) -> dict[str, str]:
    usual = {COOKIE: "UTC", "theme": "auto", "shortcuts": "on"}
    return {name: request.COOKIES.get(name, value) for name, value in usual.items()}


def _context(form: SettingsForm) -> dict[str, object]:
    return {"form": form, "section": "settings"}
