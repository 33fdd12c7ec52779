"""One YAML document becomes plain JSON values, read as kubectl reads it, within limits.

Dates stay text. `yes`, `no`, `on` and `off` are booleans (YAML 1.1), `y` and `n` are not. Keys that are
numbers or booleans become their text. The parser's events are read one at a time, so that depth and
aliases are counted before anything is built.
"""

from __future__ import annotations

import json
import math
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import yaml

from apps.snapshots.documents import Document, Unreadable
from apps.snapshots.fieldpaths import Part, join
from apps.snapshots.yaml_scalars import plain

MAX_DEPTH = 100  # collections inside one another
MAX_ALIASED = 100_000  # values a document may gain by its aliases

_TYPED = frozenset(f"tag:yaml.org,2002:{name}" for name in ("null", "bool", "int", "float"))
_UNPRINTABLE = re.compile("[^\t\n\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml where PyYAML was built with it


class Flaw(NamedTuple):
    """Something wrong inside a document that could still be read to its end."""

    line: int
    field: str
    message: str


@dataclass(slots=True)
class Loaded:
    """The value of one document, where it begins in its file, and its flaws."""

    value: Any
    line: int
    flaws: list[Flaw] = field(default_factory=list)


def load(document: Document) -> Loaded:
    """The value of one document. Raises Unreadable (syntax, depth, aliases), lines counted in the file."""
    try:
        return _Builder(document).build()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = document.line + mark.line if mark else 0
        raise Unreadable(_syntax(error, document, line), line) from None
    except yaml.YAMLError:  # the one without a mark: a character that YAML does not allow
        found = _UNPRINTABLE.search(document.text)
        line = document.line + document.text.count("\n", 0, found.start()) if found else 0
        what = f" (U+{ord(found.group()):04X})" if found else ""
        raise Unreadable(f"holds a character that YAML does not allow{what}", line) from None


def _syntax(error: yaml.MarkedYAMLError, document: Document, line: int) -> str:
    row = "".join(document.text.split("\n")[line - document.line :][:1])
    if "\t" in row[: len(row) - len(row.lstrip())]:
        return "is not valid YAML: a tab stands in the indentation, where only blanks may"
    return f"is not valid YAML: {error.problem or error.context}"


class _Anchored(NamedTuple):
    value: Any
    size: int
    height: int


class _Builder:
    """Reads a document's events, recursing as deep as the document goes: MAX_DEPTH bounds both."""

    def __init__(self, document: Document) -> None:
        self._events: Iterator[Any] = yaml.parse(document.text, Loader=_LOADER)
        self._first = document.line
        self._path: list[Part] = []
        self._flaws: list[Flaw] = []
        self._anchors: dict[str, _Anchored] = {}
        self._size = 0  # values so far, those behind an alias counted again
        self._aliased = 0
        self._deepest = 0

    def build(self) -> Loaded:
        for event in self._events:
            if isinstance(event, yaml.NodeEvent):
                loaded = Loaded(self._value(event, 0), self._line(event), self._flaws)
                deque(self._events, maxlen=0)  # what stands behind the value may still be wrong
                return loaded
        return Loaded(None, self._first)

    def _value(self, event: Any, depth: int) -> Any:
        self._size += 1
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event, depth)
        if event.anchor:
            return self._anchor(event, depth)
        return self._plain_value(event, depth)

    def _plain_value(self, event: Any, depth: int) -> Any:
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event)
        if depth >= MAX_DEPTH:
            raise Unreadable(f"is nested deeper than {MAX_DEPTH} levels", self._line(event))
        self._deepest = max(self._deepest, depth + 1)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(depth + 1)
        return self._mapping(depth + 1)

    def _anchor(self, event: Any, depth: int) -> Any:
        size, outer, self._deepest = self._size, self._deepest, depth
        value = self._plain_value(event, depth)
        self._anchors[event.anchor] = _Anchored(value, self._size - size, self._deepest - depth)
        self._deepest = max(outer, self._deepest)
        return value

    def _alias(self, event: Any, depth: int) -> Any:
        anchored = self._anchors.get(event.anchor)
        if anchored is None:
            raise Unreadable(
                f"uses the alias *{event.anchor[:60]} before its anchor is complete", self._line(event)
            )
        self._size += anchored.size
        self._aliased += anchored.size + 1
        self._deepest = max(self._deepest, depth + anchored.height)
        if self._aliased > MAX_ALIASED:
            raise Unreadable(
                f"grows by more than {MAX_ALIASED} values through its aliases", self._line(event)
            )
        if self._deepest > MAX_DEPTH:
            raise Unreadable(f"is nested deeper than {MAX_DEPTH} levels", self._line(event))
        return anchored.value

    def _sequence(self, depth: int) -> list[Any]:
        items: list[Any] = []
        for event in self._events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            self._path.append(len(items))
            items.append(self._value(event, depth))
            self._path.pop()
        return items

    def _mapping(self, depth: int) -> dict[str, Any]:
        mapping: dict[str, Any] = {}
        merged: dict[str, Any] = {}
        for event in self._events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            if _is_merge(event):
                merged = self._merge(event, depth) | merged
                continue
            key = self._key(event, depth)
            if key in mapping:
                self._flaw(
                    event, f"the key {json.dumps(key[:60], ensure_ascii=False)} stands here a second time"
                )
            self._path.append(key)
            mapping[key] = self._value(next(self._events), depth)
            self._path.pop()
        return merged | mapping if merged else mapping

    def _merge(self, event: Any, depth: int) -> dict[str, Any]:
        value = self._value(next(self._events), depth)
        sources = value if isinstance(value, list) else [value]
        merged: dict[str, Any] = {}
        for source in sources:
            if isinstance(source, dict):
                merged = source | merged
            else:
                self._flaw(event, "a merge (<<) takes mappings only")
        return merged

    def _key(self, event: Any, depth: int) -> str:
        key = self._value(event, depth)
        if isinstance(key, str):
            return key
        if key is None or isinstance(key, dict | list):
            self._flaw(event, "a key must be text")
        return json.dumps(key)

    def _scalar(self, event: Any) -> Any:
        text: str = event.value
        if not (event.implicit[0] or event.tag in _TYPED):
            if "\0" in text:
                self._flaw(event, "the text holds a NUL character")
            return text
        value = plain(text)
        if isinstance(value, float) and not math.isfinite(value):
            self._flaw(event, f"{text[:40]} is not a number that JSON can hold")
            return text
        return value

    def _line(self, event: Any) -> int:
        line: int = event.start_mark.line
        return self._first + line

    def _flaw(self, event: Any, message: str) -> None:
        self._flaws.append(Flaw(self._line(event), join(self._path), message))


def _is_merge(event: Any) -> bool:
    return isinstance(event, yaml.ScalarEvent) and event.value == "<<" and event.implicit[0]
