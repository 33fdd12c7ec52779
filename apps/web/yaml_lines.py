"""YAML as numbered, highlighted lines. The highlighter escapes what it is given."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.safestring import SafeString, mark_safe
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import YamlLexer


@dataclass(frozen=True, slots=True)
class Line:
    number: int  # from 1
    html: SafeString
    hit: bool


def yaml_lines(text: str, marks: Iterable[tuple[int, int]] = ()) -> list[Line]:
    """The lines of `text`; `hit` where one of `marks` (first and last line, from 1) covers it."""
    hits = {number for first, last in marks for number in range(first, last + 1)}
    html = highlight(text, YamlLexer(stripnl=False), HtmlFormatter(nowrap=True))
    return [
        Line(number, mark_safe(line), number in hits)  # noqa: S308 - escaped by the formatter
        for number, line in enumerate(html.rstrip("\n").split("\n"), start=1)
    ]
