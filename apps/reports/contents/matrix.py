"""The reach matrix: namespaces by namespaces where they fit on paper, else by reach class."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pyroaring import BitMap

from apps.engine.model import Verdict
from apps.reachability.bundle import REACHING
from apps.reachability.classes import ReachClass
from apps.reachability.matrix_cells import LETTERS, NO_EDGE
from apps.reachability.matrix_names import Structure, structure_of
from apps.reports.contents.basis import Basis

MOST_DRAWN = 40  # rows and columns that can be read on one page
MOST_MEMBERS = 200  # of a class, named; all of them are counted
OUT_OF_SCOPE = "."

# `C7`, or the name of the namespace; and the numbers of its members.
Row = tuple[str, tuple[int, ...]]


def tell_matrix(basis: Basis) -> dict[str, Any]:
    """`cells`: a line a source row, a letter a column (`letters` explains them). A cell shows the most
    permissive verdict; that of a class with itself is between two members. `of`: rows there are."""
    structure = structure_of(basis.reach)
    by_class = basis.scope.kind == "cluster" and len(basis.reach.namespaces) > MOST_DRAWN
    rows = _classes(structure) if by_class else _namespaces(basis, structure)
    drawn = rows[:MOST_DRAWN]
    return {
        "by_class": by_class,
        "of": len(rows),
        "namespaces_drawn": sum(len(members) for _, members in drawn),
        "namespaces": len(basis.reach.namespaces),
        "rows": [_tell_row(basis, row) for row in drawn],
        "cells": _lines(basis, structure, drawn),
        "letters": {letter: str(verdict) for verdict, letter in LETTERS.items()}
        | {NO_EDGE: "no Service", OUT_OF_SCOPE: "not in the scope"},
    }


def _classes(structure: Structure) -> list[Row]:
    """Alike ones together; where not all fit, the largest first, then those that most may reach by rule."""
    order = list(structure.order)
    if len(order) > MOST_DRAWN:
        kept = set(sorted(order, key=lambda each: _rank(structure, each))[:MOST_DRAWN])
        order = [each for each in order if each in kept] + [each for each in order if each not in kept]
    return [(each.name, each.members) for each in order]


def _rank(structure: Structure, each: ReachClass) -> tuple[int, int, int]:
    first = each.members[0]
    opened = structure.cells.count(range(len(structure.cells.column)), [first])
    return -len(each.members), -(opened[Verdict.ALLOWED] + opened[Verdict.PARTIAL]), first


def _namespaces(basis: Basis, structure: Structure) -> list[Row]:
    """One by one: those of the scope, then those that reach them or that they reach."""
    names = basis.reach.namespaces
    if basis.scope.kind == "cluster":
        chosen = list(structure.position)
    else:
        listed = [number for number in structure.position if basis.scope.lists(names[number])]
        known = set(listed)
        chosen = listed + [n for n in structure.position if n in _touching(basis) and n not in known]
    return [(names[number], (number,)) for number in chosen]


def _touching(basis: Basis) -> BitMap:
    """Sources with an edge of the scope that reaches or is unknown, and the namespaces of such targets."""
    place = {name: number for number, name in enumerate(basis.reach.namespaces)}
    found = BitMap()
    for port, sources in basis.ports:
        telling = BitMap.union(*(port.by_verdict[each] for each in (*REACHING, Verdict.UNKNOWN))) & sources
        if telling:
            found |= telling
            found.add(place[port.namespace])
    return found


def _lines(basis: Basis, structure: Structure, rows: Sequence[Row]) -> list[str]:
    firsts = [members[0] for _, members in rows]
    whole = structure.cells.lines(firsts, firsts)
    return [
        "".join(
            _letter(basis, structure, row, column, letter) for column, letter in zip(rows, line, strict=True)
        )
        for row, line in zip(rows, whole, strict=True)
    ]


def _letter(basis: Basis, structure: Structure, row: Row, column: Row, letter: str) -> str:
    names = basis.reach.namespaces
    if not basis.scope.holds(names[row[1][0]], names[column[1][0]]):
        return OUT_OF_SCOPE
    if row is column and len(row[1]) > 1:
        return structure.cells.letter(row[1][0], row[1][1])
    return letter


def _tell_row(basis: Basis, row: Row) -> dict[str, Any]:
    label, members = row
    names = [basis.reach.namespaces[number] for number in members]
    return {"label": label, "count": len(names), "namespaces": names[:MOST_MEMBERS]}
