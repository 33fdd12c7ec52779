"""A filter of the map said again as guardrails: what it keeps shall never be, or only that may be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from apps.engine.model import Direction
from apps.reachability.grammar import Query, Token
from apps.review.guardrails.form import DefaultDeny, Deny, Only, Requirement, ResolveDns
from apps.review.guardrails.meet import CannotSay
from apps.review.guardrails.parts import EITHER_END, Part, meet_parts, parts_of
from apps.review.guardrails.read import MOST_ENTRIES

NEVER, ONLY = SAYS = ("never", "only")
_MOST_AT_ONCE = 4
_EITHER = "it may hold at either end of an edge"
_WHY_NOT: Mapping[str, str] = {
    "verdict": "a guardrail speaks of an edge whatever its verdict is today",
    "dns": "whether names resolve is a guardrail of its own, of one kind of source",
    "type": "a guardrail knows a Service by its name, not by its type",
    "class": "reach classes are others in the next snapshot",
    "policy": "a guardrail speaks of what all policies come to together",
    "missing": "a missing default deny is a guardrail of its own, of one direction",
    "finding": "a guardrail speaks of edges, not of findings",
    "changed": "a guardrail holds at any time, not since a snapshot",
    "since": "a guardrail holds at any time, not since a snapshot",
}
# Tokens that are about namespaces alone, and the end that these are at.
_OF_NAMESPACES = {
    "dns:blocked": "from",
    "missing:default-deny-ingress": "to",
    "missing:default-deny-egress": "from",
}


class Unsaid(NamedTuple):
    """A part of a filter that is left out, and why."""

    token: str
    reason: str


@dataclass(frozen=True, slots=True)
class Restated:
    """`requirements`: what together says it, less `unsaid`: the parts of the filter that had to be left out.
    `can_say_only`: whether `only` has a meaning for this filter."""

    requirements: Sequence[Requirement]
    unsaid: Sequence[Unsaid]
    can_say_only: bool


def restate(query: Query, *, says: str = NEVER) -> Restated:
    """`never`: none of the edges that the query keeps may be. `only`: of the Service ports that it is about,
    nobody reaches any but the sources that it keeps. No requirement: no edge can fit the query."""
    about = next((token for token in query.tokens if str(token) in _OF_NAMESPACES), None)
    if about is not None:
        return _of_namespaces(query, about)
    is_only = says == ONLY and _can_say_only(query)
    parts, unsaid = _join(query.tokens)
    requirements = [_requirement(part, is_only) for part in parts if not part.is_nothing]
    return Restated(requirements, unsaid, _can_say_only(query))


def _can_say_only(query: Query) -> bool:
    """Somebody must be named as a source; where a part may hold at either end, nobody is."""
    keys = {token.key for token in query.tokens}
    return "from" in keys and not query.of(*EITHER_END)


def _join(tokens: Sequence[Token]) -> tuple[list[Part], list[Unsaid]]:
    """The edges that fit every token, and the tokens that had to be left out. What excludes comes last, as it
    narrows what else is asked for."""
    parts, unsaid = [Part()], []
    for token in sorted(tokens, key=lambda token: token.negated):
        try:
            parts = _narrow(parts, token)
        except CannotSay as reason:
            unsaid.append(Unsaid(str(token), str(reason) or _WHY_NOT[token.key]))
    return parts, unsaid


def _narrow(parts: Sequence[Part], token: Token) -> list[Part]:
    narrowed = [meet_parts(part, each) for part in parts for each in parts_of(token)]
    if len(narrowed) > _MOST_AT_ONCE:
        raise CannotSay(f"{_EITHER}, as others of these may")
    if any(max(map(len, (each.sources, each.targets, each.ports))) > MOST_ENTRIES for each in narrowed):
        raise CannotSay(f"a guardrail lists {MOST_ENTRIES} names at most")
    return narrowed


def _requirement(part: Part, is_only: bool) -> Requirement:
    """Nobody but those excluded, and those excluded never, are each other's opposite."""
    targets, ports = tuple(part.targets), tuple(part.ports)
    if is_only != bool(part.excluded):
        return Only(tuple(part.excluded or part.sources), False, targets, ports)
    return Deny(tuple(part.excluded or part.sources), targets, ports)


def _of_namespaces(query: Query, about: Token) -> Restated:
    """That names resolve, or that a default deny stands: in the namespaces at one end."""
    end = _OF_NAMESPACES[str(about)]
    named = [token for token in query.tokens if token.key == end and not _names_service(token)]
    # Both ends are read as targets, which are namespaces whatever they are excluded by.
    (part,), unsaid = _join([replace(token, key="to") for token in named])
    unsaid = [Unsaid(each.token.replace("to:", f"{end}:", 1), each.reason) for each in unsaid]
    rest = [token for token in query.tokens if token != about and token not in named]
    unsaid += [
        Unsaid(str(token), "this guardrail is about whole namespaces, not about edges") for token in rest
    ]
    spaces = tuple(target.spaces for target in part.targets)
    direction = Direction.INGRESS if end == "to" else Direction.EGRESS
    requirement = ResolveDns(spaces) if about.key == "dns" else DefaultDeny(spaces, (direction,))
    return Restated([requirement] if spaces else [], unsaid, can_say_only=False)


def _names_service(token: Token) -> bool:
    return any("/" in value and "=" not in value for value in token.values)
