"""The matrix: a window of the table of who reaches whom, as letters (shapes: docs/architecture.md)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pyroaring import BitMap

from apps.engine import PortReach, Reach
from apps.engine.model import Dns, Verdict
from apps.reachability.against import Against
from apps.reachability.classes import Classes, ReachClass
from apps.reachability.conditions import Condition
from apps.reachability.drawing import count_of
from apps.reachability.grammar import EVERYTHING, Query
from apps.reachability.line_changes import tell_against
from apps.reachability.matrix_cells import Cells, cells_by_namespace, cells_by_service
from apps.reachability.matrix_marks import mark_cells
from apps.reachability.matrix_names import Structure, pick_namespaces, pick_services, structure_of
from apps.reachability.names import UnknownName
from apps.reachability.selection import narrow_ports, pick_ports

MOST_ROWS = 700  # and columns, of one window: half a million letters at most
MOST_MEMBERS = 100
MOST_PLAIN = 60  # namespaces that are shown one by one without more ado

_DNS = {Dns.RESOLVES: "r", Dns.BLOCKED: "b", Dns.UNKNOWN: "?"}

_TARGETS: Mapping[str, Callable[[PortReach], str]] = {
    "namespace": lambda port: port.namespace,
    "class": lambda port: port.namespace,
    "service": lambda port: port.target,
}

Matrix = dict[str, Any]  # {"meta", "rows", "columns", "dns", "cells", …}: docs/architecture.md


@dataclass(frozen=True, slots=True)
class MatrixQuestion:
    """`rows`, `columns`: names and `class:C7` with commas, empty: all. Offsets and limits cut the window.

    `by`: `namespace`; `service`, and a column is a Service; `class`, of all ports: reach classes, not names.
    `query`: what the filter grammar asks for besides. `against`: as in a `GraphQuestion`.
    """

    by: str = "namespace"
    rows: str = ""
    columns: str = ""
    port: int | None = None
    protocol: str = ""
    row_offset: int = 0
    row_limit: int = 60
    column_offset: int = 0
    column_limit: int = 60
    query: Query = EVERYTHING
    against: int | None = None


def lay_out(
    reach: Reach, question: MatrixQuestion, keep: Condition | None = None, against: Against | None = None
) -> Matrix:
    """The window that a question asks for; UnknownName for a name that the reach has not.

    What `keep` does not keep is no edge. Reach classes are of the whole matrix, so with it there are none.
    """
    structure = structure_of(reach)
    if question.by == "class" and keep is None:
        return _by_class(reach, structure, question, against)
    rows = pick_namespaces(reach, "rows", question.rows)
    asked_ports = pick_ports(reach, "", question.port, question.protocol)
    ports = narrow_ports(asked_ports, keep)
    if question.by == "service":
        names = pick_services(reach, ports, question.columns, known=asked_ports)
        cells, columns = cells_by_service(reach, ports, names), list(range(len(names)))
    else:
        names = list(reach.namespaces)
        whole = keep is None and len(ports) == len(reach.ports)
        cells = structure.cells if whole else cells_by_namespace(reach, ports)
        columns = pick_namespaces(reach, "columns", question.columns)
    shown = rows[_row_window(question)]
    across = columns[_column_window(question)]
    found = {
        "meta": _meta(question, (len(rows), len(columns)), cells.count(rows, columns)),
        "rows": [reach.namespaces[number] for number in shown],
        "columns": [names[number] for number in across],
        "row_classes": [structure.classes.by_namespace[number].name for number in shown],
        "dns": "".join(_DNS[reach.dns[number]] for number in shown),
        "cells": cells.lines(shown, across),
        "classes": [],
    }
    if against is None:
        return found
    key = _TARGETS[question.by]
    asked = {names[number] for number in columns}
    against = against.narrowed(ports) if keep else against
    inside = _by_column((port for port in ports if key(port) in asked), key)
    return _marked(reach, found, against, [[number] for number in shown], inside, rows)


def _marked(
    reach: Reach,
    found: Matrix,
    against: Against,
    shown: Sequence[Sequence[int]],
    inside: Mapping[str, Sequence[PortReach]],
    rows: Sequence[int],
) -> Matrix:
    """The matrix with `marks`. `inside`: the ports of every column; `rows`: the sources of every row."""
    marks = mark_cells(
        against, len(reach.namespaces), shown, (inside.get(name, ()) for name in found["columns"])
    )
    ports = [port for each in inside.values() for port in each]
    told = tell_against(against, ports, BitMap(rows))
    return found | {"meta": {**found["meta"], "against": told}, "marks": marks}


def _by_column(
    ports: Iterable[PortReach], key: Callable[[PortReach], str]
) -> Mapping[str, Sequence[PortReach]]:
    found: dict[str, list[PortReach]] = {}
    for port in ports:
        found.setdefault(key(port), []).append(port)
    return found


def _by_class(
    reach: Reach, structure: Structure, question: MatrixQuestion, against: Against | None
) -> Matrix:
    """The table of classes. A class's cell with itself is the one between two of its members."""
    rows, columns = (_pick_classes(structure, *asked) for asked in _asked(question))
    shown, across = rows[_row_window(question)], columns[_column_window(question)]
    firsts = [each.members[0] for each in shown]
    lines = structure.cells.lines(firsts, [each.members[0] for each in across])
    found = {
        "meta": _meta(question, (len(rows), len(columns)), structure.cells.count(_all(rows), _all(columns))),
        "rows": [each.name for each in shown],
        "columns": [each.name for each in across],
        "row_classes": [each.name for each in shown],
        "dns": "".join(_DNS[reach.dns[number]] for number in firsts),
        "cells": [
            _between_members(structure.cells, each, across, line)
            for each, line in zip(shown, lines, strict=True)
        ],
        "classes": _tell_classes(reach, structure, {*shown, *across}),
    }
    if against is None:
        return found
    asked = {reach.namespaces[number]: each.name for each in columns for number in each.members}
    ports = (port for port in reach.ports if port.namespace in asked)
    inside = _by_column(ports, lambda port: asked[port.namespace])
    return _marked(reach, found, against, [each.members for each in shown], inside, _all(rows))


