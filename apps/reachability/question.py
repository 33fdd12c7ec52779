"""What a graph is asked to show."""

from __future__ import annotations

from dataclasses import dataclass

from apps.engine.model import Verdict
from apps.reachability.grammar import EVERYTHING, Query

# Denied is the good case in a review, and nobody asks in an empty namespace: folded unless asked for.
FOLDED = frozenset({Verdict.DENIED, Verdict.EMPTY})
DEFAULT_SHOW = frozenset(Verdict) - FOLDED


@dataclass(frozen=True, slots=True)
class GraphQuestion:
    """What is to be drawn.

    `focus`: `NS` or `NS/SERVICE`, empty for the overview. `direction`: `to`; of a namespace also `from`, or
    `path`, which is what it could pivot to in `hops` hops.
    `only`: the one other end, a namespace (direction `to`) or `NS` or `NS/SERVICE` (`from`); empty: all.
    `around`: the id of the node whose lines are wanted, in an overview too large for all lines. `expand`:
    the namespaces of the overview that show their Services.
    `group`: `service` or `namespace`, how target Services are shown. `show`: the verdicts drawn one by one.
    `query`: what the filter grammar asks for besides; other edges are not in the drawing, nor in its counts.
    `against`: the number of the snapshot against which new and closed edges are marked; None: none are.
    """

    focus: str = ""
    direction: str = "to"
    port: int | None = None
    protocol: str = ""
    group: str = "service"
    show: frozenset[Verdict] = DEFAULT_SHOW
    only: str = ""
    query: Query = EVERYTHING
    around: str = ""
    expand: tuple[str, ...] = ()
    hops: int = 3
    against: int | None = None
