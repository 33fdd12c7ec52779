"""Where in what was read a cited rule stands: the line of its file, or of the YAML that is shown for it."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from apps.engine.model import Citation, ObjectRef
from apps.snapshots.positions import line_ranges, render
from apps.snapshots.reading import Reading, ReadObject


class SourceLines:
    """The lines of citations in one reading; each text is read once and each path looked up once."""

    def __init__(self, reading: Reading) -> None:
        self._objects = {_ref(each): each for each in reading.objects}
        self._found: dict[tuple[ObjectRef, str], tuple[int, int] | None] = {}

    def find(self, citation: Citation) -> tuple[int, int] | None:
        """(first, last) line, from 1; None for what is in no manifest."""
        key = (citation.ref, citation.path)
        if key not in self._found:
            self._found[key] = self._look_up(*key)
        return self._found[key]

    def _look_up(self, ref: ObjectRef, path: str) -> tuple[int, int] | None:
        each = self._objects.get(ref)
        if each is None:
            return None
        text = _text(each.origin.file) if each.origin else None
        if text is None or each.origin is None:
            return line_ranges(render(each.body), [path]).get(path)
        origin = each.origin
        return line_ranges(text, [path], document=origin.document, base=origin.path).get(path)


def _ref(each: ReadObject) -> ObjectRef:
    """The name by which the engine cites the object; odd manifests have odd names and are cited by nobody."""
    meta = each.body.get("metadata")
    meta = meta if isinstance(meta, dict) else {}
    kind = str(each.body.get("kind", ""))
    namespace = "" if kind != "NetworkPolicy" else str(meta.get("namespace") or "default")
    return ObjectRef(kind, namespace, str(meta.get("name", "")))


@lru_cache(maxsize=64)
def _text(file: str) -> str | None:
    """The file's text; None for what cannot be read a second time, such as standard input."""
    try:
        return Path(file).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return None
