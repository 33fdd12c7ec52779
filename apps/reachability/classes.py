"""Reach classes: namespaces that reach the same and are reached by the same.

Two namespaces are of one class when exchanging them changes no cell of the table of all namespaces: they have
the same verdict to and from every third namespace, the same between each other in both directions, the same
with themselves, and the same answer about DNS. So the table of classes loses nothing of the table of
namespaces. What shares its class with nobody is an outlier, and those are what a reviewer looks for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from apps.engine import Reach
from apps.reachability.matrix_cells import LETTERS, NO_EDGE, Cells, Codes

Hashes = NDArray[np.uint64]  # two words a namespace

_LETTERS = NO_EDGE + "".join(LETTERS.values())
_INDEX = np.zeros(128, dtype=np.uint8)  # from a letter to its place among them
_INDEX[[ord(letter) for letter in _LETTERS]] = range(len(_LETTERS))


@dataclass(frozen=True)
class ReachClass:
    """`number` counts from 1, the largest class first; `members` are namespace numbers, ascending."""

    number: int
    members: tuple[int, ...]

    @property
    def name(self) -> str:
        return f"C{self.number}"

    @property
    def is_outlier(self) -> bool:
        return len(self.members) == 1


class Classes:
    """The classes of a reach, and of each namespace its own."""

    def __init__(self, reach: Reach, cells: Cells) -> None:
        self._names = reach.namespaces
        groups = sorted(_group(reach, cells), key=lambda members: (-len(members), members[0]))
        self.all = tuple(ReachClass(number, tuple(group)) for number, group in enumerate(groups, 1))
        self.by_namespace = {member: each for each in self.all for member in each.members}

    def find(self, name: str) -> ReachClass | None:
        """The class called `C7`."""
        number = int(name[1:]) if name.startswith("C") and name[1:].isascii() and name[1:].isdigit() else 0
        return self.all[number - 1] if 1 <= number <= len(self.all) else None

    @cached_property
    def outliers(self) -> int:
        return sum(each.is_outlier for each in self.all)

    def label(self, each: ReachClass) -> str:
        """`payments`, `tenant-*`, or `orders and 4 more` where the names begin differently."""
        names = [self._names[number] for number in each.members]
        if each.is_outlier:
            return names[0]
        prefix = _common_prefix(min(names), max(names)).rstrip("0123456789")
        return f"{prefix}*" if len(prefix) > 1 else f"{names[0]} and {len(names) - 1} more"


def _common_prefix(first: str, last: str) -> str:
    """What all names from the first to the last of the alphabet begin with."""
    pairs = zip(first, last, strict=False)
    return first[: next((n for n, (one, other) in enumerate(pairs) if one != other), len(first))]


def _group(reach: Reach, cells: Cells) -> list[list[int]]:
    """Namespaces whose rows and columns are equal once their own cells are set aside.

    Two members' own cells stand where the other has the cell between them. So the own cell is filled in with
    each letter in turn: with the one that stands between the members, their rows become equal. No namespace
    finds fellows under two letters, for a third namespace would have to have both.
    """
    count = len(reach.namespaces)
    if not count:
        return []
    random = np.random.default_rng()  # so that nobody can name namespaces into one class
    row_words, column_words = (
        random.integers(0, 2**64, (count, len(_LETTERS), 2), dtype=np.uint64) for _ in range(2)
    )
    own = _INDEX[cells.own()]
    distinct = _INDEX[cells.distinct]
    everyone = np.arange(count)
    hashes = _hash_rows(distinct, cells.column, row_words)
    hashes ^= _hash_columns(distinct, column_words)[cells.column]
    hashes ^= row_words[everyone, own] ^ column_words[everyone, own]
    aside = [(int(letter), str(dns)) for letter, dns in zip(own, reach.dns, strict=True)]
    left = set(range(count))
    groups = []
    for letter in range(len(_LETTERS)):
        filled = hashes ^ row_words[:, letter] ^ column_words[:, letter]
        groups += [group for group in _equal(filled, aside) if len(group) > 1]
    for group in groups:
        left.difference_update(group)
    return groups + [[number] for number in sorted(left)]


def _equal(hashes: Hashes, aside: Sequence[tuple[int, str]]) -> list[list[int]]:
    found: dict[tuple[bytes, tuple[int, str]], list[int]] = {}
    for number, key in enumerate(zip(map(bytes, hashes), aside, strict=True)):
        found.setdefault(key, []).append(number)
    return list(found.values())


def _hash_rows(distinct: Codes, column: NDArray[np.intp], words: Hashes) -> Hashes:
    """Each namespace's row, as the exclusive-or of a random word for each (target, letter)."""
    order = np.argsort(column, kind="stable")
    starts = np.searchsorted(column[order], np.arange(len(distinct)))
    together = np.bitwise_xor.reduceat(words[order], starts, axis=0)  # equal columns at once
    total = np.zeros((distinct.shape[1], 2), dtype=np.uint64)
    for letters, shared in zip(distinct, together, strict=True):
        total ^= shared[letters]
    return total


def _hash_columns(distinct: Codes, words: Hashes) -> Hashes:
    """Each different column, with a word for each (source, letter)."""
    sources = np.arange(distinct.shape[1])
    return np.array(
        [np.bitwise_xor.reduce(words[sources, letters], axis=0) for letters in distinct], dtype=np.uint64
    )
