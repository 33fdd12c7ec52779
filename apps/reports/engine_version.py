"""Which engine worked a report out: its version, and a mark of its source, so that equal means equal."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from apps import engine


@cache
def engine_version() -> str:
    """`0.1.0+4f1c…`: the engine's version and the start of the sha256 of its source files."""
    root = Path(engine.__file__).parent
    whole = hashlib.sha256()
    for file in sorted(root.rglob("*.py"), key=lambda each: each.relative_to(root).as_posix()):
        whole.update(file.relative_to(root).as_posix().encode() + b"\0" + file.read_bytes() + b"\0")
    return f"{engine.VERSION}+{whole.hexdigest()[:12]}"
