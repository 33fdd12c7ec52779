"""A file's bytes become text, and the text its YAML documents.

Documents are cut apart before anything is parsed, so that one that is broken does not hide the others.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import NamedTuple

# A marker at the start of a line always ends a document (YAML 1.1, 9.1.1 and 9.1.2): no scalar may hold one.
_MARKER = re.compile(r"^(?:---|\.\.\.)(?=[ \t\n]|\Z)", re.MULTILINE)
_CONTENT = re.compile(r"^(?![ \t]*(?:#|$)|%)", re.MULTILINE)


class Unreadable(Exception):
    """A document, or a whole file, that cannot be used. `line` counts from 1; 0: not known."""

    def __init__(self, message: str, line: int = 0) -> None:
        super().__init__(message)
        self.message = message
        self.line = line


class Document(NamedTuple):
    """One document of a text: its number and its first line there, both from 1, and its own text."""

    number: int
    line: int
    text: str


def decode(data: bytes) -> str:
    """The text of a file in UTF-8, UTF-16 or UTF-32, with or without a byte order mark; lines end in LF.

    Raises Unreadable.
    """
    encoding = json.detect_encoding(data)
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Unreadable(f"is not valid {error.encoding.upper()}: byte {error.start}", line) from None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def split(text: str) -> Iterator[Document]:
    """The documents of a text, in order.

    What stands before the first `---`, or behind `...`, counts if it is more than comments and directives.
    A document's text begins with its `---`, which may have content on the same line.
    """
    number, start, line, opened = 0, 0, 1, False
    for marker in _MARKER.finditer(text):
        if opened or _has_content(text, start, marker.start()):
            number += 1
            yield Document(number, line, text[start : marker.start()])
        opened = marker.group() == "---"
        begin = marker.start() if opened else marker.end()
        line += text.count("\n", start, begin)
        start = begin
    if opened or _has_content(text, start, len(text)):
        yield Document(number + 1, line, text[start:])


def _has_content(text: str, start: int, end: int) -> bool:
    return start < end and _CONTENT.search(text, start, end) is not None
