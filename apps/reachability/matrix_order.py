"""An order of reach classes in which alike ones stand together, so that the matrix shows blocks."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from apps.engine.model import Verdict
from apps.reachability.classes import ReachClass
from apps.reachability.matrix_cells import LETTERS, Cells

Points = NDArray[np.float32]

# How far a cell is from one that lets nothing through; the letters differ less among themselves.
_WEIGHTS = {
    Verdict.UNRESTRICTED: 3.0,
    Verdict.ALLOWED: 2.5,
    Verdict.PARTIAL: 1.5,
    Verdict.UNKNOWN: 1.0,
}
_DIRECTIONS = 16  # of rows, and as many of columns: enough for distances to come out nearly as they are
_AT_ONCE = 512  # columns; 10 MB at 5,000 namespaces


def order_classes(cells: Cells, classes: Sequence[ReachClass]) -> list[ReachClass]:
    """From the class that reaches and is reached most, so that a window opens where there is most to see,
    always the one nearest to the last; equal reach gives an equal order.

    Rows and columns are thousands of cells long, so their distances are taken between projections of them
    to a few directions (Johnson and Lindenstrauss), which are the same each time.
    """
    if not classes:
        return []
    firsts = [each.members[0] for each in classes]
    points, weights = _project(cells)
    return [classes[index] for index in _chain(points[firsts], int(weights[firsts].argmax()))]


def _chain(points: Points, start: int) -> list[int]:
    left = np.arange(len(points))
    chain = [start]
    while len(left) > 1:
        keep = left != chain[-1]
        left, here = left[keep], points[chain[-1]]
        away = points[left] - here
        chain.append(int(left[np.einsum("ij,ij->i", away, away).argmin()]))
    return chain


def _project(cells: Cells) -> tuple[Points, NDArray[np.float32]]:
    """A point a namespace, from its row and its column; and how much it reaches and is reached: that is where
    it stands in the direction in which every cell counts alike."""
    size = cells.distinct.shape[1]
    random = np.random.default_rng(0)
    for_rows, for_columns = (
        random.standard_normal((size, _DIRECTIONS + 1)).astype(np.float32) for _ in range(2)
    )
    for_rows[:, -1] = for_columns[:, -1] = 1
    weights = np.zeros(128, dtype=np.float32)
    for verdict, weight in _WEIGHTS.items():
        weights[ord(LETTERS[verdict])] = weight
    shared = np.zeros((len(cells.distinct), _DIRECTIONS + 1), dtype=np.float32)
    np.add.at(shared, cells.column, for_rows)
    rows = np.zeros((size, _DIRECTIONS + 1), dtype=np.float32)
    columns = np.zeros_like(shared)
    for start in range(0, len(cells.distinct), _AT_ONCE):
        part = slice(start, start + _AT_ONCE)
        weighed = weights[cells.distinct[part]]
        rows += weighed.T @ shared[part]
        columns[part] = weighed @ for_columns
    across = columns[cells.column]
    return np.hstack([rows[:, :-1], across[:, :-1]]), rows[:, -1] + across[:, -1]
