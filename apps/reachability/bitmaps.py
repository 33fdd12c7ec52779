"""Sets of numbers as they are stored: several in one compressed piece, small where they are small."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Sequence
from typing import Any

from pyroaring import BitMap

_LENGTH = 4  # bytes before each set


def pack(sets: Iterable[BitMap], rest: Any = None) -> bytes:
    """Several sets, and beside them a value that JSON can say."""
    parts = [_one(numbers) for numbers in sets]
    parts.append(json.dumps(rest, separators=(",", ":"), sort_keys=True).encode())
    return zlib.compress(b"".join(parts), 9)


def unpack(data: bytes, count: int) -> tuple[tuple[BitMap, ...], Any]:
    """The `count` sets that were packed, and the value beside them."""
    plain = memoryview(zlib.decompress(data))
    sets = []
    for _ in range(count):
        size = int.from_bytes(plain[:_LENGTH], "little")
        piece, plain = plain[_LENGTH : _LENGTH + size], plain[_LENGTH + size :]
        sets.append(BitMap.deserialize(bytes(piece)) if size else BitMap())
    return tuple(sets), json.loads(bytes(plain))


def move(numbers: BitMap, places: Sequence[int]) -> BitMap:
    """The same members under other numbers: `places[n]` is the new number of n."""
    return BitMap([places[number] for number in numbers])


def _one(numbers: BitMap) -> bytes:
    if not numbers:
        return bytes(_LENGTH)
    numbers = numbers.copy()
    numbers.run_optimize()
    data = numbers.serialize()
    return len(data).to_bytes(_LENGTH, "little") + data
