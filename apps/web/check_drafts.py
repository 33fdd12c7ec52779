"""Guardrails drafted from a question of the map and its filter, to be looked at before they are saved."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

import yaml

from apps.reachability.grammar import Query, QueryRefused, Token, parse_query
from apps.review.guardrails.form import Deny, Only, Requirement
from apps.review.guardrails.read import LONGEST_DESCRIPTION, LONGEST_NAME
from apps.review.guardrails.restate import NEVER, ONLY, SAYS, Unsaid, restate
from apps.review.guardrails.write import document
from apps.web.question import Question, read_question

_NOT_A_NAME = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class CheckDraft:
    """`asked`: the question as a filter. `text`: guardrails as YAML; empty: `complaint` says why.

    `unsaid`: what of the question they leave out. `choices`: what they may say (word, address, whether it is
    chosen); empty where there is no choice.
    """

    asked: str
    text: str = ""
    unsaid: Sequence[Unsaid] = ()
    complaint: str = ""
    choices: Sequence[tuple[str, str, bool]] = ()


def read_draft(parameters: Mapping[str, str]) -> CheckDraft | None:
    """What an address asks for in the words of the map, and by `says=never|only`; None: nothing."""
    question = read_question(parameters)
    says = next((each for each in SAYS if parameters.get("says") == each), NEVER)
    try:
        query = _as_query(question)
    except QueryRefused as error:
        return CheckDraft(question.q, complaint=f"The filter cannot be read. {error}")
    if not query:
        return None
    found = restate(query, says=says)
    if not found.requirements:
        return CheckDraft(str(query), unsaid=found.unsaid, complaint="No edge can fit all parts of it.")
    if all(token in {each.token for each in found.unsaid} for token in map(str, query.tokens)):
        complaint = "A guardrail can say no part of it: name a source, a target or a port besides."
        return CheckDraft(str(query), unsaid=found.unsaid, complaint=complaint)
    documents = [
        document(_name(query, each, place), f"Drafted from the filter {query}"[:LONGEST_DESCRIPTION], each)
        for place, each in enumerate(found.requirements, start=1)
    ]
    text = yaml.safe_dump_all(documents, sort_keys=False, allow_unicode=True)
    return CheckDraft(
        str(query), text, found.unsaid, choices=_choices(parameters, says) if found.can_say_only else ()
    )


def draft_address(question: Question) -> str:
    """The ends, the port and the filter of a question, for `read_draft`; empty if it has none of them."""
    said = [pair for pair in question.fields() if pair[0] in ("to", "from", "port", "q")]
    return "?" + urlencode(said) if said and not question.is_path else ""


def _as_query(question: Question) -> Query:
    ends = [
        Token(key, (value,))
        for key, value in (("from", question.source), ("to", question.to), ("port", question.port_text))
        if value
    ]
    return Query(tuple(dict.fromkeys((*ends, *parse_query(question.q).tokens))))


def _choices(parameters: Mapping[str, str], says: str) -> list[tuple[str, str, bool]]:
    words = {NEVER: "These edges never", ONLY: "Nobody but these sources"}
    others = [pair for pair in parameters.items() if pair[0] != "says"]
    return [(word, "?" + urlencode([*others, ("says", each)]), each == says) for each, word in words.items()]


def _name(query: Query, requirement: Requirement, place: int) -> str:
    """`dev-never-reaches-prod-db`, `only-gateway-reaches-payments`; a name that a guardrail may have."""
    source, target = (_words(query, *keys) for keys in (("from",), ("to",)))
    if isinstance(requirement, Deny):
        rest = target or _words(query, "port", "ns", "label", "text")
        words = f"{source or 'nobody'} never reaches {rest}"
    elif isinstance(requirement, Only):
        words = f"only {source} reaches {target}"
    else:
        words = f"{source or target or 'every namespace'} has {_words(query, 'dns', 'missing')}"
    name = _slug(words)[:LONGEST_NAME].rstrip("-")
    return name if place == 1 else f"{name[: LONGEST_NAME - 2]}-{place}"


def _words(query: Query, *keys: str) -> str:
    return _slug("-".join(value for token in query.tokens if token.key in keys for value in token.values))


def _slug(text: str) -> str:
    return _NOT_A_NAME.sub("-", text.lower()).strip("-")
