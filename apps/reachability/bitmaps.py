"""Sets of numbers as they are stored: several in one compressed piece, small where they are small."""

from __future__ import annotations

import json
import zlib
from array import array
from collections.abc import Sequence
from io import BytesIO
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

_LENGTH = 4  # bytes of the number of sets, and before each set


def pack(sets: Sequence[BitMap], rest: Any = None) -> bytes:
    """Several sets, and beside them a value that JSON can say."""
    parts = [len(sets).to_bytes(_LENGTH, "little"), *map(_one, sets)]
    parts.append(json.dumps(rest, separators=(",", ":"), sort_keys=True).encode())
    return zlib.compress(b"".join(parts), 9)


def unpack(data: bytes) -> tuple[list[BitMap], Any]:
    """The sets that were packed, and the value beside them."""
    stream = BytesIO(zlib.decompress(data))
    count = int.from_bytes(stream.read(_LENGTH), "little")
    sets = [_next(stream) for _ in range(count)]
    return sets, msgspec.json.decode(stream.read())


def move(numbers: BitMap, places: NDArray[np.uint32]) -> BitMap:
    """The same members under other numbers: `places[n]` is the new number of n."""
    return BitMap(array("I", places[np.asarray(numbers.to_array())].tobytes()))


def _next(stream: BytesIO) -> BitMap:
    size = int.from_bytes(stream.read(_LENGTH), "little")
    return BitMap.deserialize(stream.read(size)) if size else BitMap()


def _one(numbers: BitMap) -> bytes:
    if not numbers:
        return bytes(_LENGTH)
    numbers = numbers.copy()
    numbers.run_optimize()
    data = numbers.serialize()
    return len(data).to_bytes(_LENGTH, "little") + data
