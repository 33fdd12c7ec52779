"""What a YAML scalar without quotes stands for, as kubectl reads it (YAML 1.1 as go-yaml has it).

Dates and base 60 stay text. `yes`, `no`, `on` and `off` are booleans; `y` and `n` are text, as in PyYAML.
"""

from __future__ import annotations

import math
import re

MAX_DIGITS = 400  # of one number: no float has more before its point

_BOOLEANS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
_WORDS: dict[str, bool | None] = dict.fromkeys(("", "~", "null", "Null", "NULL")) | {
    form: value for word, value in _BOOLEANS.items() for form in (word, word.title(), word.upper())
}
_INTEGER = re.compile(r"[-+]?(?:0b[01]+|0x[0-9a-fA-F]+|0[0-7]*|[1-9][0-9]*)\Z")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?\Z")
_NOT_FINITE = re.compile(r"(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))\Z")


def plain(text: str) -> str | int | float | bool | None:
    """The value of a plain scalar; an infinite float where no JSON number can hold what it says."""
    if text in _WORDS:
        return _WORDS[text]
    return _number(text) if text[0] in "+-.0123456789" else text


def _number(text: str) -> int | float | str:
    digits = text.replace("_", "")
    if len(digits) > MAX_DIGITS:
        return math.inf if _INTEGER.match(digits) or _FLOAT.match(digits) else text
    if _INTEGER.match(digits):
        octal = digits.lstrip("+-").startswith("0") and digits.lstrip("+-").isdigit()
        return int(digits, 8 if octal else 0)
    if _FLOAT.match(digits):
        return float(digits)
    return math.inf if _NOT_FINITE.match(text) else text
