"""The filter of a page as its reader sees it: chips to remove, complaints, and names that come near."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from apps.reachability.advice import advise
from apps.reachability.grammar import (
    EVERYTHING,
    Query,
    QueryRefused,
    Token,
    TokenProblem,
    parse_query,
)
from apps.reachability.names import UnknownName
from apps.reachability.queries import ground_of
from apps.snapshots.models import Snapshot
from apps.snapshots.queries import NothingStored
from apps.web.question import Question


class Chip(NamedTuple):
    """A token, and the address of the question without it."""

    words: str
    address: str


class Hint(NamedTuple):
    """A token that no edge fits, and questions with a name that comes near in its place."""

    words: str
    nearest: Sequence[Chip]


@dataclass(frozen=True, slots=True)
class Filter:
    """`query` asks for everything when the line cannot be read: then `problems` says why."""

    question: Question
    query: Query = EVERYTHING
    problems: Sequence[TokenProblem] = ()

    @property
    def usable(self) -> Question:
        """The question without a filter that cannot be used."""
        return replace(self.question, q="") if self.problems else self.question

    @property
    def chips(self) -> list[Chip]:
        return [Chip(str(token), self._address(self.query.less(token))) for token in self.query.tokens]

    @property
    def clear_address(self) -> str:
        return self._address(EVERYTHING)

    def hints(self, snapshot: Snapshot) -> list[Hint]:
        """For a filter that keeps nothing."""
        return [
            Hint(str(token), [self._replaced(token, near) for near in nearest])
            for token, nearest in advise(self.query, ground_of(snapshot))
        ]

    def _replaced(self, old: Token, new: Token) -> Chip:
        return Chip(str(new), self._address(self.query.instead(old, new)))

    def _address(self, query: Query) -> str:
        return replace(self.question, q=str(query), sel="").address()


def query_of(question: Question) -> Query:
    """The filter of a question that is known to be usable."""
    return parse_query(question.q)


def read_filter(snapshot: Snapshot, question: Question) -> Filter:
    """The filter of a question about this snapshot."""
    try:
        query = parse_query(question.q)
        if query.since is not None:
            ground_of(snapshot).compare(query.since)
    except QueryRefused as error:
        return Filter(question, problems=error.problems)
    except (UnknownName, NothingStored) as error:
        return Filter(question, problems=[TokenProblem("", str(error))])
    return Filter(question, query)
