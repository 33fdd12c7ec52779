"""Reads manifests: files, folders and standard input, YAML and JSON, one object or many.

Bad input never raises: it becomes Problems that name file, document, object, field and line.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from typing import IO

from apps.snapshots.contents import describe, objects_in
from apps.snapshots.documents import Document, Unreadable, decode, split
from apps.snapshots.files import STANDARD_INPUT, Files
from apps.snapshots.json_values import looks_like_json, split_json
from apps.snapshots.reading import Origin, Problem, Reading, ReadObject
from apps.snapshots.yaml_values import Flaw, Loaded, load

MAX_DOCUMENTS = 100_000  # a file

_KIND = re.compile(r"^kind:[ \t]*([\w.-]+)", re.MULTILINE)
_NAMED = re.compile(r"^metadata:[ \t]*\n((?:[ \t]+.*\n?|[ \t]*\n)+)", re.MULTILINE)
_FIELD = r"^[ \t]+{}:[ \t]*[\"']?([\w.-]+)"


def read_paths(paths: Sequence[str], *, stdin: IO[bytes] | None = None) -> Reading:
    """The objects of files, folders (searched for .yaml .yml .json) and `-`, standard input.

    A path that holds no Kubernetes object at all is a Problem; a file of a folder that holds none is not.
    """
    reading, files = Reading(), Files(stdin)
    for path in paths:
        _read_path(path, files, reading)
    return reading


def read_bytes(name: str, data: bytes) -> Reading:
    """The objects of one file that was handed over, such as an upload called `name`."""
    reading = Reading()
    if not _read_data(name, data, reading) and not reading.problems:
        reading.problems.append(_nothing(name))
    return reading


def _read_path(path: str, files: Files, reading: Reading) -> None:
    known = len(reading.problems)
    held = False
    names = files.find(path, lambda error: reading.problems.append(_refused(_shown(error.filename), error)))
    for name in names:
        shown = _shown(name)
        try:
            data = files.read(name)
        except Unreadable as error:
            reading.problems.append(Problem(shown, 0, "", "", error.message))
            continue
        held |= data is None or _read_data(shown, data, reading)
    if not held and len(reading.problems) == known:
        reading.problems.append(_nothing(_shown(path)))


def _shown(path: str) -> str:
    """A path as people and databases can read it: names of files need not be UTF-8."""
    return "standard input" if path == STANDARD_INPUT else os.fsencode(path).decode("utf-8", "replace")


def _refused(name: str, error: OSError) -> Problem:
    return Problem(name, 0, "", "", f"cannot be read: {error.strerror or error}")


def _nothing(name: str) -> Problem:
    return Problem(name, 0, "", "", "holds no Kubernetes object")


def _read_data(name: str, data: bytes, reading: Reading) -> bool:
    """Adds what a file holds; whether that is any Kubernetes object, kept or not."""
    try:
        text = decode(data)
    except Unreadable as error:
        reading.problems.append(Problem(name, 0, "", _line(error.line), error.message))
        return False
    held = False
    for document, loaded in _load_all(name, text):
        if document.number > MAX_DOCUMENTS:
            reading.problems.append(Problem(name, 0, "", "", f"holds more than {MAX_DOCUMENTS} documents"))
            break
        if isinstance(loaded, Unreadable):
            reading.problems.append(_unreadable(name, document, loaded))
        else:
            held |= _take(name, document, loaded, reading)
    return held


def _load_all(name: str, text: str) -> Iterator[tuple[Document, Loaded | Unreadable]]:
    """Every document of a text. What begins like JSON and is not may still be YAML's flow style."""
    if looks_like_json(text):
        values = list(split_json(text))
        if name.endswith(".json") or not any(isinstance(loaded, Unreadable) for _, loaded in values):
            yield from values
            return
    for document in split(text):
        try:
            yield document, load(document)
        except Unreadable as error:
            yield document, error


def _take(name: str, document: Document, loaded: Loaded, reading: Reading) -> bool:
    """Adds the objects of one document, or its flaws if it means to hold any."""
    found = list(objects_in(loaded.value))
    if found and loaded.flaws:
        reading.problems += [_flawed(name, document, loaded.value, flaw) for flaw in loaded.flaws]
        return True
    for each in found:
        if each.body is not None:
            origin = Origin(name, document.number, loaded.line, each.path)
            reading.objects.append(ReadObject(each.body, origin))
        elif each.message:
            reading.problems.append(Problem(name, document.number, each.object, each.field, each.message))
    return bool(found)


def _unreadable(name: str, document: Document, error: Unreadable) -> Problem:
    message = error.message + _hint(document)
    return Problem(name, document.number, _guess(document.text), _line(error.line), message)


def _flawed(name: str, document: Document, value: object, flaw: Flaw) -> Problem:
    message = f"line {flaw.line}: {flaw.message}{_hint(document)}"
    return Problem(name, document.number, describe(value), flaw.field, message)


def _hint(document: Document) -> str:
    if "{{" not in document.text:
        return ""
    return "; this looks like a Helm template: render it first (helm template)"


def _line(number: int) -> str:
    return f"line {number}" if number else ""


def _guess(text: str) -> str:
    """`Kind/NS/NAME` of a document that cannot be parsed, from lines that look like it."""
    kind, named = _KIND.search(text), _NAMED.search(text)
    metadata = named.group(1) if named else ""
    parts = [re.search(_FIELD.format(key), metadata, re.MULTILINE) for key in ("namespace", "name")]
    return "/".join(match.group(1) for match in (kind, *parts) if match)
