"""ES modules and what they import, so that a browser fetches them side by side and not level by level."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from django import template
from django.contrib.staticfiles.finders import find
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

register = template.Library()

_IMPORT = re.compile(r'^import .* from "\./([\w-]+\.js)";$', re.MULTILINE)


@register.simple_tag
def module(entry: str) -> SafeString:
    """The script of one module below `static/`, say `js/map.js`, and a preload of each that it needs."""
    links = format_html_join(
        "\n  ", '<link rel="modulepreload" href="{}">', ((static(each),) for each in needed_by(entry))
    )
    return format_html('{}\n  <script type="module" src="{}"></script>', links, static(entry))


@cache
def needed_by(entry: str) -> tuple[str, ...]:
    """What it imports, and what that imports, each once; the nearest first."""
    found = [entry]
    for each in found:
        found += [other for other in _imports_of(each) if other not in found]
    return tuple(found[1:])


def _imports_of(module: str) -> Iterator[str]:
    source = find(module)
    if not isinstance(source, str):
        raise FileNotFoundError(module)
    folder = module.rpartition("/")[0]
    return (f"{folder}/{name}" for name in dict.fromkeys(_IMPORT.findall(Path(source).read_text())))
