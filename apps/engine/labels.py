"""Label selectors. Source: kubernetes.io/docs/concepts/overview/working-with-objects/labels (N12)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from apps.engine.model import Requirement, Selector


def holds(requirement: Requirement, labels: Mapping[str, str]) -> bool:
    """Whether one requirement holds. `NotIn` and `DoesNotExist` also hold where the key is missing."""
    key, operator, values = requirement
    if operator == "In":
        return key in labels and labels[key] in values
    if operator == "NotIn":
        return key not in labels or labels[key] not in values
    if operator == "Exists":
        return key in labels
    return key not in labels


def selects(selector: Selector, labels: Mapping[str, str]) -> bool:
    """Whether every requirement of the selector holds; an empty selector selects everything."""
    return all(holds(requirement, labels) for requirement in selector.requirements)


def equality(labels: Mapping[str, str]) -> Selector:
    """The selector that `matchLabels` (or a Service's selector) means: every label, with that value."""
    return Selector(tuple(Requirement(key, "In", frozenset((labels[key],))) for key in sorted(labels)))


def keys_of(selectors: Iterable[Selector]) -> set[str]:
    """Every label key that the selectors ask about."""
    return {requirement.key for selector in selectors for requirement in selector.requirements}


def describe(requirement: Requirement) -> str:
    """The requirement as people write it: `app=db`, `app in (a, b)`, `!app`."""
    key, operator, values = requirement
    if operator == "Exists":
        return key
    if operator == "DoesNotExist":
        return f"!{key}"
    names = sorted(values)
    if len(names) == 1:
        return f"{key}={names[0]}" if operator == "In" else f"{key}!={names[0]}"
    return f"{key} {'in' if operator == 'In' else 'notin'} ({', '.join(names)})"
