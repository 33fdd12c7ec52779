"""Who may do what, and see what: for administrators."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from apps.access.audit import record, record_change
from apps.access.models import Role
from apps.access.roles import give_role, groups_of_people, may_administer, own_role, role_of
from apps.access.scope_text import scopes_of, set_scopes, write_line, write_scopes, write_sight
from apps.access.sight import sight_of
from apps.web.access_forms import NewPersonForm, PersonForm
from apps.web.pages import page_of

_PEOPLE = 50  # a page


@login_required
def show_people(request: HttpRequest) -> HttpResponse:
    """Everybody with its role and what it sees; a POST adds somebody."""
    _check(request)
    form = NewPersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            user = _add(form)
        except IntegrityError:
            form.add_error("username", "Somebody has just added a person of this name.")
        else:
            record(request, person=user.username, role=form.cleaned_data["role"])
            messages.success(request, f"{user.username} was added.")
            return redirect("person", user.pk)
    users = User.objects.order_by("username")
    page = page_of(request, users.count(), _PEOPLE)
    context = {
        "section": "people",
        "form": form,
        "page": page,
        "rows": [_row(user) for user in users[page.window]],
        "groups": [
            {"group": group, "scopes": write_scopes(scopes_of(group))} for group in groups_of_people()[:200]
        ],
    }
    return render(request, "access/people.html", context, status=400 if form.errors else 200)


@login_required
def show_person(request: HttpRequest, user: int) -> HttpResponse:
    """One person's role, scopes and whether it may log in. Nobody takes these from oneself by mistake."""
    _check(request)
    person = User.objects.filter(pk=user).first()
    if person is None:
        raise Http404("There is no such person.")
    form = PersonForm(request.POST or None, initial=_initial(person))
    if request.method == "POST" and form.is_valid():
        if person == request.user:
            form.add_error(None, "Let another administrator change your own role.")
        else:
            before = _state(person)
            _change(person, form.cleaned_data)
            record_change(request, before, _state(person), person=person.username)
            messages.success(request, f"{person.username} was changed.")
            return redirect("people")
    context = {
        "section": "people",
        "person": person,
        "sees": write_sight(sight_of(person)),
        "form": form,
    }
    return render(request, "access/person.html", context, status=400 if form.errors else 200)


def _check(request: HttpRequest) -> None:
    if not may_administer(request.user):
        raise PermissionDenied("Only administrators say who may do what.")


def _row(user: User) -> dict[str, Any]:
    return {"user": user, "role": role_of(user) or "", "sees": write_sight(sight_of(user))}


def _initial(person: User) -> dict[str, Any]:
    return {
        "role": own_role(person),
        "active": person.is_active,
        "groups": groups_of_people().filter(user=person),
        "scopes": write_scopes(scopes_of(person)),
    }


def _state(person: User) -> dict[str, str]:
    """As the audit trail tells it."""
    return {
        "role": own_role(person),
        "may log in": "yes" if person.is_active else "no",
        "groups": ", ".join(group.name for group in groups_of_people().filter(user=person)),
        "scopes": write_line(scopes_of(person)),
    }


@transaction.atomic
def _add(form: NewPersonForm) -> User:
    user: User = form.save()
    give_role(user, Role(form.cleaned_data["role"]))
    return user


def _change(person: User, wanted: dict[str, Any]) -> None:
    with transaction.atomic():
        person.groups.set(wanted["groups"])
        give_role(person, Role(wanted["role"]))
        set_scopes(person, wanted["scopes"])
        person.is_active = wanted["active"]
        person.is_staff = person.is_superuser = False  # the role alone counts from now on
        person.save(update_fields=["is_active", "is_staff", "is_superuser"])
