"""What workloads may send out of the cluster is the same, asked alone or with everything else."""

from __future__ import annotations

from hypothesis import given

from apps.engine import find_connections, find_outside, parse_cluster
from apps.engine.model import Assumptions, Direction
from tests.engine.strategies import Object, assumptions, clusters


@given(clusters(), assumptions)
def test_outside_alone_is_what_all_connections_say(objects: list[Object], assumed: dict[str, str]) -> None:
    cluster, basis = parse_cluster(objects), Assumptions(**assumed)
    alone, whole = find_outside(cluster, basis), find_connections(cluster, basis)
    assert alone.external == tuple(each for each in whole.external if each.direction is Direction.EGRESS)
    workloads = set(whole.workloads)
    assert alone.undecided == {
        source for source, target in whole.undecided if source in workloads and target not in workloads
    }