def _asked(question: MatrixQuestion) -> list[tuple[str, str]]:
    return [("rows", question.rows), ("columns", question.columns)]


def _pick_classes(structure: Structure, field: str, asked: str) -> list[ReachClass]:
    if not asked:
        return list(structure.order)
    names = [name.removeprefix("class:") for name in asked.split(",")]
    for name in names:
        if structure.classes.find(name) is None:
            raise UnknownName(field, f"There is no reach class {name!r}")
    return [each for each in structure.order if each.name in names]


def _between_members(cells: Cells, row: ReachClass, across: Sequence[ReachClass], line: str) -> str:
    if row.is_outlier or row not in across:
        return line
    place = across.index(row)
    return line[:place] + cells.letter(row.members[0], row.members[1]) + line[place + 1 :]


def _tell_classes(reach: Reach, structure: Structure, classes: set[ReachClass]) -> list[dict[str, Any]]:
    """`own`: the cell of each member with itself."""
    return [
        {
            "name": each.name,
            "label": structure.classes.label(each),
            "count": len(each.members),
            "members": [reach.namespaces[number] for number in each.members[:MOST_MEMBERS]],
            "own": structure.cells.letter(each.members[0], each.members[0]),
        }
        for each in sorted(classes, key=lambda each: each.number)
    ]


def _all(classes: Sequence[ReachClass]) -> list[int]:
    return [member for each in classes for member in each.members]


def _meta(question: MatrixQuestion, size: tuple[int, int], counts: Mapping[Verdict, int]) -> dict[str, Any]:
    """Counts are of the cells of all rows and columns, not of the window alone, and never of classes."""
    return {
        "by": question.by,
        "counts": {str(verdict): number for verdict, number in counts.items()},
        "row_count": size[0],
        "column_count": size[1],
        "row_offset": min(question.row_offset, size[0]),
        "column_offset": min(question.column_offset, size[1]),
    }


def _row_window(question: MatrixQuestion) -> slice:
    return slice(question.row_offset, question.row_offset + question.row_limit)


def _column_window(question: MatrixQuestion) -> slice:
    return slice(question.column_offset, question.column_offset + question.column_limit)


def fitting_form(reach: Reach) -> str:
    """The form in which a matrix of everything says most: `class` where many namespaces share their reach."""
    count = len(reach.namespaces)
    if count <= MOST_PLAIN or 2 * len(structure_of(reach).classes.all) > count:
        return "namespace"
    return "class"


def tell_structure(classes: Classes, namespaces: int) -> str:
    """`4,812 tenant-* share one reach; 7 outliers`."""
    largest = classes.all[0] if classes.all else None
    if largest is None or largest.is_outlier:
        return f"{count_of(namespaces, 'namespace')}, each with a reach of its own"
    sentence = f"{len(largest.members):,} {classes.label(largest)} share one reach"
    more = len(classes.all) - 1 - classes.outliers
    others = f"; {more:,} more class{'' if more == 1 else 'es'}" if more else ""
    return f"{sentence}{others}; {classes.outliers:,} outlier{'' if classes.outliers == 1 else 's'}"
