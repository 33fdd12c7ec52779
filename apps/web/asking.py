"""What a line in the ask box means: a question of the sentence, several of them, or a filter."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import NamedTuple

from apps.reachability.grammar import Query, Token, matches, parse_query
from apps.web.question import Question, split_port

MOST_FOUND = 30
_SENTENCE = {"from", "to", "port"}


class Found(NamedTuple):
    words: str
    question: Question


class Asked(NamedTuple):
    """`found`: what it may mean; if that `is_exact`, else what is named nearly so."""

    found: Sequence[Found]
    is_exact: bool


def read_ask(text: str, names: Sequence[str]) -> Asked:
    """What `text` may mean, given the names of namespaces and Services (`NS/SERVICE`). QueryRefused."""
    query = parse_query(text)
    named = _named(query)
    if named is None:
        return Asked([Found(f"Edges with {query}", Question(q=str(query)))], is_exact=True)
    found = list(_sentences(named, names))[:MOST_FOUND]
    if found:
        return Asked(found, is_exact=True)
    return Asked([_about(name) for name in get_close_matches(text, names, n=8, cutoff=0.4)], is_exact=False)


class _Named(NamedTuple):
    """Ends by name, empty for any; `either`: a name that may be at any end."""

    source: str = ""
    target: str = ""
    port: str = ""
    either: str = ""


def _named(query: Query) -> _Named | None:
    """A query that names ends and nothing else, so that the sentence can say it."""
    tokens = query.tokens
    if len(tokens) == 1 and tokens[0].key == "text" and _is_name(tokens[0]):
        return _Named(either=tokens[0].values[0])
    keys = [token.key for token in tokens]
    if not set(keys) <= _SENTENCE or len(set(keys)) < len(keys) or not all(map(_is_name, tokens)):
        return None
    values = {token.key: token.values[0] for token in tokens}
    if set(values) <= {"port"}:
        return None
    return _Named(values.get("from", ""), values.get("to", ""), values.get("port", ""))


def _is_name(token: Token) -> bool:
    """Whether it names one thing. `*/db` does: the Service db, wherever it is."""
    value = token.values[0].removeprefix("*/")
    return len(token.values) == 1 and not token.negated and not set(value) & set("*=")


def _sentences(named: _Named, names: Sequence[str]) -> Iterable[Found]:
    if named.either:
        return [_about(name) for name in _matching(named.either, names)]
    if named.source and named.source not in names:
        return []
    if not named.target:
        return [_about(named.source, named.port)]
    return [
        _between(named.source, name, named.port) if named.source else _about(name, named.port)
        for name in _matching(named.target, names)
    ]


def _matching(text: str, names: Sequence[str]) -> list[str]:
    """The one of that name, else the Services so called in any namespace, else all that hold the text."""
    exact = [name for name in names if name == text]
    called = [name for name in names if matches(text if "/" in text else f"*/{text}", name)]
    return exact or called or [name for name in names if text in name]


def _about(name: str, port_text: str = "") -> Found:
    """A Service is asked who reaches it, a namespace what it reaches."""
    port, protocol = split_port(port_text) or (None, "")
    on = f" on {port_text}" if port_text else ""
    if "/" in name:
        return Found(f"Who can reach {name}{on}?", Question(to=name, port=port, protocol=protocol))
    question = Question(ask="from", source=name, port=port, protocol=protocol)
    return Found(f"What can {name} reach{on}?", question)


def _between(source: str, target: str, port_text: str) -> Found:
    port, protocol = split_port(port_text) or (None, "")
    on = f" on {port_text}" if port_text else ""
    question = Question(to=target, source=source, port=port, protocol=protocol)
    return Found(f"Can {source} reach {target}{on}?", question)
