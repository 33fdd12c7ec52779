"""The potential of all namespaces at once: one of each cell is judged, and stands for all in it.

Everybody is taken for a stranger here, whom rules for pods of the target's own namespace do not concern.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from pyroaring import BitMap

from apps.engine.model import Namespace, Verdict
from apps.engine.potential.cells import Cells, Column
from apps.engine.potential.compiler import Compiler, Destination
from apps.engine.potential.forms import Gate
from apps.engine.potential.regimes import Regime, Regimes
from apps.engine.potential.search import Crossing, Target

# A target in each way of seeing host-network pods, over each address family.
Plan = tuple[tuple[Destination, ...], ...]
# The same, by all that strangers meet on their way there.
_View = tuple[tuple[tuple[Column, Regime], ...], ...]


class Strangers:
    """Rows of verdicts; targets that strangers meet alike have one and the same."""

    def __init__(
        self,
        namespaces: Sequence[Namespace],
        regimes: Regimes,
        compiler: Compiler,
        judge: Callable[[Iterable[Target]], Verdict],
    ) -> None:
        self._names = [space.name for space in namespaces]
        self._cells = Cells(namespaces, regimes, compiler)
        self._compiler = compiler
        self._judge = judge
        self._rows: dict[frozenset[_View], Mapping[Verdict, BitMap]] = {}

    def by_verdict(self, plans: Iterable[Plan]) -> Mapping[Verdict, BitMap]:
        """Numbers of namespaces, by the best verdict against all the targets."""
        views = frozenset(self._view(plan) for plan in plans)
        if views not in self._rows:
            row: dict[Verdict, BitMap] = {}
            for verdict, numbers in self._judged(views):
                row[verdict] = row[verdict] | numbers if verdict in row else numbers
            self._rows[views] = row
        return self._rows[views]

    def _view(self, plan: Plan) -> _View:
        return tuple(tuple((self._cells.column(one), one.abroad) for one in way) for way in plan)

    def _judged(self, views: frozenset[_View]) -> Iterator[tuple[Verdict, BitMap]]:
        sides = {side for view in views for way in view for side in way}
        columns = list({column for column, _ in sides})
        regimes = {regime for _, regime in sides}
        out = self._cells.by_egress(columns)
        for cell in self._cells.by_ingress(regimes):
            into = {regime: self._compiler.ingress(regime, self._names[cell[0]]) for regime in regimes}
            for gates, numbers in out.items():
                if both := cell & numbers:
                    towards = dict(zip(columns, gates, strict=True))
                    yield self._judge(_met(view, towards, into) for view in views), both


def _met(view: _View, out: Mapping[Column, Gate], into: Mapping[Regime, Gate]) -> Target:
    return tuple(tuple(Crossing(out[column], into[regime]) for column, regime in way) for way in view)
