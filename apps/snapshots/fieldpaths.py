"""Paths into a manifest: `spec.ingress[0].from[1]`, `metadata.labels["kubernetes.io/metadata.name"]`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

Part = str | int  # a key of a mapping, or an index of a sequence

_BARE = re.compile(r"[^.\[\]\"/\s]+\Z")
_STEP = re.compile(r'\.?([^.\[\]"]+)|\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]')


def join(parts: Iterable[Part]) -> str:
    """The path of `parts`; keys that hold dots, slashes, brackets or blanks stand in brackets."""
    text = ""
    for part in parts:
        if isinstance(part, int):
            text += f"[{part}]"
        elif _BARE.match(part):
            text += f".{part}" if text else part
        else:
            text += f"[{json.dumps(part, ensure_ascii=False)}]"
    return text


def parts_of(path: str) -> tuple[Part, ...]:
    """The parts of a path, as deep as it can be read: "" gives none."""
    parts: list[Part] = []
    end = 0
    while step := _STEP.match(path, end):
        key, index, quoted = step.groups()
        parts.append(key if key else int(index) if index else _unquote(quoted))
        end = step.end()
    return tuple(parts)


def _unquote(quoted: str) -> str:
    try:
        return str(json.loads(quoted))
    except ValueError:
        return quoted[1:-1]
