"""Reach classes lose nothing, and are as large as they can be."""

from __future__ import annotations

from hypothesis import given

from apps.engine import Reach, compute_reach, parse_cluster
from apps.engine.model import Assumptions
from apps.reachability.classes import Classes
from apps.reachability.matrix import tell_structure
from apps.reachability.matrix_cells import Cells, cells_by_namespace
from tests.engine.strategies import Object, assumptions, clusters
from tests.fakes.kube_objects import namespace, pod, policy, service


def _classes(objects: list[Object], assumed: dict[str, str] | None = None) -> tuple[Reach, Cells, Classes]:
    reach = compute_reach(parse_cluster(objects), Assumptions(**(assumed or {})))
    cells = cells_by_namespace(reach, reach.ports)
    return reach, cells, Classes(reach, cells)


def _are_exchangeable(reach: Reach, cells: Cells, one: int, other: int) -> bool:
    """By the definition: exchanging the two changes no cell, and no answer about DNS."""
    swap = {one: other, other: one}
    everyone = range(len(reach.namespaces))
    return reach.dns[one] == reach.dns[other] and all(
        cells.letter(source, target) == cells.letter(swap.get(source, source), swap.get(target, target))
        for source in everyone
        for target in everyone
    )


@given(clusters(), assumptions)
def test_namespaces_are_of_one_class_when_they_can_be_exchanged(
    objects: list[Object], assumed: dict[str, str]
) -> None:
    reach, cells, classes = _classes(objects, assumed)
    everyone = range(len(reach.namespaces))
    assert sorted(member for each in classes.all for member in each.members) == list(everyone)
    for one in everyone:
        for other in range(one):
            together = classes.by_namespace[one] is classes.by_namespace[other]
            assert together == _are_exchangeable(reach, cells, one, other)


@given(clusters(), assumptions)
def test_the_table_of_classes_gives_back_every_cell(objects: list[Object], assumed: dict[str, str]) -> None:
    reach, cells, classes = _classes(objects, assumed)
    everyone = range(len(reach.namespaces))
    for source in everyone:
        for target in everyone:
            row, column = classes.by_namespace[source], classes.by_namespace[target]
            first, last = row.members[0], column.members[0]
            if source == target:
                last = first
            elif row is column:
                first, last = row.members[:2]
            assert cells.letter(source, target) == cells.letter(first, last)


def _tenants(count: int) -> list[Object]:
    """Tenants that are closed to one another, and an open namespace that reaches only what is open."""
    objects: list[Object] = [namespace("shared"), pod("shared", "web-1", number=1), service("shared", "web")]
    objects[-1]["spec"]["selector"] = {"app": "web"}
    for number in range(count):
        name = f"tenant-{number:02}"
        objects += [namespace(name), pod(name, "web-1", number=number + 2), service(name, "web")]
        objects[-1]["spec"]["selector"] = {"app": "web"}
        objects.append(policy(name, "deny"))
    return objects


def test_tenants_share_one_reach_although_each_reaches_itself_otherwise() -> None:
    reach, _, classes = _classes(_tenants(20))
    assert [len(each.members) for each in classes.all] == [20, 1]
    assert [classes.label(each) for each in classes.all] == ["tenant-*", "shared"]
    assert tell_structure(classes, len(reach.namespaces)) == "20 tenant-* share one reach; 1 outlier"


def test_classes_are_found_by_their_names() -> None:
    _, _, classes = _classes(_tenants(3))
    assert classes.find("C1") is classes.all[0]
    assert [classes.find(name) for name in ("C0", "C3", "c1", "C", "C1x", "C²")] == [None] * 6
