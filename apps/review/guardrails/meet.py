"""What two conditions of a guardrail have in common, where a guardrail can say it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from apps.engine.model import PROTOCOLS, Selector
from apps.reachability.grammar import matches
from apps.review.guardrails.form import Ports, Spaces, Targets

T = TypeVar("T")


class CannotSay(Exception):
    """No guardrail can say this; the text is why."""


def meet_all(alternatives: Iterable[Sequence[T]], meet: Callable[[T, T], T | None], everything: T) -> list[T]:
    """What all of several choices of alternatives have in common; empty: nothing can fit them all."""
    found = [everything]
    for choice in alternatives:
        both = [meet(one, other) for one in found for other in choice]
        found = list(dict.fromkeys(each for each in both if each is not None))
    return found


def meet_spaces(one: Spaces, other: Spaces) -> Spaces | None:
    name = _meet_names(one.name, other.name)
    requirements = dict.fromkeys((*one.labels.requirements, *other.labels.requirements))
    return None if name is None else Spaces(name, Selector(tuple(requirements)))


def meet_targets(one: Targets, other: Targets) -> Targets | None:
    spaces, service = meet_spaces(one.spaces, other.spaces), _meet_names(one.service, other.service)
    return None if spaces is None or service is None else Targets(spaces, service)


def meet_ports(one: Ports, other: Ports) -> Ports | None:
    first, last = max(one.first, other.first), min(one.last, other.last)
    protocols = {one.protocol, other.protocol} - {""}
    if first > last or len(protocols) > 1:
        return None
    return Ports(first, last, next(iter(protocols), ""))


def all_but(ports: Ports) -> list[Ports]:
    """Every other Service port."""
    around = [Ports(1, ports.first - 1, ports.protocol), Ports(ports.last + 1, 65535, ports.protocol)]
    others = [Ports(protocol=each) for each in PROTOCOLS if ports.protocol and each != ports.protocol]
    return [each for each in around if each.first <= each.last] + others


def _meet_names(one: str, other: str) -> str | None:
    """The narrower of two patterns of which one holds the other; None: no name fits both."""
    if matches(other, one):
        return one
    if matches(one, other):
        return other
    if "*" in one and "*" in other:
        raise CannotSay(f"a name that fits {one} as well as {other} cannot be asked for")
    return None
