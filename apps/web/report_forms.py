"""The forms of a report and of one that comes again. Errors stand at the field that they are about."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.conf import settings

from apps.reports.models import Schedule
from apps.reports.options import Options
from apps.review.queries import guardrails_of
from apps.snapshots.models import Cluster

_KINDS = [("full", "Full: everything, with the evidence"), ("executive", "Executive: three pages")]
_FORMATS = [
    ("pdf", "PDF"),
    ("xlsx", "Spreadsheet: edges, findings and exceptions (.xlsx)"),
    ("csv", "The same as CSV files (.zip)"),
]


class ReportForm(forms.Form):
    """What a report is to be. `options` gives it once the form is valid."""

    kind = forms.ChoiceField(label="Kind", choices=_KINDS)
    format = forms.ChoiceField(label="File", choices=_FORMATS)
    paper = forms.ChoiceField(label="Paper", choices=[("a4", "A4"), ("letter", "Letter")])
    namespaces = forms.CharField(
        label="Namespaces",
        required=False,
        max_length=20_000,
        help_text="With commas between. Every edge from or to them is told. Empty: the whole cluster.",
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
    )
    guardrail = forms.ChoiceField(
        label="Or a guardrail",
        required=False,
        help_text="Only the edges that it looks at.",
    )
    against = forms.IntegerField(
        label="Compare with snapshot",
        required=False,
        min_value=1,
        max_value=10**9 - 1,
        help_text="Its number. Empty: that of the last signed review.",
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, cluster: Cluster, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = [guardrail.name for guardrail in guardrails_of(cluster)]
        choice = cast(forms.ChoiceField, self.fields["guardrail"])
        choice.choices = [("", "None"), *((name, name) for name in names)]

    @property
    def options(self) -> Options:
        given = self.cleaned_data
        names = tuple(name.strip() for name in given["namespaces"].split(",") if name.strip())
        told = {field: given[field] for field in ("kind", "format", "paper", "guardrail", "against")}
        return Options(namespaces=names, **told)


class ScheduleForm(ReportForm):
    """A report that comes again, of the latest snapshot and against the last signed review."""

    every = forms.ChoiceField(label="Every", choices=Schedule.Every.choices, initial=Schedule.Every.MONTH)
    recipients = forms.CharField(
        label="Mail it to",
        required=False,
        max_length=5_000,
        help_text="E-mail addresses with commas between. Empty: it is kept here only.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["against"]
        if not settings.EMAIL_URL:
            del self.fields["recipients"]

    @property
    def options(self) -> Options:
        self.cleaned_data["against"] = None
        return super().options

    @property
    def addresses(self) -> list[str]:
        return [each for each in self.cleaned_data.get("recipients", "").split(",") if each.strip()]
