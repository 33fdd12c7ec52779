"""What is kept of pruned snapshots: since when things had been as the next kept one found them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pyroaring import BitMap

from apps.reachability.bitmaps import pack, unpack
from apps.reachability.models import Origin

from .rows import Key

Starts = Mapping[int, int]  # by lasting namespace number the snapshot in which something began


@dataclass(frozen=True, slots=True)
class Begins:
    """`value`: since when each namespace has its value; `open`: since when its edge lets anything through."""

    value: Starts = field(default_factory=dict)
    open: Starts = field(default_factory=dict)

    def to_bytes(self) -> bytes:
        sides = [_by_start(self.value), _by_start(self.open)]
        return pack([numbers for side in sides for numbers in side.values()], [list(side) for side in sides])

    @classmethod
    def from_bytes(cls, data: bytes) -> Begins:
        sets, (values, opens) = unpack(data)
        split = len(values)
        return cls(_by_number(values, sets[:split]), _by_number(opens, sets[split:]))


def origins_of(cluster_id: int, key: Key) -> dict[int, Begins]:
    """By the snapshot that they are about."""
    rows = Origin.objects.filter(cluster=cluster_id, **key._asdict())
    return {number: Begins.from_bytes(bytes(data)) for number, data in rows.values_list("number", "begins")}


def of_namespaces(fact: str) -> Key:
    """By what name the origins of `dns`, `ingress` and `egress` are kept."""
    return Key("", fact, 0, "")


def _by_start(starts: Starts) -> dict[int, BitMap]:
    found: dict[int, BitMap] = defaultdict(BitMap)
    for number, start in starts.items():
        found[start].add(number)
    return dict(sorted(found.items()))


def _by_number(starts: Sequence[int], sets: Sequence[BitMap]) -> dict[int, int]:
    return {number: start for start, numbers in zip(starts, sets, strict=True) for number in numbers}
