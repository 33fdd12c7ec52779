"""What every reader returns, whether it read files, an upload or a live cluster."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from apps.engine.model import Unevaluated


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an object stood: the file, its document (from 1), the document's first line in the file (from 1).

    `path`: where in the document, such as `items[3]` of a List; empty: the document is the object.
    """

    file: str
    document: int
    line: int
    path: str = ""


@dataclass(frozen=True, slots=True)
class ReadObject:
    """One Kubernetes object as decoded, and where it came from (None: a live cluster, or a request)."""

    body: dict[str, Any]
    origin: Origin | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """Why an input, or a part of it, could not be used."""

    file: str
    document: int  # from 1; 0: the file as a whole
    object: str  # Kind/NS/NAME as far as known
    field: str
    message: str

    def __str__(self) -> str:
        document = f"document {self.document}" if self.document else ""
        return ": ".join(
            part for part in (self.file, document, self.object, self.field, self.message) if part
        )


@dataclass(slots=True)
class Reading:
    """Objects that were read, what is wrong with the input, and what could not be read at all."""

    objects: list[ReadObject] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    unread: list[Unevaluated] = field(default_factory=list)
