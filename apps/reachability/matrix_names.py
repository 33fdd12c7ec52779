"""Which rows and columns a matrix has: the names that a question gives, or all in their order."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import groupby

from apps.engine import PortReach, Reach
from apps.reachability.classes import Classes, ReachClass
from apps.reachability.matrix_cells import Cells, cells_by_namespace
from apps.reachability.matrix_order import order_classes
from apps.reachability.names import UnknownName
from apps.snapshots.recent import Recent

CLASS = "class:"


@dataclass(frozen=True, slots=True)
class Structure:
    """What all matrices of a reach share. `order`: the classes, alike ones together."""

    cells: Cells  # by namespace, over all Service ports
    classes: Classes
    order: tuple[ReachClass, ...]
    position: dict[int, int]  # of a namespace in that order


_structures: Recent[Reach, Structure] = Recent(size=2)


def structure_of(reach: Reach) -> Structure:
    """Worked out once while the reach is among those asked about last."""
    return _structures.get(reach, lambda: structure_from(reach, reach.ports))


def structure_from(reach: Reach, ports: Sequence[PortReach]) -> Structure:
    """The structure that these Service ports alone make."""
    cells = cells_by_namespace(reach, ports)
    classes = Classes(reach, cells)
    order = order_classes(cells, classes.all)
    together = [number for each in order for number in each.members]
    return Structure(cells, classes, tuple(order), {number: place for place, number in enumerate(together)})


def pick_namespaces(reach: Reach, field: str, asked: str) -> list[int]:
    """Namespace numbers in the order of the matrix. `asked`: names and `class:C7`, with commas; empty: all.

    UnknownName names `field` and what the snapshot does not hold.
    """
    structure = structure_of(reach)
    if not asked:
        return list(structure.position)
    numbers = {name: number for number, name in enumerate(reach.namespaces)}
    found = {number for name in asked.split(",") for number in _members(structure, numbers, field, name)}
    return sorted(found, key=structure.position.__getitem__)


def pick_services(
    reach: Reach, ports: Sequence[PortReach], asked: str, *, known: Sequence[PortReach]
) -> list[str]:
    """`NS/SERVICE` of the Services with a port, by the order of their namespaces. `asked` may name them, and
    also those of `known` of which a filter left no port."""
    structure = structure_of(reach)
    numbers = {name: number for number, name in enumerate(reach.namespaces)}
    services = [key for key, _ in groupby(ports, key=lambda port: port.target)]
    if asked:
        _check_services(asked, {port.target for port in known})
        services = _chosen(reach, structure, numbers, services, asked)
    place = structure.position
    return sorted(services, key=lambda key: (place[numbers[key.partition("/")[0]]], key))


def _check_services(asked: str, known: Collection[str]) -> None:
    for key in asked.split(","):
        if "/" in key and key not in known:
            raise UnknownName("columns", f"There is no Service {key!r} with such a port")


def _chosen(
    reach: Reach, structure: Structure, numbers: dict[str, int], services: list[str], asked: str
) -> list[str]:
    wanted = asked.split(",")
    homes = {
        reach.namespaces[number]
        for name in wanted
        if "/" not in name
        for number in _members(structure, numbers, "columns", name)
    }
    return [key for key in services if key in wanted or key.partition("/")[0] in homes]


def _members(structure: Structure, numbers: dict[str, int], field: str, name: str) -> Sequence[int]:
    if name.startswith(CLASS):
        found = structure.classes.find(name.removeprefix(CLASS))
        if found is None:
            raise UnknownName(field, f"There is no reach class {name.removeprefix(CLASS)!r}")
        return found.members
    if name not in numbers:
        raise UnknownName(field, f"There is no namespace {name!r}")
    return [numbers[name]]
