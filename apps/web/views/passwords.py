"""Changing one's own password."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.views import PasswordChangeView
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse_lazy

from apps.access.roles import token_of


class ChangePassword(PasswordChangeView):
    """A change ends all other sessions of the person. Tokens go on: they end on their own page."""

    template_name = "access/password.html"
    success_url = reverse_lazy("settings")
    extra_context = {"section": "settings"}

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if token_of(request.user) is not None:
            raise PermissionDenied("A password is changed by who logs in with it; a token has no say in it.")
        if request.user.is_authenticated and not request.user.has_usable_password():
            raise PermissionDenied("You have no password here: you log in with single sign-on.")
        return super().dispatch(request, *args, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        messages.success(
            self.request, "Your password was changed. Wherever else you were logged in, you are not now."
        )
        return super().form_valid(form)

    def form_invalid(self, form: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=400)
