"""The list of keyboard shortcuts, on every page behind `?`."""

from __future__ import annotations

from typing import Any

from django import template

from apps.web.keymap import KEYMAP

register = template.Library()


@register.inclusion_tag("web/_keys_dialog.html")
def keys_dialog() -> dict[str, Any]:
    return {"keymap": KEYMAP}
