"""What a line of the filter grammar is read into."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

# Kinds of token that are written without their key.
TEXT = "text"
LABEL = "label"


@dataclass(frozen=True, slots=True)
class Token:
    """One condition: any of `values`, in the form that `KEYS[key]` has; or none of them, if `negated`."""

    key: str
    values: tuple[str, ...]
    negated: bool = False

    def __str__(self) -> str:
        key = "" if self.key in (TEXT, LABEL) else f"{self.key}:"
        return f"{'-' if self.negated else ''}{key}{','.join(self.values)}"


@dataclass(frozen=True, slots=True)
class Query:
    """Conditions that must all hold. Its text reads back into the same query."""

    tokens: tuple[Token, ...] = ()

    def __str__(self) -> str:
        return " ".join(map(str, self.tokens))

    def __bool__(self) -> bool:
        return bool(self.tokens)

    def of(self, *keys: str) -> tuple[Token, ...]:
        """The tokens that ask for something by one of these keys, and do not exclude it."""
        return tuple(token for token in self.tokens if token.key in keys and not token.negated)

    @property
    def since(self) -> int | None:
        """The number of the snapshot that it compares with."""
        return next((int(token.values[0].lstrip("#")) for token in self.of("since")), None)

    def without(self, *keys: str) -> Query:
        """The same less every token of these keys."""
        return Query(tuple(token for token in self.tokens if token.key not in keys))

    def instead(self, old: Token, new: Token) -> Query:
        """The same with another token in the place of one."""
        return Query(tuple(new if token == old else token for token in self.tokens))

    def less(self, gone: Token) -> Query:
        """The same less one token, and less what says nothing without it."""
        kept = Query(tuple(token for token in self.tokens if token != gone))
        return kept if any(token.key == "changed" for token in kept.tokens) else kept.without("since")


EVERYTHING = Query()


class TokenProblem(NamedTuple):
    """A token that cannot be read: what is wrong, what is possible, and what may have been meant."""

    token: str
    message: str
    nearest: tuple[str, ...] = ()

    def __str__(self) -> str:
        meant = f" Did you mean {' or '.join(self.nearest)}?" if self.nearest else ""
        return f"{self.token}: {self.message}.{meant}" if self.token else f"{self.message}.{meant}"


class QueryRefused(ValueError):
    """A line that cannot be read; `problems` has every token that is to blame."""

    def __init__(self, problems: Iterable[TokenProblem]) -> None:
        self.problems: Sequence[TokenProblem] = tuple(problems)
        super().__init__(" ".join(map(str, self.problems)))
