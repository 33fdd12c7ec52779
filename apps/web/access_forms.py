"""The forms about people, their tokens and what both may see."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, cast

from django import forms
from django.conf import settings
from django.contrib.auth.forms import BaseUserCreationForm
from django.contrib.auth.models import Group, User
from django.db.models import QuerySet

from apps.access.models import Role
from apps.access.roles import groups_of_people
from apps.access.scope_text import ScopesRefused, read_scopes
from apps.snapshots.models import Cluster

_SCOPES_HELP = (
    "A cluster a line, then namespaces or globs: “prod payments team-a-*”. A cluster alone is all of it."
)


class ScopesField(forms.CharField):
    """Cleans to `{slug: [names and globs]}`, of clusters that whoever fills it in sees."""

    clusters: QuerySet[Cluster] = Cluster.objects.all()
    widget = forms.Textarea(attrs={"rows": 3, "class": "mono", "spellcheck": "false"})

    def __init__(self, empty: str, **kwargs: Any) -> None:
        """`empty`: what it means to leave it so."""
        told = f"{_SCOPES_HELP} Empty: {empty}."
        super().__init__(required=False, label="Sees", help_text=told, max_length=20000, **kwargs)

    def clean(self, value: Any) -> Any:
        try:
            return read_scopes(super().clean(value), self.clusters.all())
        except ScopesRefused as refused:
            raise forms.ValidationError(str(refused)) from None


class PersonForm(forms.Form):
    role = forms.ChoiceField(label="Role", choices=Role.choices)
    active = forms.BooleanField(label="May log in", required=False)
    groups = forms.ModelMultipleChoiceField(
        groups_of_people(),
        required=False,
        label="Groups",
        widget=forms.CheckboxSelectMultiple,
        help_text="Their scopes and its own add up. The identity provider chooses anew at each login.",
    )
    scopes = ScopesField(
        "what its groups see; if they say nothing either, everything, or nothing where SCOPES_REQUIRED is set"
    )


class GroupForm(forms.Form):
    scopes = ScopesField("it gives and takes nothing")


class NewGroupForm(GroupForm):
    name = forms.CharField(
        label="Name",
        max_length=150,
        help_text="As the identity provider calls it, if its people shall be in it as soon as they log in.",
    )
    field_order = ("name", "scopes")

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if Group.objects.filter(name=name).exists():
            raise forms.ValidationError("There is a role or a group of this name.")
        return name


class NewPersonForm(BaseUserCreationForm):  # type: ignore[type-arg]  # has none when it runs
    role = forms.ChoiceField(label="Role", choices=Role.choices)

    class Meta:
        model = User
        fields = ("username",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # It is the last part of its page: who arrives begins at the top.
        self.fields["username"].widget.attrs.pop("autofocus", None)


class TokenForm(forms.Form):
    name = forms.CharField(
        label="Name", max_length=120, help_text="What it is for, such as “pipeline of shop”."
    )
    role = forms.ChoiceField(
        label="Role", choices=Role.choices, help_text="It never may more than you may yourself."
    )
    days = forms.IntegerField(label="Days until it ends", min_value=1, max_value=3650)
    scopes = ScopesField("what you see")

    def __init__(self, *args: Any, clusters: QuerySet[Cluster], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["days"].initial = settings.TOKEN_DAYS
        cast(ScopesField, self.fields["scopes"]).clusters = clusters

    @property
    def lasting(self) -> timedelta:
        return timedelta(days=self.cleaned_data["days"])
