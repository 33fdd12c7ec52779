"""What the lists of the pages need: the first of many, how many more there are, and the compared snapshot."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from itertools import islice
from typing import Any

from django import template

from apps.snapshots.models import Snapshot
from apps.web.compared import Base, base_of, choices
from apps.web.question import Question

register = template.Library()


@register.filter
def first_of(values: Collection[Any], most: int) -> list[Any]:
    return list(islice(values, most))


@register.filter
def grouped(number: int | str) -> str:
    """`88,170`; of what was not counted, nothing."""
    return f"{number:,}" if isinstance(number, int) else ""


@register.filter
def telling(labels: Mapping[str, str]) -> list[tuple[str, str]]:
    """Labels but the one that every namespace has, which repeats its name."""
    return [(key, value) for key, value in labels.items() if key != "kubernetes.io/metadata.name"]


@register.filter
def beyond(values: Collection[Any], most: int) -> int:
    """How many of the values are not among the first ones."""
    return max(0, len(values) - most)


@register.filter
def against(question: Question, number: int) -> str:
    """The address of the question, compared with the snapshot of that number; 0: with none."""
    return replace(question, vs=number).address()


@register.simple_tag(takes_context=True)
def compared_with(context: template.Context, snapshot: Snapshot) -> Base | None:
    return base_of(context["request"], snapshot)


@register.simple_tag
def comparable(snapshot: Snapshot) -> list[Snapshot]:
    return choices(snapshot)
