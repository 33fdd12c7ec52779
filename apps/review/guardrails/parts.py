"""What a token of the filter grammar comes to in the words of guardrails."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from apps.engine.model import Requirement, Selector
from apps.reachability.grammar import Token
from apps.reachability.grammar.tokens import LABEL, TEXT
from apps.review.guardrails.form import Ports, Spaces, Targets
from apps.review.guardrails.meet import (
    CannotSay,
    all_but,
    meet_all,
    meet_ports,
    meet_spaces,
    meet_targets,
)

EITHER_END = ("ns", LABEL, TEXT)
_EVERYWHERE = (Spaces(),)
_NAME = re.compile(r"[a-z0-9.*-]+")  # what a guardrail takes for a pattern of names


@dataclass(frozen=True, slots=True)
class Part:
    """Edges from any of `sources`, but from none of `excluded`, to any of `targets` on any of `ports`.

    `excluded` is used only where `sources` are all; else it is in their selectors.
    """

    sources: Sequence[Spaces] = _EVERYWHERE
    excluded: Sequence[Spaces] = ()
    targets: Sequence[Targets] = (Targets(Spaces()),)
    ports: Sequence[Ports] = (Ports(),)

    @property
    def is_nothing(self) -> bool:
        return not (self.sources and self.targets and self.ports)


def parts_of(token: Token) -> list[Part]:
    """The edges that a token keeps: those of any of these parts. Raises CannotSay."""
    if token.key == "port":
        return [Part(ports=_ports(token))]
    if token.key == "to":
        return [Part(targets=_targets(token))]
    if token.key == "from":
        spaces = [_space(value) for value in token.values]
        if not token.negated:
            return [Part(sources=spaces)]
        return [Part(sources=())] if Spaces() in spaces else [Part(excluded=spaces)]
    if token.key not in EITHER_END:
        raise CannotSay
    if token.negated:
        none = _none_of(token)
        return [Part(sources=none, targets=[Targets(space) for space in none])]
    sources = [space for value in token.values for space in _source_spaces(token.key, value)]
    targets = [each for value in token.values for each in _targets_of(token.key, value)]
    return [Part(sources=sources), Part(targets=targets)]


def meet_parts(one: Part, other: Part) -> Part:
    """The edges that both hold. Raises CannotSay."""
    both = Part(
        meet_all((one.sources, other.sources), meet_spaces, Spaces()),
        (*one.excluded, *other.excluded),
        meet_all((one.targets, other.targets), meet_targets, Targets(Spaces())),
        meet_all((one.ports, other.ports), meet_ports, Ports()),
    )
    if both.is_nothing or not both.excluded or tuple(both.sources) == _EVERYWHERE:
        return both
    labels = _not(both.excluded)
    return replace(both, sources=meet_all((both.sources, [labels]), meet_spaces, Spaces()), excluded=())


def _ports(token: Token) -> list[Ports]:
    ports = [_port(value) for value in token.values]
    return meet_all(map(all_but, ports), meet_ports, Ports()) if token.negated else ports


def _port(value: str) -> Ports:
    number, _, protocol = value.partition("/")
    return Ports(protocol=protocol) if number == "*" else Ports(int(number), int(number), protocol)


def _targets(token: Token) -> list[Targets]:
    if token.negated:
        return [Targets(space) for space in _none_of(token)]
    return [_target(value) for value in token.values]


def _none_of(token: Token) -> list[Spaces]:
    """The namespaces that none of its values takes in; empty where one of them takes in all."""
    spaces = [_space(value) for value in token.values]
    return [] if Spaces() in spaces else [_not(spaces)]


def _not(spaces: Sequence[Spaces]) -> Spaces:
    """The namespaces that none of these takes in."""
    if any(space.name != "*" for space in spaces):
        raise CannotSay("beside other namespaces, a guardrail excludes some by label and not by name")
    return Spaces(
        "*", Selector(tuple(_opposite(each) for space in spaces for each in space.labels.requirements))
    )


def _opposite(requirement: Requirement) -> Requirement:
    """Of the two that a filter can ask for: a label with some value, or with any."""
    operator = "NotIn" if requirement.operator == "In" else "DoesNotExist"
    return requirement._replace(operator=operator)


def _target(value: str) -> Targets:
    if "=" in value:
        return Targets(_space(value))
    namespace, _, service = value.partition("/")
    return Targets(_space(namespace), _name(service or "*"))


def _space(value: str) -> Spaces:
    key, is_label, wanted = value.partition("=")
    if not is_label:
        if "/" in value:
            raise CannotSay("a Service is at the other end only")
        return Spaces(_name(value))
    if wanted == "*":
        return Spaces("*", Selector((Requirement(key, "Exists"),)))
    if "*" in wanted:
        raise CannotSay("a label selector has whole values, without *")
    return Spaces("*", Selector((Requirement(key, "In", frozenset((wanted,))),)))


def _name(pattern: str) -> str:
    if not _NAME.fullmatch(pattern):
        raise CannotSay("nothing in Kubernetes has such a name")
    return pattern


def _source_spaces(key: str, value: str) -> list[Spaces]:
    """A Service is no source."""
    if key == TEXT:
        return [] if "/" in value else [_space(_whole(value))]
    return [] if "/" in value and "=" not in value else [_space(value)]


def _targets_of(key: str, value: str) -> list[Targets]:
    """A part of the name of a target, NS/SERVICE, is one of its namespace's or of its own, or spans both."""
    if key != TEXT:
        return [_target(value)]
    whole = _whole(value)
    if "/" in whole:
        return [_target(whole)]
    stars = [place for place, sign in enumerate(whole) if sign == "*"]
    return [Targets(_space(whole[: at + 1]), _name(whole[at:])) for at in stars]


def _whole(text: str) -> str:
    return (text if "*" in text else f"*{text}*").lower()
