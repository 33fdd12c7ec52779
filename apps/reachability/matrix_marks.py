"""What differs from another snapshot, cell by cell of a matrix."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from apps.engine import PortReach
from apps.reachability.against import Against, Marks

# From least to most telling: a cell stands for many edges and shows the most telling mark among them.
_LETTERS = np.frombuffer(b" ~-+", dtype=np.uint8)  # as before, changed, closed, opened
_STEPS = ((1, "changed"), (2, "closed"), (3, "opened"))


def mark_cells(
    against: Against, size: int, rows: Sequence[Sequence[int]], columns: Iterable[Sequence[PortReach]]
) -> list[str]:
    """A text a row, with a letter a column: `+` opened, `-` closed, `~` otherwise changed, or a space.

    `size`: of the reach. `rows`: the sources that a row stands for; `columns`: the Service ports of a column.
    """
    members = np.array([number for row in rows for number in row], dtype=np.intp)
    starts = np.cumsum([0, *(len(row) for row in rows)])[:-1]
    painted = [_column(against, size, ports, members, starts) for ports in columns]
    table = np.array(painted, dtype=np.uint8).reshape(len(painted), len(rows))
    return [row.tobytes().decode("ascii") for row in _LETTERS[np.ascontiguousarray(table.T)]]


def _column(
    against: Against,
    size: int,
    ports: Iterable[PortReach],
    members: NDArray[np.intp],
    starts: NDArray[np.intp],
) -> NDArray[np.uint8]:
    marks = [found for port in ports if (found := against.of(port))]
    if not marks or not len(starts):
        return np.zeros(len(starts), dtype=np.uint8)
    column: NDArray[np.uint8] = np.maximum.reduceat(_paint(size, marks)[members], starts)
    return column


def _paint(size: int, marks: Sequence[Marks]) -> NDArray[np.uint8]:
    cells = np.zeros(size, dtype=np.uint8)
    for step, kind in _STEPS:
        for each in marks:
            if numbers := getattr(each, kind):
                cells[np.frombuffer(numbers.to_array(), dtype=np.uint32)] = step
    return cells
