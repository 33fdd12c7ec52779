"""Label selectors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class Requirement(NamedTuple):
    """One requirement of a label selector. `operator`: In, NotIn, Exists or DoesNotExist."""

    key: str
    operator: str
    values: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Selector:
    """A label selector: every requirement must hold; none at all matches everything."""

    requirements: tuple[Requirement, ...] = ()


EVERYTHING = Selector()
