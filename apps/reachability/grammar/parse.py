"""Reading a line of the filter grammar.

Words with blanks between are tokens, and all must hold; commas in a token are alternatives; `-` before it
excludes; `*` in a name stands for anything. `a > b:port` is short for three tokens, `b:port` for two.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import get_close_matches

from apps.reachability.grammar.keys import KEYS
from apps.reachability.grammar.tokens import LABEL, TEXT, Query, QueryRefused, Token, TokenProblem

LONGEST = 1000  # characters of a line

_ARROW = re.compile(r"\s*>\s*")


def parse_query(text: str) -> Query:
    """The query of one line; QueryRefused names every token that cannot be read."""
    if len(text) > LONGEST:
        raise QueryRefused([TokenProblem("", f"a filter has {LONGEST} characters at most")])
    tokens: list[Token] = []
    problems: list[TokenProblem] = []
    for word in _ARROW.sub(">", text).split():
        try:
            tokens += _read_word(word)
        except QueryRefused as error:
            problems += error.problems
    problems = problems or list(_clashes(tokens))
    if problems:
        raise QueryRefused(problems)
    return Query(tuple(dict.fromkeys(tokens)))


def _read_word(word: str) -> list[Token]:
    negated = word.startswith("-")
    body = word[1:] if negated else word
    key, colon, value = body.partition(":")
    if colon and key in KEYS and key not in (LABEL, TEXT):
        return [_token(word, key, value, negated)]
    if ">" in body and not negated:
        return _read_pair(word, body)
    if "=" in body:
        return [_token(word, LABEL, body, negated)]
    if colon and key and not negated and _is_port(value):
        return [_token(word, "to", key if "/" in key else f"*/{key}"), _token(word, "port", value)]
    return [_token(word, TEXT, body, negated)]


def _read_pair(word: str, body: str) -> list[Token]:
    """`a>b:80`; an end that is left out, or is `*`, may be anything."""
    source, _, target = body.partition(">")
    target, _, port = target.partition(":")
    parts = [("from", source.strip("*")), ("to", target.strip("*")), ("port", port)]
    found = [
        _token(word, key, whole)
        for (key, part), whole in zip(parts, (source, target, port), strict=True)
        if part
    ]
    if not found:
        raise QueryRefused([TokenProblem(word, "a pair is written orders > payments/db:5432")])
    return found


def _token(word: str, key: str, text: str, negated: bool = False) -> Token:
    """`word`: what was typed, for the complaint."""
    values: list[str] = []
    for part in text.split(","):
        if key == LABEL and "=" not in part and values:
            part = f"{values[-1].partition('=')[0]}={part}"  # env=dev,test
        values.append(_value(word, key, part))
    return Token(key, tuple(dict.fromkeys(values)), negated)


def _value(word: str, key: str, text: str) -> str:
    if not text:
        raise QueryRefused([TokenProblem(word, f"a value is missing; write for example {KEYS[key].example}")])
    try:
        return KEYS[key].read(text)
    except ValueError as error:
        raise QueryRefused([_problem(word, key, text, str(error))]) from error


def _problem(word: str, key: str, text: str, message: str) -> TokenProblem:
    if key == TEXT and ":" in text:
        name, _, value = text.partition(":")
        known = [each for each in KEYS if each not in (LABEL, TEXT)]
        nearest = [f"{each}:{value}" for each in get_close_matches(name.lower(), known, n=2)]
        return TokenProblem(word, f"there is no key {name}; there are {', '.join(known)}", tuple(nearest))
    words = {each.lower(): each for each in KEYS[key].words}
    meant = get_close_matches(text.lower(), words, n=3, cutoff=0.5)
    return TokenProblem(word, message, tuple(f"{key}:{words[each]}" for each in meant))


def _is_port(text: str) -> bool:
    try:
        KEYS["port"].read(text)
    except ValueError:
        return False
    return True


def _clashes(tokens: Sequence[Token]) -> Iterator[TokenProblem]:
    """What is wrong with tokens that can be read one by one."""
    since = [token for token in tokens if token.key == "since"]
    changed = [token for token in tokens if token.key == "changed"]
    if changed and not since:
        yield TokenProblem(str(changed[0]), "since when? Add the snapshot to compare with, such as since:#19")
    for token in since:
        if not changed:
            yield TokenProblem(str(token), "it says nothing alone; add what changed, such as changed:new")
        elif token.negated or len(token.values) > 1 or token != since[0]:
            yield TokenProblem(str(token), "one snapshot can be compared with")
