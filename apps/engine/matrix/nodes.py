"""Who is on whose node: a node's own traffic passes the policies of its pods (N17)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from pyroaring import BitMap

from apps.engine.classes import Party


def find_twins(parties: Sequence[Party]) -> Sequence[int]:
    """By party number, the first of the pods that differ in nothing but their node. Pods on their node's
    network and addresses are their own twins: their node is what they are."""
    if not any(party.node for party in parties):
        return range(len(parties))
    first: dict[tuple[object, ...], int] = {}
    return [
        number
        if party.host or not party.is_pod
        else first.setdefault(
            (party.namespace, tuple(party.labels.items()), party.ports, party.numbers), number
        )
        for number, party in enumerate(parties)
    ]


class OnNodes:
    """Some parties by the node on which they are."""

    def __init__(self, numbers: BitMap, parties: Sequence[Party]) -> None:
        self._all = numbers
        self._by_node: dict[str, BitMap] = defaultdict(BitMap)
        for number in numbers:
            self._by_node[parties[number].node].add(number)

    def near(self, node: str) -> tuple[BitMap, BitMap]:
        """Those that are on this node, and those that may be: where either node is not known."""
        if not node:
            return BitMap(), self._all
        return self._by_node.get(node, BitMap()), self._by_node.get("", BitMap())
