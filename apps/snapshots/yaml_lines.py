"""On which lines of a YAML document its keys, items and values stand."""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass
from typing import Any

import yaml

from apps.snapshots.documents import Document
from apps.snapshots.fieldpaths import Part

Lines = tuple[int, int]  # first and last, both included
_Path = tuple[Part, ...]
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def lines_of(document: Document, wanted: Container[_Path]) -> dict[_Path, Lines]:
    """The lines, in the document's file, of those `wanted` paths that exist.

    `wanted` holds the ancestors of its paths too. Raises yaml.YAMLError.
    """
    walk = _Walk(document, wanted)
    events: Iterable[Any] = yaml.parse(document.text, Loader=_LOADER)
    for event in events:
        walk.take(event)
    return walk.found


@dataclass(slots=True)
class _Open:
    """A collection that is being read. `path` None: nobody wants it, or it is a key."""

    path: _Path | None
    first: int
    last: int
    mapping: bool
    key: str | None = None  # of a mapping: the key whose value comes next
    key_line: int = 0
    count: int = 0


class _Walk:
    """Follows the events with a stack of its own, so that no text is too deep for it."""

    def __init__(self, document: Document, wanted: Container[_Path]) -> None:
        self.found: dict[_Path, Lines] = {}
        self._rows = document.text.split("\n")
        self._offset = document.line
        self._wanted = wanted
        self._stack: list[_Open] = []

    def take(self, event: Any) -> None:
        kind = type(event)
        if issubclass(kind, yaml.CollectionStartEvent):
            path, first = self._place(event)
            mapping = kind is yaml.MappingStartEvent
            self._stack.append(_Open(path, first, event.start_mark.line, mapping))
        elif issubclass(kind, yaml.CollectionEndEvent):
            node = self._stack.pop()
            # A block collection ends where the next thing begins: its last line is that of its last content.
            flow = event.end_mark.index > event.start_mark.index
            self._close(node.path, node.first, event.end_mark.line if flow else node.last, None)
        elif issubclass(kind, yaml.NodeEvent):
            path, first = self._place(event)
            self._close(path, first, self._last_of(event), getattr(event, "value", ""))

    def _place(self, event: Any) -> tuple[_Path | None, int]:
        """The path of the node that begins here, and its first line: a value begins with its key."""
        line: int = event.start_mark.line
        if not self._stack:
            return (), line
        parent = self._stack[-1]
        if parent.mapping and parent.key is None:
            return None, line
        part = parent.key if parent.mapping else parent.count
        path = (*parent.path, part) if parent.path is not None and part is not None else None
        return path if path in self._wanted else None, parent.key_line if parent.mapping else line

    def _close(self, path: _Path | None, first: int, last: int, text: str | None) -> None:
        if path is not None:
            self.found[path] = (self._offset + first, self._offset + last)
        if not self._stack:
            return
        parent = self._stack[-1]
        parent.last = max(parent.last, last)
        if parent.mapping and parent.key is None:
            parent.key, parent.key_line = text or "", first
        else:
            parent.key, parent.count = None, parent.count + 1

    def _last_of(self, event: Any) -> int:
        """The last line of a scalar that is not blank; a block scalar ends where the next line begins."""
        first: int = event.start_mark.line
        last: int = event.end_mark.line
        if last > first and event.end_mark.column == 0:
            last -= 1
            while last > first and not self._rows[last].strip():
                last -= 1
        return last
