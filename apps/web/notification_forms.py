"""The form of a notification rule."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings

from apps.review.models import Notice, NotificationRule
from apps.review.models.notifications import LONGEST_ADDRESS


class NotificationForm(forms.Form):
    """Whom to tell of what. Its fields are the words of `add_rule`."""

    events = forms.MultipleChoiceField(
        label="Tell of",
        choices=Notice.Kind.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose one at least."},
    )
    channel = forms.ChoiceField(
        label="By",
        choices=NotificationRule.Channel.choices,
        initial=NotificationRule.Channel.WEBHOOK,
        widget=forms.RadioSelect,
    )
    address = forms.CharField(
        label="Address",
        max_length=LONGEST_ADDRESS,
        help_text="Such as https://chat.example.org/hooks/1, or an e-mail address.",
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
    )
    every = forms.ChoiceField(
        label="When",
        choices=NotificationRule.Every.choices,
        initial=NotificationRule.Every.EVENT,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not settings.EMAIL_URL:
            channel = self.fields["channel"]
            channel.help_text = "No mail server is set up (EMAIL_URL), so nothing can be mailed."

    @classmethod
    def changing(cls, rule: NotificationRule, given: Mapping[str, Any] | None = None) -> NotificationForm:
        """Of a rule that is there. Its address is shown in part only, so it is typed again or stays."""
        form = cls(given, initial={"events": rule.events, "channel": rule.channel, "every": rule.every})
        form.fields["address"].required = False
        form.fields["address"].help_text = f"Leave it empty to keep {rule.address}"
        return form
