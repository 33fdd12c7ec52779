"""Which namespaces are alike, as strangers: no policy tells their pods apart, whatever labels these have."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from pyroaring import BitMap

from apps.engine.labels import selects
from apps.engine.model import Namespace, PodPeer, Selector
from apps.engine.potential.compiler import Compiler, Destination
from apps.engine.potential.forms import Gate
from apps.engine.potential.regimes import Regime, Regimes

# The gates towards one destination, of each regime that governs namespaces as sources, in one order.
Column = tuple[Gate, ...]


class Cells:
    """Cuts the namespaces, which are numbered by their place, into cells whose members are alike."""

    def __init__(self, namespaces: Sequence[Namespace], regimes: Regimes, compiler: Compiler) -> None:
        self._namespaces = namespaces
        self._compiler = compiler
        self._everyone = BitMap(range(len(namespaces)))
        self._governed: dict[Regime, BitMap] = defaultdict(BitMap)
        for number, space in enumerate(namespaces):
            self._governed[regimes.of_source(space.name, at_home=False)].add(number)
        self._selected: dict[Selector, BitMap] = {}
        self._partitions: dict[Regime, list[BitMap]] = {}

    def column(self, destination: Destination) -> Column:
        return tuple(self._compiler.egress(regime, destination) for regime in self._governed)

    def by_egress(self, columns: Sequence[Column]) -> dict[tuple[Gate, ...], BitMap]:
        """The namespaces by their gates in these columns."""
        found: dict[tuple[Gate, ...], BitMap] = {}
        for gates, numbers in zip(zip(*columns, strict=True), self._governed.values(), strict=True):
            found[gates] = found[gates] | numbers if gates in found else numbers
        return found

    def by_ingress(self, regimes: Iterable[Regime]) -> list[BitMap]:
        """Namespaces that targets under these regimes do not tell apart, set by set."""
        found = [self._everyone]
        for regime in regimes:
            partition = self._partition(regime)
            found = [both for cell in found for part in partition if (both := cell & part)]
        return found

    def _partition(self, regime: Regime) -> list[BitMap]:
        if regime not in self._partitions:
            self._partitions[regime] = self._cut(regime)
        return self._partitions[regime]

    def _cut(self, regime: Regime) -> list[BitMap]:
        """By which of the selectors of namespaces in the regime pick them."""
        peers = (peer for clause in regime.clauses for peer in clause.peers or ())
        selectors = {peer.namespaces for peer in peers if isinstance(peer, PodPeer)}
        picked: dict[int, list[int]] = defaultdict(list)
        for mark, selector in enumerate(selectors):
            for number in self._select(selector):
                picked[number].append(mark)
        cells: dict[tuple[int, ...], BitMap] = defaultdict(BitMap)
        for number, marks in picked.items():
            cells[tuple(marks)].add(number)
        rest = self._everyone - BitMap(list(picked))
        return [*cells.values(), rest] if rest else list(cells.values())

    def _select(self, selector: Selector) -> BitMap:
        if selector not in self._selected:
            spaces = enumerate(self._namespaces)
            self._selected[selector] = BitMap([n for n, space in spaces if selects(selector, space.labels)])
        return self._selected[selector]
