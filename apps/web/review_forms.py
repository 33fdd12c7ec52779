"""The forms in which people decide: guardrails, exceptions, and what is new in a review."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any, cast

from django import forms
from django.utils import timezone

from apps.review.accept import LONGEST_TEXT, LONGEST_TIME
from apps.review.decide import Judgement
from apps.review.guardrails import Guardrail, GuardrailRefused, read_guardrails
from apps.review.models import Decision
from apps.snapshots.manifests import read_bytes

_MOST_TEXT = 500_000  # characters of guardrails at once
_CODE = {"rows": 14, "spellcheck": "false", "autocomplete": "off", "autocapitalize": "off"}


class GuardrailsForm(forms.Form):
    """`guardrails` holds what the text says once the form is valid."""

    text = forms.CharField(
        label="Guardrails as YAML",
        strip=False,
        max_length=_MOST_TEXT,
        widget=forms.Textarea(_CODE),
        help_text="Documents with --- between. One with the name of another becomes its next version.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.guardrails: Sequence[Guardrail] = ()

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"]
        try:
            self.guardrails = read_guardrails(read_bytes("guardrails", text.encode("utf-8", "replace")))
        except GuardrailRefused as refusal:
            told = [str(problem).removeprefix("guardrails: ") for problem in refusal.problems[:50]]
            raise forms.ValidationError(told) from None
        return text


class UntilField(forms.DateField):
    """A day, at whose end (UTC) something stops holding. Cleans to that time, or None."""

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"), **options)

    def clean(self, value: Any) -> Any:
        day = super().clean(value)
        return datetime.combine(day, time(23, 59, 59), UTC) if day else None


def in_days(days: int) -> str:
    """The day so many days from now, as a date field takes it."""
    return (timezone.now() + timedelta(days=days)).date().isoformat()


class AcceptForm(forms.Form):
    """Why something is accepted, and until when."""

    reason = forms.CharField(
        label="Why is this accepted?", max_length=LONGEST_TEXT, widget=forms.Textarea({"rows": 3})
    )
    until = UntilField(
        label="Until the end of",
        help_text=f"A day, at most {LONGEST_TIME.days} days ahead; then it comes back.",
    )


class DecisionForm(forms.Form):
    """What is decided about an item, or about the chosen source namespaces of it, or about a group."""

    item = forms.CharField(required=False, widget=forms.HiddenInput, max_length=24)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=0)
    choice = forms.ChoiceField(
        label="Decision",
        choices=Decision.Choice.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose one of these."},
    )
    note = forms.CharField(
        label="Note", required=False, max_length=LONGEST_TEXT, widget=forms.Textarea({"rows": 2})
    )
    until = UntilField(label="Accepted until the end of", required=False)
    sources = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, sources: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast(forms.MultipleChoiceField, self.fields["sources"])
        field.choices = [(source, source) for source in sources]

    @property
    def judgement(self) -> Judgement:
        given = self.cleaned_data
        is_accepted = given["choice"] == Decision.Choice.ACCEPT
        return Judgement(given["choice"], given["note"], given["until"] if is_accepted else None)
