"""The words of suggestions: which edges to keep, what to apply, and what cannot be had."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple


class EdgeKey(NamedTuple):
    """Names one edge."""

    source: str  # NS
    target: str  # NS/SERVICE
    port: int
    protocol: str


class Impossible(NamedTuple):
    """An edge on which the suggestion does not do as was asked, or that it changes unasked, and why."""

    edge: EdgeKey
    reason: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`policies`: manifests to apply. `delete`: names of the namespace's other NetworkPolicies, which they
    replace. Then its edges are those that were to be kept, but for what is `impossible`."""

    namespace: str
    policies: tuple[dict[str, Any], ...]
    delete: tuple[str, ...]
    impossible: tuple[Impossible, ...]
