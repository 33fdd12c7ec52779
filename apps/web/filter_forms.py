"""Filters of lists, as they stand in the address. What is no value of its field is told and not used."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from apps.engine import Severity
from apps.engine.model import Dns
from apps.reachability.comparison import ChangeFilter
from apps.reachability.namespace_table import SORTS, NamespaceFilter
from apps.web.change_rows import KINDS
from apps.web.finding_rows import SEVERITY_WORDS

_ANY = ("", "any")
_DNS_WORDS = {Dns.RESOLVES: "resolves", Dns.BLOCKED: "blocked", Dns.UNKNOWN: "unknown"}


class NamespaceForm(forms.Form):
    """`missing=default-deny-ingress`, `dns=blocked`, `q=pay` or `q=env=prod`."""

    q = forms.CharField(label="Name, or label=value", required=False, max_length=400)
    missing = forms.ChoiceField(
        label="Missing",
        required=False,
        choices=[
            ("", "nothing asked"),
            ("default-deny-ingress", "default deny, ingress"),
            ("default-deny-egress", "default deny, egress"),
        ],
    )
    dns = forms.ChoiceField(
        label="Name lookup", required=False, choices=[_ANY, *((str(k), v) for k, v in _DNS_WORDS.items())]
    )
    sort = forms.ChoiceField(
        required=False,
        widget=forms.HiddenInput,
        choices=[(f"{sign}{key}", key) for key in SORTS for sign in ("", "-")],
    )

    def wanted(self) -> NamespaceFilter:
        given = used(self)
        return NamespaceFilter(
            missing=given["missing"].removeprefix("default-deny-"),
            dns=given["dns"],
            text=given["q"],
            sort=given["sort"] or "name",
        )


class FindingForm(forms.Form):
    """`severity=high`, `id=dns-blocked`, `namespace=payments`."""

    severity = forms.ChoiceField(
        label="Severity", required=False, choices=[_ANY, *((str(k), v) for k, v in SEVERITY_WORDS.items())]
    )
    id = forms.ChoiceField(label="Kind", required=False)
    namespace = forms.CharField(label="Namespace", required=False, max_length=253)

    def __init__(self, *args: Any, ids: Mapping[str, int], **kwargs: Any) -> None:
        """`ids`: the kinds of findings that there are, with their numbers."""
        super().__init__(*args, **kwargs)
        field: Any = self.fields["id"]
        field.choices = [_ANY, *((each, f"{each} ({count})") for each, count in sorted(ids.items()))]

    def severities(self) -> frozenset[Severity]:
        severity = used(self)["severity"]
        return frozenset({Severity(severity)}) if severity else frozenset()


class ChangesForm(forms.Form):
    """`kind=opened`, `cause=0`, `view=yaml`."""

    kind = forms.ChoiceField(label="Kind", required=False, choices=[_ANY, *KINDS.items()])
    cause = forms.IntegerField(label="Cause", required=False, min_value=0, max_value=10**6)
    view = forms.ChoiceField(
        label="View", required=False, choices=[("", "list"), ("list", "list"), ("yaml", "YAML")]
    )

    def wanted(self) -> ChangeFilter:
        self.is_valid()
        return ChangeFilter(self.cleaned_data.get("kind") or "", self.cleaned_data.get("cause"))


def used(form: forms.Form) -> dict[str, str]:
    """The valid values by field; empty for what is not given, and for what is wrong."""
    form.is_valid()
    return {name: form.cleaned_data.get(name) or "" for name in form.fields}
