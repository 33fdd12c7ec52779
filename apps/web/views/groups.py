"""Groups of people, whom the same scopes limit: for administrators."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import Group, User
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from apps.access.audit import record, record_change
from apps.access.roles import groups_of_people, may_administer
from apps.access.scope_text import scopes_of, set_scopes, write_line, write_scopes
from apps.web.access_forms import GroupForm, NewGroupForm

_MEMBERS = 200  # shown


@login_required
def add_group(request: HttpRequest) -> HttpResponse:
    _check(request)
    form = NewGroupForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            group = _add(form.cleaned_data["name"], form.cleaned_data["scopes"])
        except IntegrityError:
            form.add_error("name", "Somebody has just added a group of this name.")
        else:
            record(request, group=group.name, **_state(group))
            messages.success(request, f"The group {group.name} was added.")
            return redirect("people")
    context = {"section": "people", "form": form}
    return render(request, "access/group.html", context, status=400 if form.errors else 200)


@login_required
def show_group(request: HttpRequest, group: int) -> HttpResponse:
    """What everybody in a group sees, and who is in it."""
    _check(request)
    found = _find(group)
    form = GroupForm(request.POST or None, initial={"scopes": write_scopes(scopes_of(found))})
    if request.method == "POST" and form.is_valid():
        before = _state(found)
        set_scopes(found, form.cleaned_data["scopes"])
        record_change(request, before, _state(found), group=found.name)
        messages.success(request, f"The group {found.name} was changed.")
        return redirect("people")
    members = User.objects.filter(groups=found).order_by("username")
    context = {
        "section": "people",
        "group": found,
        "members": members[:_MEMBERS],
        "member_count": members.count(),
        "form": form,
    }
    return render(request, "access/group.html", context, status=400 if form.errors else 200)


@login_required
@require_POST
def remove_group(request: HttpRequest, group: int) -> HttpResponse:
    """An empty one only: its scopes go with it, and whom they limited would see more."""
    _check(request)
    found = _find(group)
    if found.user_set.exists():
        messages.error(
            request, f"There are people in {found.name}, whom its scopes limit: take them out first."
        )
        return redirect("group", group)
    record(request, group=found.name, **_state(found))
    found.delete()
    messages.success(request, f"The group {found.name} was removed.")
    return redirect("people")


def _check(request: HttpRequest) -> None:
    if not may_administer(request.user):
        raise PermissionDenied("Only administrators say who sees what.")


@transaction.atomic
def _add(name: str, scopes: dict[str, list[str]]) -> Group:
    group = Group.objects.create(name=name)
    set_scopes(group, scopes)
    return group


def _state(group: Group) -> dict[str, str]:
    """As the audit trail tells it."""
    return {"scopes": write_line(scopes_of(group))}


def _find(group: int) -> Group:
    found = groups_of_people().filter(pk=group).first()
    if found is None:
        raise Http404("There is no such group.")
    return found
