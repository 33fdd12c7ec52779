"""Reading a manifest with complaints that name the field.

A `Part` is a value and its path (`spec.ingress[0].ports[1].port`). Its readers return plain Python
values or raise `BadField`; an absent or null value reads as empty, as the API server reads it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

T = TypeVar("T")


class BadField(ValueError):
    """A field of a manifest holds something that Kubernetes would not accept."""

    def __init__(self, path: str, message: str) -> None:
        super().__init__(f"{path}: {message}" if path else message)
        self.path = path
        self.message = message


class Part:
    """A value in a manifest and the path that leads to it."""

    __slots__ = ("_key", "_parent", "value")

    def __init__(self, value: Any, parent: Part | None = None, key: str | int = "") -> None:
        self.value = value
        self._parent = parent
        self._key = key

    def __truediv__(self, key: str) -> Part:
        """The part below `key`; absent keys give a part that reads as empty."""
        value = self.value if type(self.value) is dict else self.mapping()
        return Part(value.get(key), self, key)

    @property
    def path(self) -> str:
        """Such as `spec.ingress[0]`; put together only when somebody asks."""
        before = self._parent.path if self._parent else ""
        if isinstance(self._key, int):
            return f"{before}[{self._key}]"
        return f"{before}.{self._key}" if before else self._key

    def bad(self, message: str) -> BadField:
        return BadField(self.path, message)

    @property
    def absent(self) -> bool:
        return self.value is None

    def mapping(self) -> dict[str, Any]:
        return self._typed(dict, "a mapping") or {}

    def entries(self) -> list[Part]:
        items = self._typed(list, "a list") or []
        return [Part(item, self, index) for index, item in enumerate(items)]

    def text(self, default: str = "") -> str:
        if type(self.value) is str:
            return self.value
        self._typed(str, "text")
        return default

    def required_text(self) -> str:
        if not self.text():
            raise self.bad("is missing" if self.absent else "must not be empty")
        return str(self.value)

    def flag(self) -> bool:
        return bool(self._typed(bool, "true or false"))

    def number(self, default: int = 0) -> int:
        if isinstance(self.value, bool) or not isinstance(self.value, int | None):
            raise self.bad(f"must be a whole number, not {_shown(self.value)}")
        return default if self.value is None else self.value

    def port_number(self) -> int:
        number = self.number()
        if not 1 <= number <= 65535:
            raise self.bad(f"must be a port number from 1 to 65535, not {_shown(self.value)}")
        return number

    def one_of(self, allowed: tuple[str, ...], default: str = "") -> str:
        value = self.text(default)
        if value not in allowed:
            raise self.bad(f"must be one of {', '.join(allowed)}, not {_shown(value)}")
        return value

    def labels(self) -> dict[str, str]:
        for key, value in self.mapping().items():
            if not isinstance(value, str):
                raise BadField(f'{self.path}["{key}"]', f"must be text (quote it), not {_shown(value)}")
        return self.mapping()

    def texts(self) -> tuple[str, ...]:
        return tuple(entry.required_text() for entry in self.entries())

    def checked(self, read: Callable[[str], T]) -> T:
        """The text read by `read`, whose ValueError becomes a complaint about this field."""
        try:
            return read(self.required_text())
        except BadField:
            raise
        except ValueError as error:
            raise self.bad(str(error)) from None

    def _typed(self, kind: type, words: str) -> Any:
        if self.value is not None and not isinstance(self.value, kind):
            raise self.bad(f"must be {words}, not {_shown(self.value)}")
        return self.value


def _shown(value: object) -> str:
    """The value as a reader of the manifest knows it, cut where it is long."""
    names: Mapping[type, str] = {dict: "a mapping", list: "a list"}
    if type(value) in names:
        return names[type(value)]
    text = {True: "true", False: "false"}.get(value, repr(value)) if isinstance(value, bool) else repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
