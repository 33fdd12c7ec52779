"""Text from a cluster as the report's fonts can show it, and in pieces that fit a line.

The standards for archives and screen readers forbid a glyph that no font has, and characters that steer the
direction of text could make a line say what it does not. Such characters are written out as `\\u{4E2D}`. What
is attached to the report keeps them as they were.
"""

from __future__ import annotations

import re
from typing import Any

LONGEST = 1_000  # characters of one text on paper; the rest is counted

# What Libertinus Serif and DejaVu Sans Mono both have, without what steers or hides.
_SHOWN = re.compile(r"[^ -~\u00a1-\u00ac\u00ae-\u017f\u0391-\u03a1\u03a3-\u03c9\u0400-\u045f–—‘’“”…→●◆◩✓]")
_RUN = re.compile(r"\S{25,}")
_BREAK_AFTER = re.compile(r"(?<=[-./:_,=])(?=\w)")
ZERO_WIDTH_SPACE = "\u200b"


def printable(value: Any) -> Any:
    """The same value (JSON) with every text made fit for paper; keys stay as they are."""
    if isinstance(value, str):
        return show(value)
    if isinstance(value, dict):
        return {key: printable(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [printable(each) for each in value]
    return value


def shorten(value: Any, most: int) -> Any:
    """The same value with every text cut to `most` characters."""
    if isinstance(value, str):
        return value if len(value) <= most else f"{value[: most - 1]}…"
    if isinstance(value, dict):
        return {key: shorten(each, most) for key, each in value.items()}
    return [shorten(each, most) for each in value] if isinstance(value, list | tuple) else value


def fit(name: str, most: int) -> str:
    """A name in one piece of at most `most` characters on paper; of a longer one both ends, as names that
    begin alike end differently."""
    shown, tail = show(name).replace(ZERO_WIDTH_SPACE, ""), (most - 1) // 2
    return shown if len(shown) <= most else f"{shown[: most - 1 - tail]}…{shown[-tail:]}"


def show(text: str) -> str:
    """One line that can be broken anywhere a long word needs it."""
    shown = _SHOWN.sub(_write_out, text[:LONGEST])
    if len(text) > LONGEST:
        shown += f"… ({len(text) - LONGEST} more characters)"
    return _RUN.sub(_breakable, shown)


def _write_out(match: re.Match[str]) -> str:
    return f"\\u{{{ord(match[0]):X}}}"


def _breakable(match: re.Match[str]) -> str:
    """Breaks after what joins the parts of names, and in parts that are long themselves."""
    words = _BREAK_AFTER.sub(ZERO_WIDTH_SPACE, match[0]).split(ZERO_WIDTH_SPACE)
    pieces = [word[start : start + 16] for word in words for start in range(0, len(word), 16)]
    return ZERO_WIDTH_SPACE.join(pieces)
