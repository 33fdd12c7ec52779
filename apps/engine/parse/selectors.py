"""Label selectors in manifests. Source: meta/v1 LabelSelector; N5, N11, N12."""

from __future__ import annotations

from apps.engine.labels import equality
from apps.engine.model import Requirement, Selector
from apps.engine.parse.fields import Part

_OPERATORS = ("In", "NotIn", "Exists", "DoesNotExist")


def read_selector(part: Part) -> Selector:
    """`matchLabels` and `matchExpressions` as one Selector; {} or absent selects everything."""
    expressions = tuple(_read_expression(entry) for entry in (part / "matchExpressions").entries())
    return Selector(equality((part / "matchLabels").labels()).requirements + expressions)


def _read_expression(part: Part) -> Requirement:
    key = (part / "key").required_text()
    operator = (part / "operator").one_of(_OPERATORS)
    values = frozenset(entry.text() for entry in (part / "values").entries())
    if operator in ("In", "NotIn") and not values:
        raise (part / "values").bad(f"must not be empty with operator {operator}")
    if operator in ("Exists", "DoesNotExist") and values:
        raise (part / "values").bad(f"must be empty with operator {operator}")
    return Requirement(key, operator, values)
