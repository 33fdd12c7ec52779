"""Conditions on labels that are not chosen yet: what each may still come to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from apps.engine.explain.peers import Match
from apps.engine.labels import holds
from apps.engine.model import Selector


class Condition(NamedTuple):
    """YES where one of the selectors picks the labels, else `base`, whatever the labels."""

    base: Match
    selectors: tuple[Selector, ...] = ()


ALWAYS, POSSIBLY, NEVER = Condition(Match.YES), Condition(Match.MAYBE), Condition(Match.NO)


def on_labels(selector: Selector) -> Condition:
    """YES for the labels that the selector picks, else NO."""
    return Condition(Match.NO, (selector,)) if selector.requirements else ALWAYS


def any_of(conditions: Iterable[Condition]) -> Condition:
    """The best of the conditions."""
    base, selectors = Match.NO, dict[Selector, None]()
    for condition in conditions:
        base = max(base, condition.base)
        selectors |= dict.fromkeys(condition.selectors)
    return ALWAYS if base is Match.YES else Condition(base, tuple(selectors))


class Choice:
    """Labels chosen so far: key to value, or to None where the pod shall not have the key."""

    def __init__(self, chosen: Mapping[str, str | None]) -> None:
        self._chosen = chosen
        self._labels = {key: value for key, value in chosen.items() if value is not None}
        self._memo: dict[Selector, bool | None] = {}

    def outcomes(self, condition: Condition) -> frozenset[Match]:
        """What the condition may still come to; one answer when it is decided."""
        answers = [self._selects(selector) for selector in condition.selectors]
        if True in answers:
            return frozenset((Match.YES,))
        return frozenset((condition.base, Match.YES) if None in answers else (condition.base,))

    def open_keys(self) -> dict[str, int]:
        """Keys on which some asked selector still depends, with the number of those selectors."""
        counts: dict[str, int] = {}
        for selector, answer in self._memo.items():
            if answer is None:
                for key in {one.key for one in selector.requirements} - self._chosen.keys():
                    counts[key] = counts.get(key, 0) + 1
        return counts

    def _selects(self, selector: Selector) -> bool | None:
        """Whether the selector picks the labels; None while that is open."""
        if selector not in self._memo:
            chosen = [one for one in selector.requirements if one.key in self._chosen]
            if not all(holds(one, self._labels) for one in chosen):
                self._memo[selector] = False
            else:
                self._memo[selector] = True if len(chosen) == len(selector.requirements) else None
        return self._memo[selector]
