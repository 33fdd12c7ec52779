"""JSON text, one value or several one behind the other, becomes plain values within limits.

JSON is YAML too, but Python's decoder is many times faster, and the answers of a cluster are large.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from typing import Any

from apps.snapshots.documents import Document, Unreadable
from apps.snapshots.yaml_scalars import MAX_DIGITS
from apps.snapshots.yaml_values import MAX_DEPTH, Flaw, Loaded

_BLANK = re.compile(r"[ \t\n]*")
_NOT_TEXT = re.compile("[\0\ud800-\udfff]")


def looks_like_json(text: str) -> bool:
    return text.lstrip(" \t\n")[:1] in ("{", "[")


def split_json(text: str) -> Iterator[tuple[Document, Loaded | Unreadable]]:
    """Each JSON value of a text, in order, with its number, its place and its flaws.

    After a value that cannot be read nothing more is looked for.
    """
    number, line, start = 0, 1, 0
    while (begin := _skip(text, start)) < len(text):
        number += 1
        line += text.count("\n", start, begin)
        loaded, start = _decode(text, begin, line)
        yield Document(number, line, text[begin:start]), loaded
        line += text.count("\n", begin, start)


def _skip(text: str, start: int) -> int:
    blank = _BLANK.match(text, start)
    return blank.end() if blank else start


def _decode(text: str, begin: int, line: int) -> tuple[Loaded | Unreadable, int]:
    flaws: list[str] = []
    try:
        value, end = _decoder(flaws).raw_decode(text, begin)
    except RecursionError:
        return Unreadable(f"is nested deeper than {MAX_DEPTH} levels", line), len(text)
    except json.JSONDecodeError as error:
        return Unreadable(f"is not valid JSON: {error.msg}", error.lineno), len(text)
    depth = _check(value, flaws)
    if depth > MAX_DEPTH:
        return Unreadable(f"is nested deeper than {MAX_DEPTH} levels", line), end
    return Loaded(value, line, [Flaw(line, "", flaw) for flaw in flaws]), end


def _decoder(flaws: list[str]) -> json.JSONDecoder:
    def mapping(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        body = dict(pairs)
        if len(body) < len(pairs):
            keys = [key for key, _ in pairs]
            twice = next(key for key in keys if keys.count(key) > 1)
            flaws.append(f"the key {json.dumps(twice[:60], ensure_ascii=False)} stands twice in one object")
        return body

    def constant(word: str) -> str:
        flaws.append(f"{word} is not a number that JSON can hold")
        return word

    def integer(digits: str) -> int | str:
        return int(digits) if len(digits) <= MAX_DIGITS else constant(f"{digits[:40]}…")

    def fraction(digits: str) -> float | str:
        return number if math.isfinite(number := float(digits)) else constant(digits[:40])

    return json.JSONDecoder(
        object_pairs_hook=mapping, parse_constant=constant, parse_int=integer, parse_float=fraction
    )


def _check(value: Any, flaws: list[str]) -> int:
    """How deep `value` is; notes text that no database can keep. Level by level: recursion could overflow."""
    depth, level = 0, [value]
    while level:
        below: list[Any] = []
        for item in level:
            if isinstance(item, dict):
                below += item
                below += item.values()
            elif isinstance(item, list):
                below += item
            elif isinstance(item, str) and _NOT_TEXT.search(item):
                flaws.append(f"{json.dumps(item[:40])} holds a NUL or half of a surrogate pair")
        level, depth = below, depth + 1
    return depth - 1
